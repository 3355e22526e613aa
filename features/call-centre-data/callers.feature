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

  Scenario: Nobody begins an upload in parts over plain HTTP
    When the accessor uploads "large.wav" to "calls" with
      | over      | http   |
      | size      | 12 MiB |
      | part size | 5 MiB  |
    Then it is denied by the statement "DenyPlainHttp" of "aws_s3_bucket_policy.data"
    And nothing was stored
    When the accessor uploads "large.wav" to "calls" with
      | size      | 12 MiB |
      | part size | 5 MiB  |
    Then it succeeds

  Scenario: Nobody uses a presigned URL over plain HTTP
    When the accessor, over http, uploads "b.wav" to "calls" with
      | over | presigned URL |
    Then it is denied by the statement "DenyPlainHttp" of "aws_s3_bucket_policy.data"
    And nothing was stored
    When the accessor, over http, downloads "a.wav" from "calls" with
      | over | presigned URL |
    Then it is denied by the statement "DenyPlainHttp" of "aws_s3_bucket_policy.data"
    When the accessor downloads "a.wav" from "calls" with
      | over | presigned URL |
    Then it succeeds

  Scenario: A wrong secret is refused
    When the accessor, with a wrong secret, lists "calls"
    Then it fails with "SignatureDoesNotMatch"
    When the accessor, with a wrong secret, uploads "b.wav" to "calls"
    Then it fails with "SignatureDoesNotMatch"
    And nothing was stored
    When the accessor lists "calls"
    Then it succeeds

  Scenario: A wrong secret makes no presigned URL
    When the accessor, with a wrong secret, downloads "a.wav" from "calls" with
      | over | presigned URL |
    Then it fails with "SignatureDoesNotMatch"
    When the accessor downloads "a.wav" from "calls" with
      | over | presigned URL |
    Then it succeeds

  Scenario: A key that does not exist is refused
    When the accessor, with an unknown key, lists "calls"
    Then it fails with "InvalidAccessKeyId"
    When the accessor, with an unknown key, uploads "b.wav" to "calls"
    Then it fails with "InvalidAccessKeyId"
    And nothing was stored
    When the accessor lists "calls"
    Then it succeeds

  Scenario: A caller without a name is refused
    When nobody lists "calls"
    Then it is denied because no resource policy allows it
    When nobody downloads "a.wav" from "calls"
    Then it is denied because no resource policy allows it
    When nobody uploads "b.wav" to "calls"
    Then it is denied because no resource policy allows it
    And nothing was stored
    When the accessor lists "calls"
    Then it succeeds
    When the accessor downloads "a.wav" from "calls"
    Then it succeeds
    When the accessor uploads "b.wav" to "calls"
    Then it succeeds

  Scenario: A caller without a name is heard where a bucket is open to everyone
    Given the operator calls "s3:CreateBucket" with
      """json
      { "Bucket": "open-{unique}", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } }
      """
    And the operator calls "s3:DeletePublicAccessBlock" with
      | Bucket | open-{unique} |
    And the operator calls "s3:PutBucketPolicy" with
      """json
      {
        "Bucket": "open-{unique}",
        "Policy": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":[\"s3:ListBucket\",\"s3:GetObject\",\"s3:PutObject\"],\"Resource\":[\"arn:aws:s3:::open-{unique}\",\"arn:aws:s3:::open-{unique}/*\"]}}"
      }
      """
    When nobody uploads "b.wav" to "open-{unique}"
    Then it succeeds
    When nobody downloads "b.wav" from "open-{unique}"
    Then it succeeds
    When nobody lists "open-{unique}"
    Then it succeeds
