Feature: Without data migration there is no migrator

  Background:
    Given the stack "call-centre-data" with
      | data_migration_enabled | false |

  Scenario: The accessor's user exists
    When the operator calls "iam:GetUser" with
      """json
      { "UserName": "dev-call-centre-data-accessor" }
      """
    Then it succeeds

  Scenario: It is off unless it is asked for
    Given the stack "call-centre-data"
    When the operator calls "iam:GetRole" with
      | RoleName | dev-call-centre-data-migrator |
    Then it fails with "NoSuchEntity"

  Scenario: No migrator user exists
    When the operator calls "iam:GetUser" with
      """json
      { "UserName": "dev-call-centre-data-migrator" }
      """
    Then it fails with "NoSuchEntity"

  Scenario: No migrator role exists
    When the operator calls "iam:GetRole" with
      """json
      { "RoleName": "dev-call-centre-data-migrator" }
      """
    Then it fails with "NoSuchEntity"

  Scenario: With it, both exist
    Given the stack "call-centre-data" with
      | data_migration_enabled | true |
    When the operator calls "iam:GetUser" with
      | UserName | dev-call-centre-data-migrator |
    Then it succeeds
    When the operator calls "iam:GetRole" with
      | RoleName | dev-call-centre-data-migrator |
    Then it succeeds

  Scenario: The accessor works without migration
    Given "calls" is the bucket "aws_s3_bucket.data"
    And "accessor" is the user of "aws_iam_access_key.data"
    When the accessor uploads "a.wav" to "calls"
    Then it succeeds
    When the accessor downloads "a.wav" from "calls"
    Then the content is what the accessor uploaded
