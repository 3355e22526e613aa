Feature: The core roles do their work and nothing besides

  Background:
    Given the stack "cci-lite"
    And "lambda" is the role "lambda role" as "lambda.amazonaws.com" takes it
    And "glue" is the role "glue role" as "glue.amazonaws.com" takes it
    And "quicksight" is the role "quicksight role" as "quicksight.amazonaws.com" takes it
    And the object "acme/calls/1.wav" is in the bucket "input"
    And the object "acme/2026/01/15/1.json" is in the bucket "results"
    And the object "results/1.csv" is in the bucket "staging"

  Scenario Outline: The <role> reads results and lists them
    When "<who>" downloads "acme/2026/01/15/1.json" from "results"
    Then it succeeds
    When "<who>" lists "results" under "acme/"
    Then it succeeds

    Examples:
      | role            | who        |
      | glue role       | glue       |
      | quicksight role | quicksight |

  Scenario Outline: The <role> writes and deletes nothing in <bucket>
    When "<who>" uploads "acme/new" to "<bucket>"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "<who>" deletes "<object>" from "<bucket>"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "<who>" downloads "acme/2026/01/15/1.json" from "results"
    Then it succeeds
    Given "<who>" is also allowed "s3:PutObject"
    When "<who>" uploads "acme/new" to "<bucket>"
    Then it succeeds

    Examples:
      | role            | who        | bucket  | object                 |
      | glue role       | glue       | input   | acme/calls/1.wav       |
      | glue role       | glue       | results | acme/2026/01/15/1.json |
      | glue role       | glue       | staging | results/1.csv          |
      | quicksight role | quicksight | input   | acme/calls/1.wav       |
      | quicksight role | quicksight | results | acme/2026/01/15/1.json |

  Scenario Outline: The <role> reads nothing in <bucket>
    When "<who>" downloads "<object>" from "<bucket>"
    Then it is denied because no identity policy allows it
    When "<who>" lists "<bucket>"
    Then it is denied because no identity policy allows it
    When "<who>" downloads "<readable>" from "<other>"
    Then it succeeds
    Given "<who>" is also allowed "s3:GetObject"
    When "<who>" downloads "<object>" from "<bucket>"
    Then it succeeds

    Examples:
      | role            | who        | bucket  | object                 | other   | readable               |
      | glue role       | glue       | input   | acme/calls/1.wav       | results | acme/2026/01/15/1.json |
      | glue role       | glue       | staging | results/1.csv          | results | acme/2026/01/15/1.json |
      | quicksight role | quicksight | input   | acme/calls/1.wav       | results | acme/2026/01/15/1.json |
      | lambda role     | lambda     | results | acme/2026/01/15/1.json | input   | acme/calls/1.wav       |
      | lambda role     | lambda     | staging | results/1.csv          | input   | acme/calls/1.wav       |

  Scenario: The quicksight role writes what comes of its queries to the staging bucket, and deletes nothing there
    When "quicksight" uploads "results/2.csv" to "staging"
    Then it succeeds
    And the object "results/2.csv" in "staging" has
      | encryption key | {kms_key_arn} |
    When "quicksight" downloads "results/2.csv" from "staging"
    Then it succeeds
    When "quicksight" lists "staging"
    Then it succeeds
    When "quicksight" deletes "results/2.csv" from "staging"
    Then it is denied because no identity policy allows it
    And nothing was stored

  Scenario: The quicksight role uses its own workgroup and no other
    Given the operator calls "athena:CreateWorkGroup" with
      | Name | other |
    When "quicksight" calls "athena:GetWorkGroup" with
      | WorkGroup | {athena_workgroup_name} |
    Then it succeeds
    When "quicksight" calls "athena:GetWorkGroup" with
      | WorkGroup | other |
    Then it is denied because no identity policy allows it
    When "quicksight" calls "athena:UpdateWorkGroup" with
      """json
      { "WorkGroup": "{athena_workgroup_name}", "Description": "mine" }
      """
    Then it is denied because no identity policy allows it
    When "quicksight" calls "athena:GetWorkGroup" with
      | WorkGroup | primary |
    Then it is denied because no identity policy allows it

  Scenario Outline: The <role> reads the catalog's database, and no other
    Given the operator calls "glue:CreateDatabase" with
      """json
      { "DatabaseInput": { "Name": "other" } }
      """
    When "<who>" calls "glue:GetDatabase" with
      | Name | {glue_database_name} |
    Then it succeeds
    When "<who>" calls "glue:GetDatabase" with
      | Name | other |
    Then it is denied because no identity policy allows it
    When "<who>" calls "glue:DeleteDatabase" with
      | Name | {glue_database_name} |
    Then it is denied because no identity policy allows it

    Examples:
      | role            | who        |
      | glue role       | glue       |
      | quicksight role | quicksight |

  Scenario: The glue role describes results in the catalog, which the quicksight role may not
    When "quicksight" calls "glue:CreateTable" with
      """json
      { "DatabaseName": "{glue_database_name}", "TableInput": { "Name": "results" } }
      """
    Then it is denied because no identity policy allows it
    When "glue" calls "glue:CreateTable" with
      """json
      { "DatabaseName": "{glue_database_name}", "TableInput": { "Name": "results" } }
      """
    Then it succeeds
    When "quicksight" calls "glue:GetTable" with
      | DatabaseName | {glue_database_name} |
      | Name         | results              |
    Then it succeeds

  Scenario: The lambda role reads calls and writes results
    When "lambda" downloads "acme/calls/1.wav" from "input"
    Then it succeeds
    When "lambda" uploads "acme/2026/01/15/2.json" to "results"
    Then it succeeds
    And the object "acme/2026/01/15/2.json" in "results" has
      | encryption key | {kms_key_arn} |

  Scenario: The lambda role reads nothing of the input bucket but calls, and writes nothing to it
    Given the object "acme/notes.txt" is in the bucket "input"
    When "lambda" downloads "acme/notes.txt" from "input"
    Then it is denied because no identity policy allows it
    When "lambda" uploads "acme/calls/2.wav" to "input"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "lambda" deletes "acme/calls/1.wav" from "input"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "lambda" deletes "acme/2026/01/15/1.json" from "results"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "lambda" downloads "acme/calls/1.wav" from "input"
    Then it succeeds

  Scenario: The lambda role reads tenants and records jobs, and neither scans nor deletes
    When "lambda" calls "dynamodb:PutItem" with
      """json
      { "TableName": "{config_table_name}", "Item": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "JOB#1" } } }
      """
    Then it succeeds
    When "lambda" calls "dynamodb:GetItem" with
      """json
      { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "JOB#1" } } }
      """
    Then it succeeds
    When "lambda" calls "dynamodb:PutItem" with
      """json
      { "TableName": "{config_table_name}", "Item": { "pk": { "S": "OTHER#acme" }, "sk": { "S": "JOB#1" } } }
      """
    Then it is denied because no identity policy allows it
    When "lambda" calls "dynamodb:Scan" with
      | TableName | {config_table_name} |
    Then it is denied because no identity policy allows it
    When "lambda" calls "dynamodb:DeleteItem" with
      """json
      { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "JOB#1" } } }
      """
    Then it is denied because no identity policy allows it
    Given "lambda" is also allowed "dynamodb:DeleteItem"
    When "lambda" calls "dynamodb:DeleteItem" with
      """json
      { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "JOB#1" } } }
      """
    Then it succeeds

  Scenario Outline: The <role> has no part in the table
    When "<who>" calls "dynamodb:GetItem" with
      """json
      { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "CONFIG" } } }
      """
    Then it is denied because no identity policy allows it
    Given "<who>" is also allowed "dynamodb:GetItem"
    When "<who>" calls "dynamodb:GetItem" with
      """json
      { "TableName": "{config_table_name}", "Key": { "pk": { "S": "TENANT#acme" }, "sk": { "S": "CONFIG" } } }
      """
    Then it succeeds

    Examples:
      | role            | who        |
      | glue role       | glue       |
      | quicksight role | quicksight |

  Scenario: The lambda role writes its one log
    When "lambda" calls "logs:CreateLogStream" with
      | logGroupName  | /aws/lambda/{job_init_function_name} |
      | logStreamName | 1                                    |
    Then it succeeds
    Given the operator calls "logs:CreateLogGroup" with
      | logGroupName | /aws/lambda/other |
    When "lambda" calls "logs:CreateLogStream" with
      | logGroupName  | /aws/lambda/other |
      | logStreamName | 1                 |
    Then it is denied because no identity policy allows it
    When "lambda" calls "logs:CreateLogGroup" with
      | logGroupName | /aws/lambda/another |
    Then it is denied because no identity policy allows it
    When "lambda" calls "logs:GetLogEvents" with
      | logGroupName  | /aws/lambda/{job_init_function_name} |
      | logStreamName | 1                                    |
    Then it is denied because no identity policy allows it

  Scenario Outline: The <role> uses the key, and does not administer it
    When "<who>" encrypts "secret" with the key "master key"
    Then it succeeds
    When "<who>" decrypts "secret"
    Then the content is "secret"
    When "<who>" calls "kms:ScheduleKeyDeletion" with
      | KeyId | {kms_key_arn} |
    Then it is denied
    When "<who>" calls "kms:CreateGrant" with
      """json
      { "KeyId": "{kms_key_arn}", "GranteePrincipal": "{glue_role_arn}", "Operations": [ "Decrypt" ] }
      """
    Then it is denied

    Examples:
      | role            | who        |
      | lambda role     | lambda     |
      | glue role       | glue       |
      | quicksight role | quicksight |

  Scenario Outline: The <role> is its service's alone
    When the operator assumes the role "<role>"
    Then it is denied because no trust policy allows it
    When the operator asks who it is
    Then it succeeds
    When the operator calls "iam:GetRole" with
      | RoleName | {<role>} |
    Then the answer has
      | Role.AssumeRolePolicyDocument.Statement.0.Principal.Service | <service> |

    Examples:
      | role            | service                  |
      | lambda role     | lambda.amazonaws.com     |
      | glue role       | glue.amazonaws.com       |
      | quicksight role | quicksight.amazonaws.com |
