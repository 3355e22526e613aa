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
    And the object "a.wav" in "calls" has
      | versions | 1                          |
      | content  | what the accessor uploaded |
    When the accessor downloads "a.wav" from "calls"
    Then it succeeds

  Scenario: It deletes no version
    When the accessor reads the head of "a.wav" in "calls"
    Then it succeeds
    And its "VersionId" is remembered as "only version"
    When the accessor calls "s3:DeleteObject" with
      """json
      { "Bucket": "{bucket_name}", "Key": "a.wav", "VersionId": "{only version}" }
      """
    Then it is denied because no identity policy allows it

  Scenario Outline: It may not <what>
    When the accessor calls "<operation>" with
      """json
      <members>
      """
    Then it is denied because no identity policy allows it
    When the accessor lists "calls"
    Then it succeeds

    Examples:
      | what                         | operation                   | members                                                                                      |
      | read the bucket policy       | s3:GetBucketPolicy          | { "Bucket": "{bucket_name}" }                                                                |
      | replace the bucket policy    | s3:PutBucketPolicy          | { "Bucket": "{bucket_name}", "Policy": "{}" }                                                |
      | remove the bucket policy     | s3:DeleteBucketPolicy       | { "Bucket": "{bucket_name}" }                                                                |
      | turn versioning off          | s3:PutBucketVersioning      | { "Bucket": "{bucket_name}", "VersioningConfiguration": { "Status": "Suspended" } }          |
      | change the encryption        | s3:DeleteBucketEncryption   | { "Bucket": "{bucket_name}" }                                                                |
      | open the bucket to the public | s3:DeletePublicAccessBlock | { "Bucket": "{bucket_name}" }                                                                |
      | bring ACLs back              | s3:DeleteBucketOwnershipControls | { "Bucket": "{bucket_name}" }                                                           |
      | empty the bucket by a rule   | s3:PutBucketLifecycleConfiguration | { "Bucket": "{bucket_name}", "LifecycleConfiguration": { "Rules": [ { "Status": "Enabled", "Filter": {}, "Expiration": { "Days": 1 } } ] } } |
      | grant the bucket by an ACL   | s3:PutBucketAcl             | { "Bucket": "{bucket_name}", "ACL": "private" }                                              |
      | tag objects                  | s3:PutObjectTagging         | { "Bucket": "{bucket_name}", "Key": "a.wav", "Tagging": { "TagSet": [] } }                   |
      | create a bucket              | s3:CreateBucket             | { "Bucket": "call-centre-{unique}", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } } |
      | delete the bucket            | s3:DeleteBucket             | { "Bucket": "{bucket_name}" }                                                                |

  Scenario: Versioning stays on when it is tried
    When the accessor calls "s3:PutBucketVersioning" with
      """json
      { "Bucket": "{bucket_name}", "VersioningConfiguration": { "Status": "Suspended" } }
      """
    Then it is denied
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

  Scenario Outline: It does not touch IAM: <operation>
    When the accessor calls "<operation>" with
      """json
      <members>
      """
    Then it is denied because no identity policy allows it

    Examples:
      | operation              | members                                                                                                            |
      | iam:ListUsers          | {}                                                                                                                 |
      | iam:GetUser            | { "UserName": "{accessor}" }                                                                                       |
      | iam:CreateAccessKey    | { "UserName": "{accessor}" }                                                                                       |
      | iam:CreateUser         | { "UserName": "intruder" }                                                                                         |
      | iam:AttachUserPolicy   | { "UserName": "{accessor}", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess" }                           |

  Scenario: IAM would hear the accessor if a policy let it
    Given the operator calls "iam:PutUserPolicy" with
      """json
      {
        "UserName": "{accessor}",
        "PolicyName": "control",
        "PolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"iam:GetUser\",\"Resource\":\"*\"}}"
      }
      """
    When the accessor calls "iam:GetUser" with
      """json
      { "UserName": "{accessor}" }
      """
    Then it succeeds
