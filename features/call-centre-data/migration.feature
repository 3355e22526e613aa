Feature: Data is migrated by the migrator role, and by it alone

  The migrator user may do one thing: assume the role. The role writes to the bucket and deletes nothing.

  Background:
    Given the stack "call-centre-data" with
      | data_migration_enabled | true |
    And "calls" is the bucket "aws_s3_bucket.data"
    And "accessor" is the user of "aws_iam_access_key.data"
    And "migrator user" is the user of "aws_iam_access_key.data_migration"
    And "migrator" is the role "aws_iam_role.data_migration" assumed by "migrator user" with
      | session name | migration |
      | duration     | 8 hours   |
    And the accessor uploads "a.wav" to "calls"

  Scenario: The migrator user assumes the role for a working day
    When the migrator user assumes the role "aws_iam_role.data_migration" with
      | session name | migration |
      | duration     | 8 hours   |
    Then it succeeds

  Scenario: A session longer than eight hours is refused
    When the migrator user assumes the role "aws_iam_role.data_migration" with
      | duration | 9 hours |
    Then it fails with "ValidationError"
    When the migrator user assumes the role "aws_iam_role.data_migration" with
      | duration | 8 hours |
    Then it succeeds

  Scenario: The migrator user reads and writes nothing itself
    When the migrator user lists "calls"
    Then it is denied because no identity policy allows it
    When the migrator user downloads "a.wav" from "calls"
    Then it is denied because no identity policy allows it
    When the migrator user uploads "b.wav" to "calls"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When the migrator user deletes "a.wav" from "calls"
    Then it is denied because no identity policy allows it
    Given the migrator user is also allowed "s3:*"
    When the migrator user lists "calls"
    Then it succeeds
    When the migrator user downloads "a.wav" from "calls"
    Then it succeeds
    When the migrator user uploads "b.wav" to "calls"
    Then it succeeds
    When the migrator user deletes "a.wav" from "calls"
    Then it succeeds

  Scenario Outline: The migrator user calls no <operation>
    When the migrator user calls "<operation>"
    Then it is denied because no identity policy allows it
    Given the migrator user is also allowed "<action>"
    When the migrator user calls "<operation>"
    Then it succeeds

    Examples:
      | operation      | action              |
      | s3:ListBuckets | s3:ListAllMyBuckets |
      | iam:ListUsers  | iam:ListUsers       |
      | iam:ListRoles  | iam:ListRoles       |

  Scenario: The role writes to the bucket
    When the migrator uploads "archive/1.wav" to "calls"
    Then it succeeds
    And the object "archive/1.wav" in "calls" has
      | encryption | AES256                     |
      | content    | what the migrator uploaded |

  Scenario: The role writes large recordings in parts, with tags
    When the migrator uploads "archive/large.wav" to "calls" with
      | size      | 12 MiB      |
      | part size | 5 MiB       |
      | tag       | legacy=true |
    Then it succeeds

  Scenario: The role lists the bucket, but reads and deletes nothing in it
    When the migrator lists "calls"
    Then it succeeds
    When the migrator downloads "a.wav" from "calls"
    Then it is denied because no identity policy allows it
    When the migrator deletes "a.wav" from "calls"
    Then it is denied because no identity policy allows it
    And nothing was stored
    And the object "a.wav" in "calls" has
      | versions | 1 |
    Given the migrator is also allowed "s3:GetObject"
    And the migrator is also allowed "s3:DeleteObject"
    When the migrator downloads "a.wav" from "calls"
    Then it succeeds
    When the migrator deletes "a.wav" from "calls"
    Then it succeeds

  Scenario: The role deletes no version
    Given the migrator uploads "archive/1.wav" to "calls"
    And its "VersionId" is remembered as "only version"
    When the migrator deletes "archive/1.wav" from "calls" with
      | version | {only version} |
    Then it is denied because no identity policy allows it
    And the object "archive/1.wav" in "calls" has
      | versions | 1 |
    Given the migrator is also allowed "s3:DeleteObjectVersion"
    When the migrator deletes "archive/1.wav" from "calls" with
      | version | {only version} |
    Then it succeeds

  Scenario: The role reaches no other bucket
    Given the operator calls "s3:CreateBucket" with
      """json
      { "Bucket": "another-{unique}", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } }
      """
    And the operator uploads "a.wav" to "another-{unique}"
    When the migrator lists "another-{unique}"
    Then it is denied because no identity policy allows it
    When the migrator downloads "a.wav" from "another-{unique}"
    Then it is denied because no identity policy allows it
    When the migrator uploads "archive/1.wav" to "another-{unique}"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When the migrator lists "calls"
    Then it succeeds
    When the migrator uploads "archive/1.wav" to "calls"
    Then it succeeds
    Given the migrator is also allowed "s3:GetObject"
    When the migrator downloads "a.wav" from "another-{unique}"
    Then it succeeds

  Scenario: The role obeys the bucket policy
    When the migrator uploads "archive/1.wav" to "calls" with
      | encryption | aws:kms |
    Then it is denied by the statement "DenyKmsHeader" of "aws_s3_bucket_policy.data"
    And nothing was stored
    When the migrator uploads "archive/1.wav" to "calls"
    Then it succeeds

  Scenario: The accessor cannot assume the role
    When the accessor assumes the role "aws_iam_role.data_migration"
    Then it is denied
    When the accessor asks who it is
    Then it succeeds
    Given the operator calls "iam:UpdateAssumeRolePolicy" with
      """json
      {
        "RoleName": "{migrator}",
        "PolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"AWS\":\"{aws_iam_user.data.arn}\"}}}"
      }
      """
    When the accessor assumes the role "aws_iam_role.data_migration"
    Then it succeeds

  Scenario: An administrator of the account cannot assume the role
    When the operator assumes the role "aws_iam_role.data_migration"
    Then it is denied
    When the operator asks who it is
    Then it succeeds
    And its "Account" is remembered as "account"
    Given the operator calls "iam:UpdateAssumeRolePolicy" with
      """json
      {
        "RoleName": "{migrator}",
        "PolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"AWS\":\"{account}\"}}}"
      }
      """
    When the operator assumes the role "aws_iam_role.data_migration"
    Then it succeeds

  Scenario: A user who may assume every role cannot assume this one
    Given "stranger" is a new user with the policy
      """json
      { "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" } }
      """
    When the stranger assumes the role "aws_iam_role.data_migration"
    Then it is denied because no trust policy allows it
    When the stranger asks who it is
    Then it succeeds
    And its "Account" is remembered as "account"
    Given the operator calls "iam:UpdateAssumeRolePolicy" with
      """json
      {
        "RoleName": "{migrator}",
        "PolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"AWS\":\"{account}\"}}}"
      }
      """
    When the stranger assumes the role "aws_iam_role.data_migration"
    Then it succeeds

  Scenario: An administrator of the source's account cannot assume the role
    When operator of "source" assumes the role "aws_iam_role.data_migration"
    Then it is denied
    When operator of "source" asks who it is
    Then it succeeds
    And its "Account" is remembered as "account"
    Given the operator calls "iam:UpdateAssumeRolePolicy" with
      """json
      {
        "RoleName": "{migrator}",
        "PolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"AWS\":\"{account}\"}}}"
      }
      """
    When operator of "source" assumes the role "aws_iam_role.data_migration"
    Then it succeeds

  Scenario: A caller without a name cannot assume the role
    When nobody assumes the role "aws_iam_role.data_migration"
    Then it fails with "MissingAuthenticationToken"
    When the migrator user assumes the role "aws_iam_role.data_migration"
    Then it succeeds

  Scenario: A session that has ended is of no use
    When the migrator, with an expired session, lists "calls"
    Then it fails with "ExpiredToken"
    When the migrator lists "calls"
    Then it succeeds

  Scenario: The role trusts the migrator user, and no service or account besides
    When the operator calls "iam:GetRole" with
      | RoleName | {migrator} |
    Then the answer has
      | Role.AssumeRolePolicyDocument.Statement | [{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"AWS":"{aws_iam_user.data_migration[0].arn}"},"Sid":"MigratorUserAlone"}] |

  Scenario: The role cannot assume itself
    When the migrator assumes the role "aws_iam_role.data_migration"
    Then it is denied
    When the migrator asks who it is
    Then it succeeds
    Given the operator calls "iam:UpdateAssumeRolePolicy" with
      """json
      {
        "RoleName": "{migrator}",
        "PolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"AWS\":\"{migrator_role_arn}\"}}}"
      }
      """
    When the migrator assumes the role "aws_iam_role.data_migration"
    Then it succeeds

  Scenario: A session policy narrows the role
    Given "narrow migrator" is "migrator" with the session policy
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          { "Effect": "Allow", "Action": "s3:PutObject", "Resource": "{bucket_arn}/archive/*" }
        ]
      }
      """
    When the narrow migrator uploads "archive/1.wav" to "calls"
    Then it succeeds
    When the narrow migrator uploads "elsewhere/1.wav" to "calls"
    Then it is denied because no session policy allows it
    And nothing was stored
    When the narrow migrator lists "calls"
    Then it is denied because no session policy allows it
    When the migrator uploads "elsewhere/1.wav" to "calls"
    Then it succeeds
    When the migrator lists "calls"
    Then it succeeds

  Scenario: A session policy that allows everything widens nothing
    Given "wide migrator" is "migrator" with the session policy
      """json
      { "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } }
      """
    When the wide migrator uploads "archive/1.wav" to "calls"
    Then it succeeds
    When the wide migrator deletes "archive/1.wav" from "calls"
    Then it is denied because no identity policy allows it
    When the wide migrator downloads "a.wav" from "calls"
    Then it is denied because no identity policy allows it
    Given the migrator is also allowed "s3:GetObject"
    And the migrator is also allowed "s3:DeleteObject"
    When the wide migrator downloads "a.wav" from "calls"
    Then it succeeds
    When the wide migrator deletes "archive/1.wav" from "calls"
    Then it succeeds
