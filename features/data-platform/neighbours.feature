Feature: Environments stand side by side in one account, and do not touch one another

  Beside the stack stands another environment of it (the folder fixtures).

  Background:
    Given the stack "data-platform"
    And "ingest" is the role "ingest role" as "lambda.amazonaws.com" takes it
    And "neighbour" is the role "module.neighbour.module.ingest_role.aws_iam_role.this" as "lambda.amazonaws.com" takes it

  Scenario: Each function's role writes objects to its own bucket alone
    When "ingest" uploads "1" to "neighbour_bucket_name"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "neighbour" uploads "1" to "data"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "ingest" uploads "1" to "data"
    Then it succeeds
    When "neighbour" uploads "1" to "neighbour_bucket_name"
    Then it succeeds

  Scenario Outline: Each function's role <does> its own <what> alone
    When "ingest" calls "<operation>" with
      """json
      <neighbour's>
      """
    Then it is denied because no identity policy allows it
    When "neighbour" calls "<operation>" with
      """json
      <own>
      """
    Then it is denied because no identity policy allows it
    When "ingest" calls "<operation>" with
      """json
      <own>
      """
    Then it succeeds
    When "neighbour" calls "<operation>" with
      """json
      <neighbour's>
      """
    Then it succeeds

    Examples:
      | does      | what   | operation                     | own                                                                                          | neighbour's                                                                                   |
      | writes to | table  | dynamodb:PutItem              | { "TableName": "{dynamodb_table_name}", "Item": { "pk": { "S": "a" }, "sk": { "S": "1" } } } | { "TableName": "{neighbour_table_name}", "Item": { "pk": { "S": "a" }, "sk": { "S": "1" } } } |
      | reads     | stream | kinesis:DescribeStreamSummary | { "StreamName": "{kinesis_stream_name}" }                                                    | { "StreamName": "{neighbour_stream_name}" }                                                   |
      | reads     | secret | secretsmanager:GetSecretValue | { "SecretId": "{secret_name}" }                                                              | { "SecretId": "{neighbour_secret_name}" }                                                     |
