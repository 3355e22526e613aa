Feature: A tenant reaches the objects under its own prefix, and no others

  The buckets are shared: what is a tenant's is what lies under `<tenant_id>/`. No policy names a tenant.

  Background:
    Given the stack "cci-lite"
    And "lambda" is the role "lambda role" as "lambda.amazonaws.com" takes it
    And "tenant acme" is the role "tenant role" assumed by "lambda" with
      | transitive tag | tenant_id=acme |
    And "tenant globex" is the role "tenant role" assumed by "lambda" with
      | transitive tag | tenant_id=globex |
    And the object "acme/calls/1.wav" is in the bucket "input" with
      | content | a call of acme's |
    And the object "globex/calls/1.wav" is in the bucket "input" with
      | content | a call of globex's |
    And the object "acme/2026/01/15/1.json" is in the bucket "results"
    And the object "globex/2026/01/15/1.json" is in the bucket "results"

  Scenario Outline: It writes, reads and lists its own objects in <bucket>
    When "tenant acme" uploads "acme/<key>" to "<bucket>"
    Then it succeeds
    When "tenant acme" downloads "acme/<key>" from "<bucket>"
    Then the content is what "tenant acme" uploaded
    When "tenant acme" reads the head of "acme/<key>" in "<bucket>"
    Then it succeeds
    When "tenant acme" lists "<bucket>" under "acme/<folder>/"
    Then the answer has
      | KeyCount | 2 |
    When "tenant acme" copies "acme/<key>" in "<bucket>" to "acme/<folder>/copy" in "<bucket>"
    Then it succeeds
    When "tenant globex" downloads "globex/<folder>/1.<kind>" from "<bucket>"
    Then it succeeds

    Examples:
      | bucket  | folder     | kind | key               |
      | input   | calls      | wav  | calls/2.wav       |
      | results | 2026/01/15 | json | 2026/01/15/2.json |

  Scenario: It uploads a large call in parts
    When "tenant acme" uploads "acme/calls/large.wav" to "input" with
      | size      | 12 MiB |
      | part size | 5 MiB  |
    Then it succeeds
    And the object "acme/calls/large.wav" in "input" has
      | encryption     | aws:kms       |
      | encryption key | {kms_key_arn} |
    When "tenant acme" uploads "globex/calls/large.wav" to "input" with
      | size      | 12 MiB |
      | part size | 5 MiB  |
    Then it is denied because no identity policy allows it
    And nothing was stored

  Scenario Outline: It reads no object of another tenant in <bucket>
    When "tenant acme" downloads "globex/<key>" from "<bucket>"
    Then it is denied because no identity policy allows it
    When "tenant acme" reads the head of "globex/<key>" in "<bucket>"
    Then it is denied because no identity policy allows it
    When "tenant acme" downloads "globex/<key>" from "<bucket>" with
      | over | presigned URL |
    Then it is denied because no identity policy allows it
    When "tenant acme" downloads "acme/<key>" from "<bucket>" with
      | over | presigned URL |
    Then it succeeds
    When "tenant acme" reads the head of "acme/<key>" in "<bucket>"
    Then it succeeds

    Examples:
      | bucket  | key               |
      | input   | calls/1.wav       |
      | results | 2026/01/15/1.json |

  Scenario: It reads no version of another tenant's object
    Given the operator reads the head of "globex/calls/1.wav" in "input"
    And its "VersionId" is remembered as "globex version"
    And the operator reads the head of "acme/calls/1.wav" in "input"
    And its "VersionId" is remembered as "acme version"
    When "tenant acme" downloads "globex/calls/1.wav" from "input" with
      | version | {globex version} |
    Then it is denied because no identity policy allows it
    When "tenant acme" downloads "acme/calls/1.wav" from "input" with
      | version | {acme version} |
    Then the content is "a call of acme's"

  Scenario Outline: It writes nothing under another tenant's prefix in <bucket>
    When "tenant acme" uploads "globex/<key>" to "<bucket>"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "tenant acme" uploads "globex/<key>" to "<bucket>" with
      | over | presigned URL |
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "tenant acme" uploads "acme/<key>" to "<bucket>" with
      | over | presigned URL |
    Then it succeeds

    Examples:
      | bucket  | key               |
      | input   | calls/2.wav       |
      | results | 2026/01/15/2.json |

  Scenario: It copies nothing from another tenant, and nothing to it
    When "tenant acme" copies "globex/calls/1.wav" in "input" to "acme/calls/stolen.wav" in "input"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "tenant acme" copies "acme/calls/1.wav" in "input" to "globex/calls/planted.wav" in "input"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "tenant acme" copies "globex/calls/1.wav" in "input" to "acme/stolen.wav" in "results"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "tenant acme" copies "acme/calls/1.wav" in "input" to "acme/calls/2.wav" in "results"
    Then it succeeds

  Scenario Outline: It lists <bucket> under its own prefix alone
    When "tenant acme" lists "<bucket>" under "acme/"
    Then it succeeds
    When "tenant acme" lists "<bucket>"
    Then it is denied because no identity policy allows it
    When "tenant acme" lists "<bucket>" under "acme"
    Then it is denied because no identity policy allows it
    When "tenant acme" lists "<bucket>" under "globex/"
    Then it is denied because no identity policy allows it
    When "tenant acme" lists "<bucket>" under "/"
    Then it is denied because no identity policy allows it
    When "tenant acme" lists the versions of "<bucket>" under "acme/"
    Then it succeeds
    When "tenant acme" lists the versions of "<bucket>" under "globex/"
    Then it is denied because no identity policy allows it
    When "tenant acme" lists the versions of "<bucket>"
    Then it is denied because no identity policy allows it

    Examples:
      | bucket  |
      | input   |
      | results |

  Scenario: A tenant whose name begins with another's reaches nothing of it
    Given "tenant ac" is the role "tenant role" assumed by "lambda" with
      | transitive tag | tenant_id=ac |
    When "tenant ac" downloads "acme/calls/1.wav" from "input"
    Then it is denied because no identity policy allows it
    When "tenant ac" lists "input" under "acme/"
    Then it is denied because no identity policy allows it
    When "tenant ac" lists "input" under "ac/"
    Then it succeeds

  Scenario: It deletes nothing, and has no part of the bucket of query results
    When "tenant acme" deletes "acme/calls/1.wav" from "input"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "tenant acme" uploads "acme/1.csv" to "staging"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "tenant acme" lists "staging" under "acme/"
    Then it is denied because no identity policy allows it
    When "tenant acme" lists "input" under "acme/"
    Then it succeeds

  Scenario: Its prefix is what keeps another tenant's object from it, and nothing else
    When "tenant acme" downloads "globex/calls/1.wav" from "input"
    Then it is denied because no identity policy allows it
    Given "tenant acme" is also allowed "s3:GetObject"
    When "tenant acme" downloads "globex/calls/1.wav" from "input"
    Then the content is "a call of globex's"
