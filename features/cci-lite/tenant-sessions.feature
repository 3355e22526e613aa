Feature: A tenant's session is opened by the lambda role, for one tenant

  Background:
    Given the stack "cci-lite"
    And "lambda" is the role "lambda role" as "lambda.amazonaws.com" takes it

  Scenario: The lambda role opens a session for a tenant
    When "lambda" assumes the role "tenant role" with
      | transitive tag | tenant_id=acme |
    Then it succeeds

  Scenario Outline: No session is opened with <what>
    When "lambda" assumes the role "tenant role" with
      | transitive tag | <tag> |
    Then it is denied because no trust policy allows it
    When "lambda" assumes the role "tenant role" with
      | transitive tag | tenant_id=acme |
    Then it succeeds

    Examples:
      | what                      | tag            |
      | another tag               | tenant=acme    |
      | an empty tenant           | tenant_id=     |
      | a slash in the tenant     | tenant_id=a/b  |
      | a slash before the tenant | tenant_id=/a   |
      | a slash behind the tenant | tenant_id=a/   |
      | a slash alone             | tenant_id=/    |

  Scenario: No session is opened with a second tag
    When "lambda" assumes the role "tenant role" with
      | transitive tag | tenant_id=acme |
      | tag            | role=admin     |
    Then it is denied because no trust policy allows it
    When "lambda" assumes the role "tenant role" with
      | transitive tag | tenant_id=acme |
    Then it succeeds

  @guarded-twice:a-tenant,a-transitive-tag
  Scenario: No session is opened without the tag
    When "lambda" assumes the role "tenant role"
    Then it is denied because no trust policy allows it
    When "lambda" assumes the role "tenant role" with
      | transitive tag | tenant_id=acme |
    Then it succeeds

  Scenario: No session is opened whose tag the next role would not have
    When "lambda" assumes the role "tenant role" with
      | tag | tenant_id=acme |
    Then it is denied because no trust policy allows it
    When "lambda" assumes the role "tenant role" with
      | transitive tag | tenant_id=acme |
    Then it succeeds

  Scenario Outline: The <role> opens none, even if it were allowed to
    Given "other" is the role "<role>" as "<service>" takes it
    And "other" is also allowed "sts:AssumeRole"
    And "other" is also allowed "sts:TagSession"
    When "other" assumes the role "tenant role" with
      | transitive tag | tenant_id=acme |
    Then it is denied because no trust policy allows it
    When "other" asks who it is
    Then it succeeds

    Examples:
      | role            | service                  |
      | glue role       | glue.amazonaws.com       |
      | quicksight role | quicksight.amazonaws.com |

  Scenario: An administrator of the account opens none
    When the operator assumes the role "tenant role" with
      | transitive tag | tenant_id=acme |
    Then it is denied because no trust policy allows it
    When the operator asks who it is
    Then it succeeds

  Scenario: A user who may assume every role opens none
    Given "stranger" is a new user with the policy
      """json
      { "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "sts:*", "Resource": "*" } }
      """
    When the stranger assumes the role "tenant role" with
      | transitive tag | tenant_id=acme |
    Then it is denied because no trust policy allows it
    When the stranger asks who it is
    Then it succeeds

  Scenario: A tenant's session opens no session for another tenant
    Given "tenant acme" is the role "tenant role" assumed by "lambda" with
      | transitive tag | tenant_id=acme |
    And "tenant acme" is also allowed "sts:AssumeRole"
    And "tenant acme" is also allowed "sts:TagSession"
    When "tenant acme" assumes the role "tenant role" with
      | transitive tag | tenant_id=globex |
    Then it fails with "InvalidParameterValue"
    When "tenant acme" assumes the role "tenant role"
    Then it is denied because no trust policy allows it
    When "tenant acme" asks who it is
    Then it succeeds

  Scenario: The lambda role opens no session of another role
    When "lambda" assumes the role "glue role"
    Then it is denied
    When "lambda" assumes the role "tenant role" with
      | transitive tag | tenant_id=acme |
    Then it succeeds

  # The trust policy opens no such session: it is taken away to show that the role's policies are a guard as well.
  Scenario: A session without the tag reaches nothing
    Given the operator calls "iam:UpdateAssumeRolePolicy" with
      """json
      {
        "RoleName": "{tenant role}",
        "PolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"{lambda_role_arn}\"},\"Action\":\"sts:AssumeRole\"}}"
      }
      """
    And the object "acme/calls/1.wav" is in the bucket "input"
    And the object "/calls/1.wav" is in the bucket "input"
    And "no tenant" is the role "tenant role" assumed by "lambda"
    When "no tenant" downloads "acme/calls/1.wav" from "input"
    Then it is denied because no identity policy allows it
    When "no tenant" downloads "/calls/1.wav" from "input"
    Then it is denied because no identity policy allows it
    When "no tenant" uploads "/calls/2.wav" to "input"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "no tenant" lists "input"
    Then it is denied because no identity policy allows it
    When "no tenant" lists "input" under "/"
    Then it is denied because no identity policy allows it
    When "no tenant" calls "dynamodb:GetItem" with
      """json
      { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#" }, "sk": { "S": "CONFIG" } } }
      """
    Then it is denied because no identity policy allows it
    When "no tenant" encrypts "secret" with the key "master key" in the context
      | tenant_id | acme |
    Then it is denied because no identity policy allows it
    When "no tenant" encrypts "secret" with the key "master key"
    Then it is denied because no identity policy allows it
    Given "no tenant" is also allowed "s3:GetObject"
    And "no tenant" is also allowed "dynamodb:GetItem"
    And "no tenant" is also allowed "kms:Encrypt"
    When "no tenant" downloads "acme/calls/1.wav" from "input"
    Then it succeeds
    When "no tenant" calls "dynamodb:GetItem" with
      """json
      { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#" }, "sk": { "S": "CONFIG" } } }
      """
    Then it succeeds
    When "no tenant" encrypts "secret" with the key "master key"
    Then it succeeds
