Feature: The bucket cannot be opened to the public

  Not even by the operator, while the public access block stands. A policy that is refused leaves the one before it.

  Background:
    Given the stack "call-centre-data"
    And "calls" is the bucket "aws_s3_bucket.data"
    And "accessor" is the user of "aws_iam_access_key.data"

  Scenario: A policy that admits everyone is refused
    When the operator calls "s3:PutBucketPolicy" with
      """json
      {
        "Bucket": "{bucket_name}",
        "Policy": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"{bucket_arn}/*\"}}"
      }
      """
    Then it fails with "AccessDenied"
    When nobody lists "calls"
    Then it is denied because no resource policy allows it
    When the accessor, over http, lists "calls"
    Then it is denied by the statement "DenyPlainHttp" of "aws_s3_bucket_policy.data"
    When the accessor lists "calls"
    Then it succeeds

  Scenario: A policy that admits one other account is none of the public's
    When the operator calls "s3:PutBucketPolicy" with
      """json
      {
        "Bucket": "{bucket_name}",
        "Policy": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"222222222222\"},\"Action\":\"s3:GetObject\",\"Resource\":\"{bucket_arn}/*\"}}"
      }
      """
    Then it succeeds
    When nobody lists "calls"
    Then it is denied because no resource policy allows it

  Scenario Outline: An object with the ACL <acl> is refused
    When the accessor uploads "a.wav" to "calls" with
      | acl | <acl> |
    Then it fails with "AccessControlListNotSupported"
    And nothing was stored
    When the accessor uploads "a.wav" to "calls" with
      | acl | bucket-owner-full-control |
    Then it succeeds
    When nobody downloads "a.wav" from "calls"
    Then it is denied because no resource policy allows it

    Examples:
      | acl                |
      | public-read        |
      | public-read-write  |
      | authenticated-read |

  Scenario: An object that is granted to everyone by a header is refused
    When the accessor uploads "a.wav" to "calls" with
      | header x-amz-grant-read | uri="http://acs.amazonaws.com/groups/global/AllUsers" |
    Then it fails with "AccessControlListNotSupported"
    And nothing was stored
    When the accessor uploads "a.wav" to "calls"
    Then it succeeds

  Scenario: An upload in parts with a public ACL is refused
    When the accessor uploads "large.wav" to "calls" with
      | acl       | public-read |
      | size      | 12 MiB      |
      | part size | 5 MiB       |
    Then it fails with "AccessControlListNotSupported"
    And nothing was stored
    When the accessor uploads "large.wav" to "calls" with
      | acl       | bucket-owner-full-control |
      | size      | 12 MiB                    |
      | part size | 5 MiB                     |
    Then it succeeds

  Scenario: No object's ACL is made public afterwards
    Given the accessor uploads "a.wav" to "calls"
    When the accessor calls "s3:PutObjectAcl" with
      | Bucket | {bucket_name} |
      | Key    | a.wav         |
      | ACL    | public-read   |
    Then it fails with "AccessControlListNotSupported"
    When the accessor calls "s3:PutObjectAcl" with
      | Bucket | {bucket_name}             |
      | Key    | a.wav                     |
      | ACL    | bucket-owner-full-control |
    Then it succeeds
    When nobody downloads "a.wav" from "calls"
    Then it is denied because no resource policy allows it

  Scenario: A public ACL on the bucket is refused
    When the operator calls "s3:PutBucketAcl" with
      """json
      { "Bucket": "{bucket_name}", "ACL": "public-read" }
      """
    Then it fails with "AccessControlListNotSupported"
    Given the operator calls "s3:PutBucketOwnershipControls" with
      """json
      { "Bucket": "{bucket_name}", "OwnershipControls": { "Rules": [ { "ObjectOwnership": "ObjectWriter" } ] } }
      """
    When the operator calls "s3:PutBucketAcl" with
      """json
      { "Bucket": "{bucket_name}", "ACL": "public-read" }
      """
    Then it fails with "AccessDenied"
    Given the operator calls "s3:DeletePublicAccessBlock" with
      | Bucket | {bucket_name} |
    When the operator calls "s3:PutBucketAcl" with
      """json
      { "Bucket": "{bucket_name}", "ACL": "public-read" }
      """
    Then it succeeds

  Scenario: Every public access block is on
    When the operator calls "s3:GetPublicAccessBlock" with
      """json
      { "Bucket": "{bucket_name}" }
      """
    Then it succeeds
    And the answer has
      | PublicAccessBlockConfiguration.BlockPublicAcls       | true |
      | PublicAccessBlockConfiguration.BlockPublicPolicy     | true |
      | PublicAccessBlockConfiguration.IgnorePublicAcls      | true |
      | PublicAccessBlockConfiguration.RestrictPublicBuckets | true |

  @guarded-twice:block_public_policy,restrict_public_buckets
  Scenario: No policy opens the recordings to everyone
    Given the accessor uploads "a.wav" to "calls"
    When the operator calls "s3:PutBucketPolicy" with
      """json
      {
        "Bucket": "{bucket_name}",
        "Policy": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"{bucket_arn}/*\"}}"
      }
      """
    Then it may be refused
    When nobody downloads "a.wav" from "calls"
    Then it is denied
    When the accessor downloads "a.wav" from "calls"
    Then it succeeds

  @guarded-twice:object_ownership,block_public_acls,ignore_public_acls
  Scenario: No ACL opens a recording to everyone
    Given the accessor uploads "a.wav" to "calls"
    When the accessor calls "s3:PutObjectAcl" with
      | Bucket | {bucket_name} |
      | Key    | a.wav         |
      | ACL    | public-read   |
    Then it may be refused
    When nobody downloads "a.wav" from "calls"
    Then it is denied
    When the accessor downloads "a.wav" from "calls"
    Then it succeeds
