Feature: A tenant reaches the items of its own partition, and no others

  What is a tenant's is what has the partition key `TENANT#<tenant_id>`. Each call is made by the tenant whose items they
  are, and by another.

  Background:
    Given the stack "cci-lite"
    And "lambda" is the role "lambda role" as "lambda.amazonaws.com" takes it
    And "tenant acme" is the role "tenant role" assumed by "lambda" with
      | transitive tag | tenant_id=acme |
    And "tenant globex" is the role "tenant role" assumed by "lambda" with
      | transitive tag | tenant_id=globex |
    And the operator calls "dynamodb:BatchWriteItem" with
      """json
      {
        "RequestItems": {
          "{config_table_name}": [
            { "PutRequest": { "Item": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "CONFIG" }, "kind": { "S": "config" } } } },
            { "PutRequest": { "Item": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "OLD" } } } },
            { "PutRequest": { "Item": { "pk": { "S": "TENANT#globex" }, "sk": { "S": "CONFIG" }, "kind": { "S": "config" } } } }
          ]
        }
      }
      """

  Scenario Outline: Each tenant reads and writes its own: <tenant>
    When "tenant <tenant>" calls "dynamodb:GetItem" with
      """json
      { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#<tenant>" }, "sk": { "S": "CONFIG" } } }
      """
    Then the answer has
      | Item.kind.S | config |
    When "tenant <tenant>" calls "dynamodb:PutItem" with
      """json
      { "TableName": "{config_table_name}", "Item": { "pk": { "S": "TENANT#<tenant>" }, "sk": { "S": "NEW" } } }
      """
    Then it succeeds

    Examples:
      | tenant |
      | acme   |
      | globex |

  Scenario Outline: <operation> reaches the tenant's own partition alone: <what>
    When "tenant globex" calls "dynamodb:<operation>" with
      """json
      <members>
      """
    Then it is denied because no identity policy allows it
    When "tenant acme" calls "dynamodb:<operation>" with
      """json
      <members>
      """
    Then it succeeds

    Examples: Of one item
      | operation  | what          | members                                                                                                           |
      | GetItem    | an item       | { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "CONFIG" } } }         |
      | PutItem    | a new item    | { "TableName": "{config_table_name}", "Item": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "NEW" } } }           |
      | UpdateItem | a change      | { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "CONFIG" } }, "UpdateExpression": "SET tariff = :t", "ExpressionAttributeValues": { ":t": { "S": "free" } } } |
      | DeleteItem | an old item   | { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "OLD" } } }            |
      | Query      | all its items | { "TableName": "{config_table_name}", "KeyConditionExpression": "pk = :t", "ExpressionAttributeValues": { ":t": { "S": "TENANT#acme" } } } |

    Examples: Of several
      | operation          | what              | members                                                                                                   |
      | BatchGetItem       | a batch of reads  | { "RequestItems": { "{config_table_name}": { "Keys": [ { "pk": { "S": "TENANT#acme" }, "sk": { "S": "CONFIG" } } ] } } } |
      | BatchWriteItem     | a batch of writes | { "RequestItems": { "{config_table_name}": [ { "PutRequest": { "Item": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "NEW" } } } } ] } } |
      | BatchWriteItem     | a batch of deletes | { "RequestItems": { "{config_table_name}": [ { "DeleteRequest": { "Key": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "OLD" } } } } ] } } |
      | TransactGetItems   | reads at once     | { "TransactItems": [ { "Get": { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "CONFIG" } } } } ] } |
      | TransactWriteItems | writes at once    | { "TransactItems": [ { "Put": { "TableName": "{config_table_name}", "Item": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "NEW" } } } } ] } |
      | TransactWriteItems | a check           | { "TransactItems": [ { "ConditionCheck": { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "CONFIG" } }, "ConditionExpression": "attribute_exists(pk)" } } ] } |

  Scenario Outline: A statement reaches the tenant's own partition alone: <what>
    When "tenant globex" calls "dynamodb:<operation>" with
      """json
      <members>
      """
    Then it is denied because no identity policy allows it
    When "tenant acme" calls "dynamodb:<operation>" with
      """json
      <members>
      """
    Then it succeeds

    Examples:
      | what     | operation             | members                                                                                                       |
      | a select | ExecuteStatement      | { "Statement": "SELECT * FROM \\"{config_table_name}\\" WHERE pk = 'TENANT#acme'" }                          |
      | an insert | ExecuteStatement     | { "Statement": "INSERT INTO \\"{config_table_name}\\" VALUE { 'pk': 'TENANT#acme', 'sk': 'NEW' }" }          |
      | an update | ExecuteStatement     | { "Statement": "UPDATE \\"{config_table_name}\\" SET tariff = 'free' WHERE pk = 'TENANT#acme' AND sk = 'CONFIG'" } |
      | a delete | ExecuteStatement      | { "Statement": "DELETE FROM \\"{config_table_name}\\" WHERE pk = 'TENANT#acme' AND sk = 'OLD'" }              |
      | a parameter | ExecuteStatement   | { "Statement": "SELECT * FROM \\"{config_table_name}\\" WHERE pk = ?", "Parameters": [ { "S": "TENANT#acme" } ] } |
      | a batch of statements | BatchExecuteStatement | { "Statements": [ { "Statement": "SELECT * FROM \\"{config_table_name}\\" WHERE pk = 'TENANT#acme' AND sk = 'CONFIG'" } ] } |
      | statements at once | ExecuteTransaction | { "TransactStatements": [ { "Statement": "SELECT * FROM \\"{config_table_name}\\" WHERE pk = 'TENANT#acme' AND sk = 'CONFIG'" } ] } |

  Scenario Outline: One item of another tenant among its own is enough to be denied: <operation>
    When "tenant acme" calls "dynamodb:<operation>" with
      """json
      <members>
      """
    Then it is denied because no identity policy allows it

    Examples:
      | operation          | members                                                                                                                     |
      | BatchGetItem       | { "RequestItems": { "{config_table_name}": { "Keys": [ { "pk": { "S": "TENANT#acme" }, "sk": { "S": "CONFIG" } }, { "pk": { "S": "TENANT#globex" }, "sk": { "S": "CONFIG" } } ] } } } |
      | TransactGetItems   | { "TransactItems": [ { "Get": { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "CONFIG" } } } }, { "Get": { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#globex" }, "sk": { "S": "CONFIG" } } } } ] } |
      | TransactWriteItems | { "TransactItems": [ { "Put": { "TableName": "{config_table_name}", "Item": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "NEW" } } } }, { "Delete": { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#globex" }, "sk": { "S": "CONFIG" } } } } ] } |

  # A scan names no leading key, and of nothing `ForAllValues` holds: it must not be granted at all.
  @guarded-twice:no-scan,a-leading-key
  Scenario: It scans nothing
    When "tenant acme" calls "dynamodb:Scan" with
      | TableName | {config_table_name} |
    Then it is denied because no identity policy allows it
    Given "tenant acme" is also allowed "dynamodb:Scan"
    When "tenant acme" calls "dynamodb:Scan" with
      | TableName | {config_table_name} |
    Then the answer has
      | Count | 3 |

  Scenario Outline: A statement that names no partition reads the whole table, and is denied: <operation>
    When "tenant acme" calls "dynamodb:<operation>" with
      """json
      <members>
      """
    Then it is denied because no identity policy allows it
    Given "tenant acme" is also allowed "dynamodb:PartiQLSelect"
    When "tenant acme" calls "dynamodb:<operation>" with
      """json
      <members>
      """
    Then it succeeds

    Examples:
      | operation        | members                                                                                       |
      | ExecuteStatement | { "Statement": "SELECT * FROM \\"{config_table_name}\\"" }                                    |
      | ExecuteStatement | { "Statement": "SELECT * FROM \\"{config_table_name}\\" WHERE sk = 'CONFIG'" }                |
      | ExecuteStatement | { "Statement": "SELECT * FROM \\"{config_table_name}\\" WHERE pk = 'TENANT#acme' OR sk = 'CONFIG'" } |

  Scenario: It reads by no index
    Given the operator calls "dynamodb:UpdateTable" with
      """json
      {
        "TableName": "{config_table_name}",
        "AttributeDefinitions": [ { "AttributeName": "pk", "AttributeType": "S" }, { "AttributeName": "sk", "AttributeType": "S" }, { "AttributeName": "kind", "AttributeType": "S" } ],
        "GlobalSecondaryIndexUpdates": [
          { "Create": { "IndexName": "by-kind", "KeySchema": [ { "AttributeName": "kind", "KeyType": "HASH" } ], "Projection": { "ProjectionType": "ALL" } } }
        ]
      }
      """
    When "tenant acme" calls "dynamodb:Query" with
      """json
      { "TableName": "{config_table_name}", "IndexName": "by-kind", "KeyConditionExpression": "kind = :k", "ExpressionAttributeValues": { ":k": { "S": "config" } } }
      """
    Then it is denied because no identity policy allows it
    When "tenant acme" calls "dynamodb:Scan" with
      """json
      { "TableName": "{config_table_name}", "IndexName": "by-kind" }
      """
    Then it is denied because no identity policy allows it
    Given "tenant acme" is also allowed "dynamodb:Query"
    When "tenant acme" calls "dynamodb:Query" with
      """json
      { "TableName": "{config_table_name}", "IndexName": "by-kind", "KeyConditionExpression": "kind = :k", "ExpressionAttributeValues": { ":k": { "S": "config" } } }
      """
    Then the answer has
      | Count | 2 |

  Scenario: A partition whose name begins with the tenant's is not the tenant's
    When "tenant acme" calls "dynamodb:GetItem" with
      """json
      { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#acme-2" }, "sk": { "S": "CONFIG" } } }
      """
    Then it is denied because no identity policy allows it
    When "tenant acme" calls "dynamodb:GetItem" with
      """json
      { "TableName": "{config_table_name}", "Key": { "pk": { "S": "acme" }, "sk": { "S": "CONFIG" } } }
      """
    Then it is denied because no identity policy allows it

  Scenario Outline: It may not <what>
    When "tenant acme" calls "<operation>" with
      """json
      <members>
      """
    Then it is denied because no identity policy allows it
    Given "tenant acme" is also allowed "<operation>"
    When "tenant acme" calls "<operation>" with
      """json
      <members>
      """
    Then it succeeds

    Examples:
      | what               | operation              | members                                                            |
      | describe the table | dynamodb:DescribeTable | { "TableName": "{config_table_name}" }                             |
      | list the tables    | dynamodb:ListTables    | {}                                                                 |
      | delete the table   | dynamodb:DeleteTable   | { "TableName": "{config_table_name}" }                             |
