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

  Scenario: An overwritten object is restored from its earlier version
    Given the accessor uploads "a.wav" to "calls" with
      | content | the second take |
    When the accessor restores "a.wav" in "calls" from version "{first version}"
    Then it succeeds
    And the object "a.wav" in "calls" has
      | content  | the first take |
      | versions | 3              |

  Scenario: A deleted object comes back when the marker is removed, which the accessor may not
    Given the operator deletes "a.wav" from "calls"
    And its "VersionId" is remembered as "marker"
    When the accessor lists the versions of "calls"
    Then the answer has
      | DeleteMarkers.0.VersionId | {marker}        |
      | Versions.0.VersionId      | {first version} |
    When the accessor deletes "a.wav" from "calls" with
      | version | {marker} |
    Then it is denied because no identity policy allows it
    And there is no object "a.wav" in "calls"
    Given the accessor is also allowed "s3:DeleteObjectVersion"
    When the accessor deletes "a.wav" from "calls" with
      | version | {marker} |
    Then it succeeds
    And the object "a.wav" in "calls" has
      | content | the first take |
    When the accessor downloads "a.wav" from "calls"
    Then it succeeds

  Scenario: A large recording that is overwritten stays as well
    Given the accessor uploads "large.wav" to "calls" with
      | size      | 12 MiB |
      | part size | 5 MiB  |
    When the accessor uploads "large.wav" to "calls" with
      | content | overwritten |
    Then it succeeds
    And the object "large.wav" in "calls" has
      | versions | 2           |
      | content  | overwritten |
