Feature: A third tenant comes with an item in the table, and nothing else

  Background:
    Given the stack "cci-lite"
    And "lambda" is the role "lambda role" as "lambda.amazonaws.com" takes it
    And "tenant acme" is the role "tenant role" assumed by "lambda" with
      | transitive tag | tenant_id=acme |
    And "tenant globex" is the role "tenant role" assumed by "lambda" with
      | transitive tag | tenant_id=globex |
    And "tenant initech" is the role "tenant role" assumed by "lambda" with
      | transitive tag | tenant_id=initech |
    And the operator calls "dynamodb:PutItem" with
      """json
      { "TableName": "{config_table_name}", "Item": { "pk": { "S": "TENANT#initech" }, "sk": { "S": "CONFIG" } } }
      """

  Scenario: It works at once
    When "tenant initech" uploads "initech/calls/1.wav" to "input"
    Then it succeeds
    When "tenant initech" downloads "initech/calls/1.wav" from "input"
    Then the content is what "tenant initech" uploaded
    When "tenant initech" calls "dynamodb:GetItem" with
      """json
      { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#initech" }, "sk": { "S": "CONFIG" } } }
      """
    Then the answer has
      | Item.pk.S | TENANT#initech |
    When "tenant initech" encrypts "secret" with the key "master key" in the context
      | tenant_id | initech |
    Then it succeeds
    When "lambda" calls "dynamodb:GetItem" with
      """json
      { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#initech" }, "sk": { "S": "CONFIG" } } }
      """
    Then the answer has
      | Item.sk.S | CONFIG |

  Scenario: No pair of tenants reaches what is the other's
    Then for every pair of "tenant acme", "tenant globex" and "tenant initech" none reaches the other's
      | bucket | input                            |
      | bucket | results                          |
      | key    | master key in context tenant_id  |

  Scenario Outline: No pair of tenants reads the other's items: <reader> reads <owner>'s
    Given the operator calls "dynamodb:PutItem" with
      """json
      { "TableName": "{config_table_name}", "Item": { "pk": { "S": "TENANT#<owner>" }, "sk": { "S": "CONFIG" } } }
      """
    When "tenant <reader>" calls "dynamodb:Query" with
      """json
      { "TableName": "{config_table_name}", "KeyConditionExpression": "pk = :t", "ExpressionAttributeValues": { ":t": { "S": "TENANT#<owner>" } } }
      """
    Then it is denied because no identity policy allows it
    When "tenant <reader>" calls "dynamodb:PutItem" with
      """json
      { "TableName": "{config_table_name}", "Item": { "pk": { "S": "TENANT#<owner>" }, "sk": { "S": "CONFIG" }, "tariff": { "S": "none" } } }
      """
    Then it is denied because no identity policy allows it
    When "tenant <owner>" calls "dynamodb:Query" with
      """json
      { "TableName": "{config_table_name}", "KeyConditionExpression": "pk = :t", "ExpressionAttributeValues": { ":t": { "S": "TENANT#<owner>" } } }
      """
    Then the answer has
      | Count | 1 |
    When "tenant <reader>" calls "dynamodb:PutItem" with
      """json
      { "TableName": "{config_table_name}", "Item": { "pk": { "S": "TENANT#<reader>" }, "sk": { "S": "CONFIG" } } }
      """
    Then it succeeds

    Examples:
      | reader  | owner   |
      | acme    | globex  |
      | acme    | initech |
      | globex  | acme    |
      | globex  | initech |
      | initech | acme    |
      | initech | globex  |

  Scenario: EventBridge stays on
    When the operator calls "s3:GetBucketNotificationConfiguration" with
      | Bucket | {input_bucket_name} |
    Then the answer has
      | EventBridgeConfiguration | {} |
    When the operator calls "events:DescribeRule" with
      | Name | {event_rule_name} |
    Then the answer has
      | State | ENABLED |
