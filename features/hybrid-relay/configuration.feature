Feature: The relay is set up to keep its trail

  Background:
    Given the stack "hybrid-relay"

  Scenario Outline: The <key> is the account's own, and rotated
    Then the key "<key>" has rotation "enabled"
    And the key "<key>" has
      | state   | Enabled         |
      | usage   | ENCRYPT_DECRYPT |
      | manager | CUSTOMER        |

    Examples:
      | key         |
      | ingress key |
      | audit key   |

  Scenario: The audit table has its keys, its indexes and its own customer key
    When the operator calls "dynamodb:DescribeTable" with
      | TableName | {audit_table_name} |
    Then the answer has
      | Table.KeySchema.0.AttributeName      | pk              |
      | Table.KeySchema.0.KeyType            | HASH            |
      | Table.KeySchema.1.AttributeName      | sk              |
      | Table.KeySchema.1.KeyType            | RANGE           |
      | Table.BillingModeSummary.BillingMode | PAY_PER_REQUEST |
      | Table.SSEDescription.Status          | ENABLED         |
      | Table.SSEDescription.KMSMasterKeyArn | {audit_key_arn} |

  Scenario Outline: The audit trail is found by <attribute>
    Given the operator calls "dynamodb:PutItem" with
      """json
      { "TableName": "{audit_table_name}", "Item": { "pk": { "S": "ORG#org-001" }, "sk": { "S": "EVENT#1#UPLOAD" }, "file_key": { "S": "a.zip" }, "event_type": { "S": "UPLOAD" } } }
      """
    When the operator calls "dynamodb:Query" with
      """json
      { "TableName": "{audit_table_name}", "IndexName": "<attribute>-index", "KeyConditionExpression": "<attribute> = :v", "ExpressionAttributeValues": { ":v": { "S": "<value>" } } }
      """
    Then the answer has
      | Count         | 1           |
      | Items.0.pk.S  | ORG#org-001 |

    Examples:
      | attribute  | value  |
      | file_key   | a.zip  |
      | event_type | UPLOAD |

  Scenario: The audit trail can be restored to any point in time
    When the operator calls "dynamodb:DescribeContinuousBackups" with
      | TableName | {audit_table_name} |
    Then the answer has
      | ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus | ENABLED |

  Scenario Outline: The log of the <what> is kept for 30 days
    When the operator calls "logs:DescribeLogGroups" with
      | logGroupNamePrefix | {<group>} |
    Then the answer has
      | logGroups.0.logGroupName    | {<group>} |
      | logGroups.0.retentionInDays | 30        |

    Examples:
      | what     | group                 |
      | function | lambda_log_group_name |
      | task     | ecs_log_group_name    |

  Scenario: New packages start the function, and only S3 for this bucket may
    When the operator calls "s3:GetBucketNotificationConfiguration" with
      | Bucket | {ingress_bucket_name} |
    Then the answer has
      | LambdaFunctionConfigurations.0.LambdaFunctionArn              | {lambda_function_arn} |
      | LambdaFunctionConfigurations.0.Events.0                       | s3:ObjectCreated:*    |
      | LambdaFunctionConfigurations.0.Filter.Key.FilterRules.0.Value | .zip                  |
    When the operator calls "lambda:GetPolicy" with
      | FunctionName | {lambda_function_name} |
    Then the answer has
      | Policy.Statement.0.Principal.Service                        | s3.amazonaws.com     |
      | Policy.Statement.0.Condition.ArnLike.AWS:SourceArn          | {ingress_bucket_arn} |
      | Policy.Statement.0.Condition.StringEquals.AWS:SourceAccount | 111111111111         |

  Scenario: The function knows what it works with
    When the operator calls "lambda:GetFunctionConfiguration" with
      | FunctionName | {lambda_function_name} |
    Then the answer has
      | FunctionName                                   | dev-hybrid-relay-validation |
      | Role                                           | {lambda_role_arn}           |
      | MemorySize                                     | 256                         |
      | Timeout                                        | 60                          |
      | Environment.Variables.AUDIT_TABLE              | {audit_table_name}          |
      | Environment.Variables.CLUSTER_ARN              | {ecs_cluster_arn}           |
      | Environment.Variables.TASK_DEFINITION          | {ecs_task_definition_arn}   |
      | Environment.Variables.SECURITY_GROUP_ID        | {security_group_id}         |
      | Environment.Variables.ALLOWED_ORGANIZATION_IDS | org-001,org-002,org-003     |
      | Environment.Variables.EVENT_SOURCE             | notification                |
      | Environment.Variables.COMPUTE_MODE             | ecs                         |

  Scenario: Adding an organization is a change of one variable
    Given the stack "hybrid-relay" with
      | allowed_organization_ids | ["org-001", "org-002", "org-003", "org-new"] |
    When the operator calls "lambda:GetFunctionConfiguration" with
      | FunctionName | {lambda_function_name} |
    Then the answer has
      | Environment.Variables.ALLOWED_ORGANIZATION_IDS | org-001,org-002,org-003,org-new |

  Scenario: On premises the store, the events and the tasks are others, and the program is the same
    Given the stack "hybrid-relay" with
      | storage_endpoint | https://store.example.org |
      | event_source     | relay                     |
      | compute_mode     | local                     |
    When the operator calls "lambda:GetFunctionConfiguration" with
      | FunctionName | {lambda_function_name} |
    Then the answer has
      | Environment.Variables.STORAGE_ENDPOINT | https://store.example.org |
      | Environment.Variables.EVENT_SOURCE     | relay                     |
      | Environment.Variables.COMPUTE_MODE     | local                     |
    When the operator calls "lambda:GetPolicy" with
      | FunctionName | {lambda_function_name} |
    Then it fails with "ResourceNotFoundException"

  Scenario: The task runs on Fargate with its two roles
    When the operator calls "ecs:DescribeTaskDefinition" with
      | taskDefinition | {ecs_task_definition_arn} |
    Then the answer has
      | taskDefinition.family                                                               | dev-hybrid-relay-processing |
      | taskDefinition.networkMode                                                          | awsvpc                      |
      | taskDefinition.requiresCompatibilities.0                                            | FARGATE                     |
      | taskDefinition.cpu                                                                  | 256                         |
      | taskDefinition.memory                                                               | 512                         |
      | taskDefinition.taskRoleArn                                                          | {task_role_arn}             |
      | taskDefinition.executionRoleArn                                                     | {execution_role_arn}        |
      | taskDefinition.containerDefinitions.0.image                                         | {ecr_repository_url}:latest |
      | taskDefinition.containerDefinitions.0.logConfiguration.options.awslogs-group        | {ecs_log_group_name}        |

  Scenario: The repository scans what is pushed, encrypts it, and keeps ten images
    When the operator calls "ecr:DescribeRepositories" with
      """json
      { "repositoryNames": [ "{ecr_repository_name}" ] }
      """
    Then the answer has
      | repositories.0.imageScanningConfiguration.scanOnPush  | true   |
      | repositories.0.encryptionConfiguration.encryptionType | AES256 |
    When the operator calls "ecr:GetLifecyclePolicy" with
      | repositoryName | {ecr_repository_name} |
    Then the answer has
      | lifecyclePolicyText.rules.0.selection.countType   | imageCountMoreThan |
      | lifecyclePolicyText.rules.0.selection.countNumber | 10                 |
      | lifecyclePolicyText.rules.0.action.type           | expire             |

  Scenario: The security group lets nothing in, and HTTPS out
    When the operator calls "ec2:DescribeSecurityGroups" with
      """json
      { "GroupIds": [ "{security_group_id}" ] }
      """
    Then the answer has
      | SecurityGroups.0.IpPermissionsEgress.0.IpProtocol        | tcp       |
      | SecurityGroups.0.IpPermissionsEgress.0.FromPort          | 443       |
      | SecurityGroups.0.IpPermissionsEgress.0.ToPort            | 443       |
      | SecurityGroups.0.IpPermissionsEgress.0.IpRanges.0.CidrIp | 0.0.0.0/0 |
    When the operator calls "ec2:DescribeSecurityGroups" with
      """json
      { "GroupIds": [ "{security_group_id}" ], "Filters": [ { "Name": "ip-permission.protocol", "Values": [ "*" ] } ] }
      """
    Then the answer has
      | SecurityGroups | [] |

  Scenario: Everything says whose it is
    When the operator calls "lambda:ListTags" with
      | Resource | {lambda_function_arn} |
    Then the answer has
      | Tags.Environment | dev          |
      | Tags.Service     | hybrid-relay |
      | Tags.Provisioner | Terraform    |

  Scenario: Production is larger, and otherwise the same
    Given the stack "hybrid-relay" with
      | environment | prod |
    When the operator calls "lambda:GetFunctionConfiguration" with
      | FunctionName | prod-hybrid-relay-validation |
    Then the answer has
      | MemorySize                                     | 512                     |
      | Timeout                                        | 60                      |
      | Environment.Variables.ALLOWED_ORGANIZATION_IDS | org-001,org-002,org-003 |
    When the operator calls "ecs:DescribeTaskDefinition" with
      | taskDefinition | {ecs_task_definition_arn} |
    Then the answer has
      | taskDefinition.family | prod-hybrid-relay-processing |
      | taskDefinition.cpu    | 512                          |
      | taskDefinition.memory | 1024                         |
