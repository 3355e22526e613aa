Feature: What must be kept, and what goes by itself

  Background:
    Given the stack "media"
    And "clerk" is the user of "aws_iam_access_key.keeper["clerk"]"
    And "chief" is the user of "aws_iam_access_key.keeper["chief"]"

  @clock
  Scenario: A record is kept for thirty days, and may go then
    Given the clock stands at "2027-03-01T12:00:00Z"
    When the clerk uploads "a.pdf" to "records" with
      | checksum | SHA256 |
    Then it succeeds
    And its "VersionId" is remembered as "the record"
    And the object "a.pdf" in "records" has
      | lock mode      | GOVERNANCE           |
      | retained until | 2027-03-31T12:00:00Z |
    When the clerk deletes "a.pdf" from "records" with
      | version | {the record} |
    Then it fails with "AccessDenied"
    And nothing was stored
    When 29 days pass
    And the clerk deletes "a.pdf" from "records" with
      | version | {the record} |
    Then it fails with "AccessDenied"
    When 25 hours pass
    And the clerk deletes "a.pdf" from "records" with
      | version | {the record} |
    Then it succeeds
    And there is no object "a.pdf" in "records"

  Scenario: A delete without a version hides a record and keeps it
    Given the clerk uploads "a.pdf" to "records" with
      | checksum | CRC32 |
    And its "VersionId" is remembered as "the record"
    When the clerk deletes "a.pdf" from "records"
    Then it succeeds
    And there is no object "a.pdf" in "records"
    And the object "a.pdf" in "records" has
      | version   | {the record} |
      | lock mode | GOVERNANCE   |

  Scenario: Governance is bypassed by who may, and says so
    Given the clerk uploads "a.pdf" to "records" with
      | checksum | CRC32 |
    And its "VersionId" is remembered as "the record"
    When the clerk deletes "a.pdf" from "records" with
      | version                                  | {the record} |
      | header x-amz-bypass-governance-retention | true         |
    Then it is denied because no identity policy allows it
    When the chief deletes "a.pdf" from "records" with
      | version | {the record} |
    Then it fails with "AccessDenied"
    When the chief deletes "a.pdf" from "records" with
      | version                                  | {the record} |
      | header x-amz-bypass-governance-retention | true         |
    Then it succeeds

  Scenario: A legal hold is nobody's to bypass
    Given the object "held.pdf" is in "records" with
      | checksum   | CRC32 |
      | legal hold | ON    |
    When the clerk reads the head of "held.pdf" in "records"
    Then its "VersionId" is remembered as "the record"
    When the chief deletes "held.pdf" from "records" with
      | version                                  | {the record} |
      | header x-amz-bypass-governance-retention | true         |
    Then it fails with "AccessDenied"
    When the operator calls "s3:PutObjectLegalHold" with
      """json
      { "Bucket": "{records}", "Key": "held.pdf", "LegalHold": { "Status": "OFF" } }
      """
    And the chief deletes "held.pdf" from "records" with
      | version                                  | {the record} |
      | header x-amz-bypass-governance-retention | true         |
    Then it succeeds

  @clock
  Scenario: A draft goes after seven days, and not a day earlier
    Given the clock stands at "2027-03-01T12:00:00Z"
    When the operator uploads "short/a.txt" to "drafts"
    Then it succeeds
    And the object "short/a.txt" in "drafts" has
      | expires | 2027-03-09 |
    When the operator uploads "long/a.txt" to "drafts"
    Then it succeeds
    When 7 days pass
    Then the object "short/a.txt" in "drafts" has
      | versions | 1 |
    When 12 hours pass
    Then there is no object "short/a.txt" in "drafts"
    And the object "long/a.txt" in "drafts" has
      | versions | 1 |

  @clock
  Scenario: Of old versions one is kept, the others for three days
    Given the clock stands at "2027-03-01T12:00:00Z"
    And the operator uploads "a.txt" to "drafts" with
      | content | first |
    And its "VersionId" is remembered as "first version"
    And the operator uploads "a.txt" to "drafts" with
      | content | second |
    And its "VersionId" is remembered as "second version"
    And the operator uploads "a.txt" to "drafts" with
      | content | third |
    When 3 days pass
    Then the object "a.txt" in "drafts" has
      | versions | 3 |
    When 12 hours pass
    Then the object "a.txt" in "drafts" has
      | versions | 2     |
      | content  | third |
    And the object "a.txt" in "drafts" has
      | version | {second version} |
      | content | second           |
    When the operator downloads "a.txt" from "drafts" with
      | version | {first version} |
    Then it fails with "NoSuchVersion"
