Feature: Each service of phase 2 uses the key for this account, and for no other

  Background:
    Given the stack "cci-lite"

  Scenario Outline: <service> encrypts and decrypts with the key for this account
    Given "the service" is the service "<service>" with
      | source account | main |
    When "the service" encrypts "secret" with the key "{kms_key_arn}"
    Then it succeeds
    When "the service" decrypts "secret"
    Then it succeeds
    And the content is "secret"
    When "the service" generates a data key with the key "{kms_key_arn}"
    Then it succeeds
    When "the service" calls "kms:DescribeKey" with
      | KeyId | {kms_key_arn} |
    Then the answer has
      | KeyMetadata.Arn | {kms_key_arn} |

    Examples:
      | service                         |
      | events.amazonaws.com            |
      | glue.amazonaws.com              |
      | lambda.amazonaws.com            |
      | logs.eu-central-1.amazonaws.com |
      | s3.amazonaws.com                |
      | sns.amazonaws.com               |
      | transcribe.amazonaws.com        |

  Scenario Outline: <service> does not use the key for another account, or for nobody
    Given "the service" is the service "<service>" with
      | source account | main |
    And "a stranger's service" is the service "<service>" with
      | source account | source |
    And "nobody's service" is the service "<service>"
    When "the service" encrypts "secret" with the key "{kms_key_arn}"
    Then it succeeds
    When "a stranger's service" decrypts "secret"
    Then it is denied because no resource policy allows it
    When "a stranger's service" encrypts "secret" with the key "{kms_key_arn}"
    Then it is denied because no resource policy allows it
    When "a stranger's service" generates a data key with the key "{kms_key_arn}"
    Then it is denied because no resource policy allows it
    When "nobody's service" decrypts "secret"
    Then it is denied because no resource policy allows it

    Examples:
      | service                         |
      | events.amazonaws.com            |
      | glue.amazonaws.com              |
      | lambda.amazonaws.com            |
      | logs.eu-central-1.amazonaws.com |
      | s3.amazonaws.com                |
      | sns.amazonaws.com               |
      | transcribe.amazonaws.com        |

  Scenario: No service manages the key
    Given "transcribe" is the service "transcribe.amazonaws.com" with
      | source account | main |
    When "transcribe" calls "kms:DisableKey" with
      | KeyId | {kms_key_arn} |
    Then it is denied because no resource policy allows it
    When "transcribe" calls "kms:CreateGrant" with
      """json
      { "KeyId": "{kms_key_arn}", "GranteePrincipal": "{lambda_role_arn}", "Operations": [ "Decrypt" ] }
      """
    Then it is denied because no resource policy allows it
    When "transcribe" encrypts "secret" with the key "{kms_key_arn}"
    Then it succeeds

  Scenario: EventBridge invokes the function for the rule, and for no other
    Given the operator calls "events:DescribeRule" with
      | Name | {event_rule_name} |
    And its "Arn" is remembered as "rule"
    And "the rule" is the service "events.amazonaws.com" with
      | source account | main   |
      | source arn     | {rule} |
    And "another rule" is the service "events.amazonaws.com" with
      | source account | main        |
      | source arn     | {rule}-other |
    When "the rule" calls "lambda:Invoke" with
      | FunctionName   | {job_init_function_arn} |
      | InvocationType | DryRun                  |
    Then it succeeds
    When "another rule" calls "lambda:Invoke" with
      | FunctionName   | {job_init_function_arn} |
      | InvocationType | DryRun                  |
    Then it is denied because no resource policy allows it
