Feature: Only known callers on a private line are heard

  Background:
    Given the stack "call-centre-data"
    And "calls" is the bucket "aws_s3_bucket.data"
    And "accessor" is the user of "aws_iam_access_key.data"
    And the accessor uploads "a.wav" to "calls"

  Scenario: Nobody uploads over plain HTTP
    When the accessor uploads "b.wav" to "calls" with
      | over | http |
    Then it is denied by the statement "DenyPlainHttp" of "aws_s3_bucket_policy.data"
    And nothing was stored
    When the accessor uploads "b.wav" to "calls"
    Then it succeeds

  Scenario: Nobody downloads over plain HTTP
    When the accessor downloads "a.wav" from "calls" with
      | over | http |
    Then it is denied by the statement "DenyPlainHttp" of "aws_s3_bucket_policy.data"
    When the accessor downloads "a.wav" from "calls"
    Then it succeeds

  Scenario: Not even the operator lists over plain HTTP
    When the operator, over http, lists "calls"
    Then it is denied by the statement "DenyPlainHttp" of "aws_s3_bucket_policy.data"
    When the operator lists "calls"
    Then it succeeds

  Scenario: A wrong secret is refused
    When the accessor, with a wrong secret, lists "calls"
    Then it fails with "SignatureDoesNotMatch"

  Scenario: A caller without a name is refused
    When nobody lists "calls"
    Then it fails with "AccessDenied"
    When nobody downloads "a.wav" from "calls"
    Then it fails with "AccessDenied"
    When nobody uploads "b.wav" to "calls"
    Then it fails with "AccessDenied"
    And nothing was stored
