Feature: The policies that the stack attaches

  Background:
    Given the stack "small"
    And "keeper" is the user of "aws_iam_access_key.keeper"

  Scenario: The keeper cannot suspend the versioning
    When the keeper lists "data"
    Then it succeeds
    When the keeper calls "s3:PutBucketVersioning" with
      """json
      { "Bucket": "small-data", "VersioningConfiguration": { "Status": "Suspended" } }
      """
    Then it is denied by the statement "KeepVersioning"
