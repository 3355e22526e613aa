Feature: Nothing that was stored is lost

  Versioning keeps what an overwrite or a delete would take away.

  Background:
    Given the stack "call-centre-data"
    And "calls" is the bucket "aws_s3_bucket.data"
    And "accessor" is the user of "aws_iam_access_key.data"
    And the accessor uploads "a.wav" to "calls" with
      | content | the first take |
    And its "VersionId" is remembered as "first version"

  Scenario: Versioning is on
    Then "calls" has versioning "Enabled"

  Scenario: An overwrite keeps the earlier version
    When the accessor uploads "a.wav" to "calls" with
      | content | the second take |
    Then it succeeds
    And the object "a.wav" in "calls" has
      | versions | 2               |
      | content  | the second take |
    When the accessor downloads "a.wav" from "calls" with
      | version | {first version} |
    Then it succeeds
    And the content is "the first take"

  Scenario: A delete leaves a marker and the earlier version
    When the operator deletes "a.wav" from "calls"
    Then it succeeds
    And the answer has
      | DeleteMarker | true |
    When the accessor downloads "a.wav" from "calls"
    Then it fails with "NoSuchKey"
    When the accessor downloads "a.wav" from "calls" with
      | version | {first version} |
    Then it succeeds
    And the content is "the first take"

  Scenario: A deleted object is restored from its earlier version
    Given the operator deletes "a.wav" from "calls"
    When the accessor restores "a.wav" in "calls" from version "{first version}"
    Then it succeeds
    And the object "a.wav" in "calls" has
      | content | the first take |
