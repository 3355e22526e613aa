Feature: The organization's policies

  Background:
    Given the stack "small"
    And "keeper" is the user of "aws_iam_access_key.keeper"
    And "partner" is the user of "aws_iam_access_key.partner"

  Scenario: The keeper cannot suspend the versioning
    When the keeper lists "data"
    Then it succeeds
    When the keeper calls "s3:PutBucketVersioning" with
      """json
      { "Bucket": "small-data", "VersioningConfiguration": { "Status": "Suspended" } }
      """
    Then it is denied by the statement "KeepVersioning"

  Scenario: The partner is outside of the perimeter
    When the partner lists "data"
    Then it is denied by the statement "Perimeter"
