Feature: The accessor does nothing but list, read and write

  Each denial stands beside a call to the same service that the accessor is allowed.

  Background:
    Given the stack "call-centre-data"
    And "calls" is the bucket "aws_s3_bucket.data"
    And "accessor" is the user of "aws_iam_access_key.data"
    And the accessor uploads "a.wav" to "calls"

  Scenario: It deletes no object
    When the accessor deletes "a.wav" from "calls"
    Then it is denied because no identity policy allows it
    And nothing was stored
    And the object "a.wav" in "calls" has
      | versions | 1                          |
      | content  | what the accessor uploaded |
    Given the accessor is also allowed "s3:DeleteObject"
    When the accessor deletes "a.wav" from "calls"
    Then it succeeds

  Scenario: It deletes no version
    When the accessor reads the head of "a.wav" in "calls"
    Then it succeeds
    And its "VersionId" is remembered as "only version"
    When the accessor deletes "a.wav" from "calls" with
      | version | {only version} |
    Then it is denied because no identity policy allows it
    Given the accessor is also allowed "s3:DeleteObject"
    When the accessor deletes "a.wav" from "calls" with
      | version | {only version} |
    Then it is denied because no identity policy allows it
    And the object "a.wav" in "calls" has
      | versions | 1 |
    Given the accessor is also allowed "s3:DeleteObjectVersion"
    When the accessor deletes "a.wav" from "calls" with
      | version | {only version} |
    Then it succeeds

  Scenario: It deletes nothing by a presigned URL
    When the accessor deletes "a.wav" from "calls" with
      | over | presigned URL |
    Then it is denied because no identity policy allows it
    And nothing was stored
    When the accessor downloads "a.wav" from "calls" with
      | over | presigned URL |
    Then it succeeds
    Given the accessor is also allowed "s3:DeleteObject"
    When the accessor deletes "a.wav" from "calls" with
      | over | presigned URL |
    Then it succeeds

  # The same call is denied, and succeeds once the accessor is allowed its action: nothing else stood in the way.
  Scenario Outline: It may not <what>
    When the accessor calls "<operation>" with
      """json
      <members>
      """
    Then it is denied because no identity policy allows it
    Given the accessor is also allowed "<action>"
    When the accessor calls "<operation>" with
      """json
      <members>
      """
    Then it succeeds

    Examples: Of the bucket
      | what                          | operation                          | action                        | members                                                                                |
      | read the bucket policy        | s3:GetBucketPolicy                 | s3:GetBucketPolicy            | { "Bucket": "{bucket_name}" }                                                          |
      | replace the bucket policy     | s3:PutBucketPolicy                 | s3:PutBucketPolicy            | { "Bucket": "{bucket_name}", "Policy": "{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":{\\"Effect\\":\\"Deny\\",\\"Principal\\":\\"*\\",\\"Action\\":\\"s3:DeleteBucket\\",\\"Resource\\":\\"{bucket_arn}\\"}}" } |
      | remove the bucket policy      | s3:DeleteBucketPolicy              | s3:DeleteBucketPolicy         | { "Bucket": "{bucket_name}" }                                                          |
      | turn versioning off           | s3:PutBucketVersioning             | s3:PutBucketVersioning        | { "Bucket": "{bucket_name}", "VersioningConfiguration": { "Status": "Suspended" } }    |
      | change the encryption         | s3:DeleteBucketEncryption          | s3:PutEncryptionConfiguration | { "Bucket": "{bucket_name}" }                                                          |
      | open the bucket to the public | s3:DeletePublicAccessBlock         | s3:PutBucketPublicAccessBlock | { "Bucket": "{bucket_name}" }                                                          |
      | bring ACLs back               | s3:DeleteBucketOwnershipControls   | s3:PutBucketOwnershipControls | { "Bucket": "{bucket_name}" }                                                          |
      | tag objects                   | s3:PutObjectTagging                | s3:PutObjectTagging           | { "Bucket": "{bucket_name}", "Key": "a.wav", "Tagging": { "TagSet": [] } }             |
      | read objects' tags            | s3:GetObjectTagging                | s3:GetObjectTagging           | { "Bucket": "{bucket_name}", "Key": "a.wav" }                                          |
      | create a bucket               | s3:CreateBucket                    | s3:CreateBucket               | { "Bucket": "call-centre-{unique}", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } } |

    Examples: Of the account
      | what                          | operation            | action               | members                                                                                  |
      | list all buckets              | s3:ListBuckets       | s3:ListAllMyBuckets  | {}                                                                                       |
      | list users                    | iam:ListUsers        | iam:ListUsers        | {}                                                                                       |
      | look at its own user          | iam:GetUser          | iam:GetUser          | { "UserName": "{accessor}" }                                                             |
      | make itself another key       | iam:CreateAccessKey  | iam:CreateAccessKey  | { "UserName": "{accessor}" }                                                             |
      | create a user                 | iam:CreateUser       | iam:CreateUser       | { "UserName": "intruder" }                                                               |
      | make itself an administrator  | iam:AttachUserPolicy | iam:AttachUserPolicy | { "UserName": "{accessor}", "PolicyArn": "{aws_iam_policy.data.arn}" }                   |
      | write itself a policy         | iam:PutUserPolicy    | iam:PutUserPolicy    | { "UserName": "{accessor}", "PolicyName": "more", "PolicyDocument": "{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":{\\"Effect\\":\\"Allow\\",\\"Action\\":\\"*\\",\\"Resource\\":\\"*\\"}}" } |

  Scenario: It may not empty the bucket by a rule
    When the accessor calls "s3:PutBucketLifecycleConfiguration" with
      """json
      { "Bucket": "{bucket_name}", "LifecycleConfiguration": { "Rules": [ { "Status": "Enabled", "Filter": {}, "Expiration": { "Days": 1 } } ] } }
      """
    Then it is denied because no identity policy allows it
    Given the accessor is also allowed "s3:PutLifecycleConfiguration"
    When the accessor calls "s3:PutBucketLifecycleConfiguration" with
      """json
      { "Bucket": "{bucket_name}", "LifecycleConfiguration": { "Rules": [ { "Status": "Enabled", "Filter": {}, "Expiration": { "Days": 1 } } ] } }
      """
    Then it succeeds

  Scenario: It may not delete the bucket, which is not empty besides
    When the accessor calls "s3:DeleteBucket" with
      | Bucket | {bucket_name} |
    Then it is denied because no identity policy allows it
    Given the accessor is also allowed "s3:DeleteBucket"
    When the accessor calls "s3:DeleteBucket" with
      | Bucket | {bucket_name} |
    Then it fails with "BucketNotEmpty"

  Scenario: It may not grant the bucket by an ACL, which the bucket does not take besides
    When the accessor calls "s3:PutBucketAcl" with
      | Bucket | {bucket_name} |
      | ACL    | public-read   |
    Then it is denied because no identity policy allows it
    Given the accessor is also allowed "s3:PutBucketAcl"
    When the accessor calls "s3:PutBucketAcl" with
      | Bucket | {bucket_name} |
      | ACL    | public-read   |
    Then it fails with "AccessControlListNotSupported"

  Scenario: Versioning stays on when it is tried
    When the accessor calls "s3:PutBucketVersioning" with
      """json
      { "Bucket": "{bucket_name}", "VersioningConfiguration": { "Status": "Suspended" } }
      """
    Then it is denied because no identity policy allows it
    And "calls" has versioning "Enabled"

  Scenario: It reaches no other bucket
    Given the operator calls "s3:CreateBucket" with
      """json
      { "Bucket": "another-{unique}", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } }
      """
    And the operator uploads "a.wav" to "another-{unique}"
    When the accessor lists "another-{unique}"
    Then it is denied because no identity policy allows it
    When the accessor downloads "a.wav" from "another-{unique}"
    Then it is denied because no identity policy allows it
    When the accessor uploads "b.wav" to "another-{unique}"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When the accessor copies "a.wav" in "calls" to "a.wav" in "another-{unique}"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When the accessor copies "a.wav" in "another-{unique}" to "b.wav" in "calls"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When the accessor lists "calls"
    Then it succeeds
    When the accessor downloads "a.wav" from "calls"
    Then it succeeds
    When the accessor uploads "b.wav" to "calls"
    Then it succeeds
    When the accessor copies "a.wav" in "calls" to "b.wav" in "calls"
    Then it succeeds
