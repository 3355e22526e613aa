Feature: Recordings under keys of the team's own

  Background:
    Given the stack "media"
    And "vault key" is the key "aws_kms_key.vault"

  Scenario Outline: What is uploaded is under the vault's key, <said>
    When the recorder uploads "a.wav" to "aws_s3_bucket.vault" with
      | encryption     | aws:kms |
      | encryption key | <said>  |
    Then it succeeds
    And the object "a.wav" in "aws_s3_bucket.vault" has
      | encryption     | aws:kms                    |
      | encryption key | {aws_kms_key.vault.arn}    |
      | content        | what the recorder uploaded |

    Examples:
      | said                       |
      | {aws_kms_key.vault.key_id} |
      | {aws_kms_key.vault.arn}    |
      | {aws_kms_alias.vault.name} |
      | {aws_kms_alias.vault.arn}  |

  Scenario: What names no key is under the vault's key, and under a key of the bucket
    When the recorder uploads "a.wav" to "aws_s3_bucket.vault"
    Then it succeeds
    When the recorder reads the head of "a.wav" in "aws_s3_bucket.vault"
    Then the answer has
      | ServerSideEncryption | aws:kms                 |
      | SSEKMSKeyId          | {aws_kms_key.vault.arn} |
      | BucketKeyEnabled     | true                    |

  Scenario: Who may read the object and not use its key sees its name alone
    Given the recorder uploads "a.wav" to "aws_s3_bucket.vault"
    When the auditor lists "aws_s3_bucket.vault"
    Then the answer has
      | Contents.0.Key | a.wav |
    When the auditor downloads "a.wav" from "aws_s3_bucket.vault"
    Then it is denied because no identity policy allows it
    Given the auditor is also allowed "kms:Decrypt"
    When the auditor downloads "a.wav" from "aws_s3_bucket.vault"
    Then it succeeds
    And the content is what the recorder uploaded

  Scenario: The key opens through S3, and not by itself
    When the recorder uploads "a.wav" to "aws_s3_bucket.vault"
    Then it succeeds
    When the recorder generates a data key with the vault key
    Then it is denied by the statement "OnlyThroughS3" of "aws_kms_key.vault"

  Scenario: Nothing is stored under a key that is not the caller's to use
    When the recorder uploads "a.wav" to "aws_s3_bucket.vault" with
      | encryption     | aws:kms                  |
      | encryption key | {aws_kms_key.closed.arn} |
    Then it succeeds
    When the archivist uploads "b.wav" to "media" with
      | encryption     | aws:kms                  |
      | encryption key | {aws_kms_key.closed.arn} |
    Then it is denied
    And nothing was stored
    When the archivist uploads "b.wav" to "media"
    Then it succeeds

  Scenario: A service's role has the key for the vault alone
    Given the recorder uploads "a.wav" to "aws_s3_bucket.vault"
    And "transcriber" is the role "aws_iam_role.transcriber" as "lambda.amazonaws.com" takes it
    When the transcriber downloads "a.wav" from "aws_s3_bucket.vault"
    Then it succeeds
    And the content is what the recorder uploaded
    When the transcriber uploads "a.txt" to "aws_s3_bucket.vault"
    Then it succeeds
    When the transcriber uploads "a.txt" to "logs" with
      | encryption     | aws:kms                 |
      | encryption key | {aws_kms_key.vault.arn} |
    Then it is denied because no identity policy allows it
    And nothing was stored
    When the transcriber uploads "a.txt" to "logs"
    Then it succeeds
    When the transcriber generates a data key with the vault key
    Then it is denied because no identity policy allows it
    When the transcriber generates a data key with the vault key in the context
      | aws:s3:arn | {aws_s3_bucket.vault.arn} |
    Then it succeeds

  Scenario: A policy without the account opens the key to nobody else, whatever IAM allows
    Given "stranger" is a new user with the policy
      """json
      { "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "kms:*", "Resource": "*" } }
      """
    When the stranger encrypts "secret" with the key "aws_kms_key.closed"
    Then it is denied because no resource policy allows it
    When the stranger encrypts "secret" with the vault key
    Then it succeeds
    When the recorder encrypts "secret" with the key "aws_kms_key.closed"
    Then it succeeds
    When the recorder decrypts "secret"
    Then the content is "secret"

  Scenario: A grant opens what its context says
    Given the recorder encrypts "for the audit" with the key "aws_kms_key.closed" in the context
      | purpose | audit |
    And the recorder encrypts "for nobody else" with the key "aws_kms_key.closed"
    When the auditor decrypts "for the audit" in the context
      | purpose | audit |
    Then it succeeds
    And the content is "for the audit"
    When the auditor decrypts "for nobody else"
    Then it is denied
    When the auditor encrypts "of its own" with the key "aws_kms_key.closed" in the context
      | purpose | audit |
    Then it is denied
    When the operator calls "kms:RevokeGrant" with
      | KeyId   | {aws_kms_key.closed.key_id}      |
      | GrantId | {aws_kms_grant.auditor.grant_id} |
    Then it succeeds
    When the auditor decrypts "for the audit" in the context
      | purpose | audit |
    Then it is denied

  Scenario: The keys
    Then the key "aws_kms_alias.vault" has
      | state       | Enabled           |
      | usage       | ENCRYPT_DECRYPT   |
      | spec        | SYMMETRIC_DEFAULT |
      | manager     | CUSTOMER          |
      | description | recordings        |
      | account     | 123456789012      |
    And the vault key has rotation "enabled"
    And the key "aws_kms_key.closed" has rotation "disabled"

  @clock
  Scenario: A key that is to be deleted opens nothing
    Given the recorder uploads "a.wav" to "aws_s3_bucket.vault"
    When the recorder downloads "a.wav" from "aws_s3_bucket.vault"
    Then it succeeds
    When the operator calls "kms:ScheduleKeyDeletion" with
      | KeyId               | {aws_kms_key.vault.key_id} |
      | PendingWindowInDays | 7                          |
    Then it succeeds
    And the key "vault key" has
      | state | PendingDeletion |
    When the recorder downloads "a.wav" from "aws_s3_bucket.vault"
    Then it fails with "KMS.KMSInvalidStateException"
