Feature: What is kept goes in time

  Background:
    Given the stack "cci-lite"

  Scenario Outline: <bucket> has one rule: <days> days, and a day more for what is left behind
    When the operator calls "s3:GetBucketLifecycleConfiguration" with
      | Bucket | {<bucket>} |
    Then the answer has
      | Rules.0.Status                                              | Enabled |
      | Rules.0.Expiration.Days                                     | <days>  |
      | Rules.0.NoncurrentVersionExpiration.NoncurrentDays          | 1       |
      | Rules.0.AbortIncompleteMultipartUpload.DaysAfterInitiation  | 1       |

    Examples:
      | bucket  | days |
      | input   | 1    |
      | results | 30   |
      | staging | 7    |

  @clock
  Scenario Outline: An object's expiry is announced when it is uploaded to <bucket>
    Given the clock stands at "2027-03-01T12:00:00Z"
    When the operator uploads "acme/1" to "<bucket>"
    Then it succeeds
    And the object "acme/1" in "<bucket>" has
      | expires | <day> |

    Examples:
      | bucket  | day        |
      | input   | 2027-03-03 |
      | results | 2027-04-01 |
      | staging | 2027-03-09 |

  @clock
  Scenario Outline: An object in <bucket> goes after <days>, and not a day early
    Given the clock stands at "2027-03-01T12:00:00Z"
    And the operator uploads "acme/1" to "<bucket>"
    And its "VersionId" is remembered as "the version"
    When <days> pass
    Then the object "acme/1" in "<bucket>" has
      | versions | 1 |
    When 12 hours pass
    Then there is no object "acme/1" in "<bucket>"
    When the operator downloads "acme/1" from "<bucket>" with
      | version | {the version} |
    Then it succeeds
    When 2 days pass
    And the operator downloads "acme/1" from "<bucket>" with
      | version | {the version} |
    Then it fails with "NoSuchVersion"

    Examples:
      | bucket  | days    |
      | input   | 1 day   |
      | results | 30 days |
      | staging | 7 days  |
