Feature: The bucket of calls tells EventBridge, whose rule starts the function

  Background:
    Given the stack "cci-lite"

  Scenario: The rule starts the function, and only the rule may
    When the operator calls "events:DescribeRule" with
      | Name | {event_rule_name} |
    Then the answer has
      | State                             | ENABLED             |
      | EventPattern.source.0             | aws.s3              |
      | EventPattern.detail-type.0        | Object Created      |
      | EventPattern.detail.bucket.name.0 | {input_bucket_name} |
    And its "Arn" is remembered as "rule"
    When the operator calls "events:ListTargetsByRule" with
      | Rule | {event_rule_name} |
    Then the answer has
      | Targets.0.Arn | {job_init_function_arn} |
    When the operator calls "lambda:GetPolicy" with
      | FunctionName | {job_init_function_name} |
    Then the answer has
      | Policy.Statement.0.Principal.Service                    | events.amazonaws.com |
      | Policy.Statement.0.Action                               | lambda:InvokeFunction |
      | Policy.Statement.0.Condition.ArnLike.AWS:SourceArn      | {rule}               |

  Scenario Outline: The rule's pattern: <what>
    When the operator calls "events:DescribeRule" with
      | Name | {event_rule_name} |
    Then its "EventPattern" is remembered as "pattern"
    When the operator calls "events:TestEventPattern" with
      """json
      {
        "EventPattern": "{pattern}",
        "Event": "{\"id\":\"1\",\"account\":\"111111111111\",\"source\":\"aws.s3\",\"time\":\"2026-01-15T00:00:00Z\",\"region\":\"eu-central-1\",\"resources\":[],\"detail-type\":\"<type>\",\"detail\":{\"bucket\":{\"name\":\"<bucket>\"},\"object\":{\"key\":\"<key>\"}}}"
      }
      """
    Then the answer has
      | Result | <result> |

    Examples:
      | what                        | type           | bucket                | key                    | result |
      | a call                      | Object Created | {input_bucket_name}   | acme/calls/1.wav       | true   |
      | another tenant's call       | Object Created | {input_bucket_name}   | globex/calls/a/1.wav   | true   |
      | what is no call             | Object Created | {input_bucket_name}   | acme/notes/1.txt       | false  |
      | a folder of another name    | Object Created | {input_bucket_name}   | acme/callsheets/1.txt  | false  |
      | calls of no tenant          | Object Created | {input_bucket_name}   | calls/1.wav            | false  |
      | a result                    | Object Created | {results_bucket_name} | acme/calls/1.wav       | false  |
      | a call that is deleted      | Object Deleted | {input_bucket_name}   | acme/calls/1.wav       | false  |

  Scenario: Nobody else is allowed to invoke the function by its policy
    Given "stranger" is a new user
    When "stranger" calls "lambda:GetFunction" with
      | FunctionName | {job_init_function_name} |
    Then it is denied because no identity policy allows it
    When "stranger" calls "lambda:Invoke" with
      | FunctionName   | {job_init_function_name} |
      | InvocationType | DryRun                   |
    Then it is denied because no identity policy allows it
    Given "stranger" is also allowed "lambda:InvokeFunction"
    When "stranger" calls "lambda:Invoke" with
      | FunctionName   | {job_init_function_name} |
      | InvocationType | DryRun                   |
    Then it succeeds

  Scenario: The function is what it is meant to be
    When the operator calls "lambda:GetFunctionConfiguration" with
      | FunctionName | {job_init_function_name} |
    Then the answer has
      | FunctionName                          | cci-lite-job-init   |
      | Role                                  | {lambda_role_arn}   |
      | Runtime                               | provided.al2023     |
      | Environment.Variables.TENANT_ROLE_ARN | {tenant_role_arn}   |
      | Environment.Variables.CONFIG_TABLE    | {config_table_name} |
