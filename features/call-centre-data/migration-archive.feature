Feature: The migrator role copies from an archive under its owner's key

  The archive and its key are in the source's account (the folder fixtures). Each admits the role to what migration needs,
  the key through S3 alone.

  Background:
    Given the stack "call-centre-data" with
      | data_migration_enabled | true |
    And "calls" is the bucket "aws_s3_bucket.data"
    And "archive" is the bucket "aws_s3_bucket.source"
    And "archive key" is the key "aws_kms_key.source"
    And "accessor" is the user of "aws_iam_access_key.data"
    And "migrator user" is the user of "aws_iam_access_key.data_migration"
    And "migrator" is the role "aws_iam_role.data_migration" assumed by "migrator user"
    And the object "2019/1.wav" is in the bucket "archive" of account "source" with
      | content | as it was   |
      | tag     | legacy=true |

  Scenario: The archive is encrypted with its own key, which is rotated
    Then the object "2019/1.wav" in "archive" has
      | encryption     | aws:kms                  |
      | encryption key | {aws_kms_key.source.arn} |
    And the key "archive key" has rotation "enabled"
    And the key "archive key" has
      | state   | Enabled      |
      | manager | CUSTOMER     |
      | account | 222222222222 |

  Scenario: An object is copied with its tags, and encrypted as the bucket does
    When the migrator lists "archive"
    Then it succeeds
    When the migrator copies "2019/1.wav" in "archive" to "2019/1.wav" in "calls"
    Then it succeeds
    And the object "2019/1.wav" in "calls" has
      | content    | as it was   |
      | tag        | legacy=true |
      | encryption | AES256      |

  Scenario: An earlier version is copied with its own tags
    Given operator of "source" uploads "2019/1.wav" to "archive" with
      | content | as it was corrected |
      | tag     | legacy=corrected    |
    And its "VersionId" is remembered as "corrected version"
    And operator of "source" uploads "2019/1.wav" to "archive" with
      | content | as it is now |
    When the migrator lists the versions of "archive"
    Then the answer has
      | Versions.1.VersionId | {corrected version} |
    When the migrator copies "2019/1.wav" in "archive" to "2019/1.wav" in "calls" with
      | version | {corrected version} |
    Then it succeeds
    And the object "2019/1.wav" in "calls" has
      | content | as it was corrected |
      | tag     | legacy=corrected    |

  Scenario: Without the key's permission nothing is copied
    When the migrator copies "2019/1.wav" in "archive" to "2019/0.wav" in "calls"
    Then it succeeds
    When the migrator downloads "2019/1.wav" from "archive"
    Then it succeeds
    Given operator of "source" calls "kms:PutKeyPolicy" with
      """json
      {
        "KeyId": "{archive key}",
        "PolicyName": "default",
        "Policy": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Sid\":\"Account\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::222222222222:root\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}}"
      }
      """
    When the migrator copies "2019/1.wav" in "archive" to "2019/1.wav" in "calls"
    Then it is denied because no resource policy allows it
    And nothing was stored
    When the migrator downloads "2019/1.wav" from "archive"
    Then it is denied because no resource policy allows it
    When the migrator lists "archive"
    Then it succeeds

  Scenario: The key is of no use but through S3
    Given operator of "source" encrypts "secret" with the key "archive key"
    When the migrator decrypts "secret"
    Then it is denied because no resource policy allows it
    When the migrator encrypts "secret" with the key "archive key"
    Then it is denied
    When the migrator generates a data key with the key "archive key"
    Then it is denied
    When operator of "source" decrypts "secret"
    Then the content is "secret"
    When the migrator downloads "2019/1.wav" from "archive"
    Then the content is "as it was"
    Given operator of "source" calls "kms:CreateGrant" with
      """json
      {
        "KeyId": "{archive key}",
        "GranteePrincipal": "{aws_iam_role.data_migration[0].arn}",
        "Operations": [ "Decrypt" ]
      }
      """
    When the migrator decrypts "secret"
    Then the content is "secret"

  Scenario: The role uses no other key, even one whose policy would let it
    Given operator of "source" asks who it is
    And its "Account" is remembered as "account"
    And operator of "source" calls "kms:CreateKey" with
      """json
      {
        "Policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"{account}\"},\"Action\":\"kms:*\",\"Resource\":\"*\"},{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"{migrator_role_arn}\"},\"Action\":\"kms:Decrypt\",\"Resource\":\"*\"}]}"
      }
      """
    And its "KeyMetadata.Arn" is remembered as "other key"
    And operator of "source" encrypts "secret" with the key "{other key}"
    When the migrator decrypts "secret"
    Then it is denied because no identity policy allows it
    Given the migrator is also allowed "kms:Decrypt"
    When the migrator decrypts "secret"
    Then the content is "secret"

  @guarded-twice:source_bucket_policy,source_key_policy
  Scenario: The archive takes no upload from the role, whatever the role's own policies say
    Given the migrator is also allowed "s3:*"
    And the migrator is also allowed "kms:*"
    When the migrator uploads "2019/2.wav" to "archive"
    Then it is denied because no resource policy allows it
    And nothing was stored
    When the migrator uploads "2019/2.wav" to "calls"
    Then it succeeds
    When the migrator downloads "2019/1.wav" from "archive"
    Then the content is "as it was"

  Scenario: The role deletes and changes nothing in the archive, whatever its own policies say
    Given the migrator is also allowed "s3:*"
    When the migrator deletes "2019/1.wav" from "archive"
    Then it is denied because no resource policy allows it
    And nothing was stored
    When the migrator tags "2019/1.wav" in "archive" with
      | legacy | false |
    Then it is denied because no resource policy allows it
    When the migrator calls "s3:PutBucketPolicy" with
      | Bucket | {archive} |
      | Policy | none      |
    Then it is denied
    When the migrator uploads "2019/2.wav" to "calls"
    Then it succeeds
    When the migrator tags "2019/2.wav" in "calls" with
      | legacy | false |
    Then it succeeds
    When the migrator deletes "2019/2.wav" from "calls"
    Then it succeeds
    When the migrator downloads "2019/1.wav" from "archive"
    Then the content is "as it was"

  @guarded-twice:source_bucket_policy,source_key_policy
  Scenario: Nobody else of this account reads the archive
    When the accessor downloads "2019/1.wav" from "archive"
    Then it is denied
    When the accessor uploads "a.wav" to "calls"
    Then it succeeds
    When the accessor downloads "a.wav" from "calls"
    Then it succeeds
    When the migrator user downloads "2019/1.wav" from "archive"
    Then it is denied
    Given the migrator user is also allowed "s3:GetObject"
    When the migrator user downloads "2019/1.wav" from "archive"
    Then it is denied
    When the migrator user downloads "a.wav" from "calls"
    Then it succeeds
    When the operator downloads "2019/1.wav" from "archive"
    Then it is denied because no resource policy allows it
    When the operator downloads "a.wav" from "calls"
    Then it succeeds

  Scenario: Nobody else of this account sees what is in the archive, or its key
    When the operator lists "archive"
    Then it is denied because no resource policy allows it
    When the operator calls "kms:DescribeKey" with
      | KeyId | {aws_kms_key.source.arn} |
    Then it is denied because no resource policy allows it
    When the migrator lists "archive"
    Then it succeeds
    When the migrator calls "kms:DescribeKey" with
      | KeyId | {aws_kms_key.source.arn} |
    Then it succeeds
    When the operator lists "calls"
    Then it succeeds
    Given the operator calls "kms:CreateKey"
    And its "KeyMetadata.Arn" is remembered as "own key"
    When the operator calls "kms:DescribeKey" with
      | KeyId | {own key} |
    Then it succeeds

  Scenario: A session policy narrows the role's use of the key as well
    Given "narrow migrator" is "migrator" with the session policy
      """json
      {
        "Version": "2012-10-17",
        "Statement": { "Effect": "Allow", "Action": "s3:*", "Resource": "*" }
      }
      """
    When the narrow migrator lists "archive"
    Then it succeeds
    When the narrow migrator downloads "2019/1.wav" from "archive"
    Then it is denied because no session policy allows it
    When the migrator downloads "2019/1.wav" from "archive"
    Then the content is "as it was"
