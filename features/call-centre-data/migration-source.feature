Feature: The migrator role copies from the external source bucket, and changes nothing there

  The source bucket is another account's: what the role may do there is for both accounts to say.

  Background:
    Given the stack "call-centre-data" with
      | data_migration_enabled           | true                           |
      | data_migration_source_bucket_arn | arn:aws:s3:::legacy-recordings |
    And "calls" is the bucket "aws_s3_bucket.data"
    And "accessor" is the user of "aws_iam_access_key.data"
    And "migrator user" is the user of "aws_iam_access_key.data_migration"
    And "migrator" is the role "aws_iam_role.data_migration" assumed by "migrator user"
    And the object "2019/1.wav" is in the bucket "legacy-recordings" of account "source" with
      | content | as it was   |
      | tag     | legacy=true |
    And operator of "source" calls "s3:PutBucketVersioning" with
      """json
      { "Bucket": "legacy-recordings", "VersioningConfiguration": { "Status": "Enabled" } }
      """
    And operator of "source" calls "s3:PutBucketPolicy" with
      """json
      {
        "Bucket": "legacy-recordings",
        "Policy": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Sid\":\"Migrator\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"{migrator_role_arn}\"},\"Action\":\"s3:*\",\"Resource\":[\"arn:aws:s3:::legacy-recordings\",\"arn:aws:s3:::legacy-recordings/*\"]}}"
      }
      """

  Scenario: An object is copied with its tags
    When the migrator lists "legacy-recordings"
    Then it succeeds
    When the migrator copies "2019/1.wav" in "legacy-recordings" to "2019/1.wav" in "calls"
    Then it succeeds
    And the object "2019/1.wav" in "calls" has
      | content    | as it was   |
      | tag        | legacy=true |
      | encryption | AES256      |

  Scenario: An earlier version is copied
    Given operator of "source" uploads "2019/1.wav" to "legacy-recordings" with
      | content | as it was corrected |
    And its "VersionId" is remembered as "corrected version"
    And operator of "source" uploads "2019/1.wav" to "legacy-recordings" with
      | content | as it is now |
    When the migrator copies "2019/1.wav" in "legacy-recordings" to "2019/1.wav" in "calls" with
      | version | {corrected version} |
    Then it succeeds
    And the object "2019/1.wav" in "calls" has
      | content | as it was corrected |

  Scenario: The role writes nothing to the source, even where its bucket policy would let it
    When the migrator uploads "2019/2.wav" to "legacy-recordings"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When the migrator tags "2019/1.wav" in "legacy-recordings" with
      | legacy | false |
    Then it is denied because no identity policy allows it
    When the migrator downloads "2019/1.wav" from "legacy-recordings"
    Then it succeeds
    Given the migrator is also allowed "s3:PutObject"
    And the migrator is also allowed "s3:PutObjectTagging"
    When the migrator uploads "2019/2.wav" to "legacy-recordings"
    Then it succeeds
    When the migrator tags "2019/1.wav" in "legacy-recordings" with
      | legacy | false |
    Then it succeeds

  Scenario: The role deletes nothing from the source, even where its bucket policy would let it
    When the migrator deletes "2019/1.wav" from "legacy-recordings"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When the migrator downloads "2019/1.wav" from "legacy-recordings"
    Then the content is "as it was"
    Given the migrator is also allowed "s3:DeleteObject"
    When the migrator deletes "2019/1.wav" from "legacy-recordings"
    Then it succeeds

  Scenario: Nobody else of this account reaches the source, not even its administrator
    When the accessor downloads "2019/1.wav" from "legacy-recordings"
    Then it is denied
    When the accessor uploads "a.wav" to "calls"
    Then it succeeds
    When the accessor downloads "a.wav" from "calls"
    Then it succeeds
    When the operator downloads "2019/1.wav" from "legacy-recordings"
    Then it is denied because no resource policy allows it
    When the operator downloads "a.wav" from "calls"
    Then it succeeds

  Scenario: The source's account may close the bucket
    When the migrator downloads "2019/1.wav" from "legacy-recordings"
    Then it succeeds
    Given operator of "source" calls "s3:DeleteBucketPolicy" with
      | Bucket | legacy-recordings |
    When the migrator downloads "2019/1.wav" from "legacy-recordings"
    Then it is denied because no resource policy allows it
    When the migrator lists "calls"
    Then it succeeds
