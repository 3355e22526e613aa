Feature: Each role does its part of the work, and no other's

  Background:
    Given the stack "hybrid-relay"
    And "validation" is the role "lambda role" as "lambda.amazonaws.com" takes it
    And "processing" is the role "task role" as "ecs-tasks.amazonaws.com" takes it with
      | source account | main              |
      | source arn     | {ecs_cluster_arn} |
    And "agent" is the role "execution role" as "ecs-tasks.amazonaws.com" takes it with
      | source account | main              |
      | source arn     | {ecs_cluster_arn} |
    And the object "org-001/package.zip" is in the bucket "ingress" with
      | encryption     | aws:kms                 |
      | encryption key | {ingress_key_arn}       |
      | tag            | organization-id=org-001 |
    And the operator calls "ec2:DescribeSubnets"
    And its "Subnets.0.SubnetId" is remembered as "subnet"

  Scenario Outline: The <role> reads packages and their tags, and lists, tags and deletes none
    When "<who>" downloads "org-001/package.zip" from "ingress"
    Then it succeeds
    When "<who>" reads the head of "org-001/package.zip" in "ingress"
    Then it succeeds
    When "<who>" reads the tags of "org-001/package.zip" in "ingress"
    Then it succeeds
    When "<who>" deletes "org-001/package.zip" from "ingress"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "<who>" tags "org-001/package.zip" in "ingress" with
      | organization-id | org-002 |
    Then it is denied because no identity policy allows it
    When "<who>" lists "ingress"
    Then it is denied because no identity policy allows it
    Given "<who>" is also allowed "s3:ListBucket"
    When "<who>" lists "ingress"
    Then it succeeds

    Examples:
      | role        | who        |
      | lambda role | validation |
      | task role   | processing |

  @guarded-twice:no-put,no-data-key
  Scenario Outline: The <role> writes no package
    When "<who>" uploads "org-001/other.zip" to "ingress" with
      | encryption     | aws:kms           |
      | encryption key | {ingress_key_arn} |
    Then it is denied because no identity policy allows it
    And nothing was stored
    When "<who>" downloads "org-001/package.zip" from "ingress"
    Then it succeeds

    Examples:
      | role        | who        |
      | lambda role | validation |
      | task role   | processing |

  Scenario Outline: The <role> adds to the audit trail
    When "<who>" calls "dynamodb:PutItem" with
      """json
      {
        "TableName": "{audit_table_name}",
        "Item": { "pk": { "S": "ORG#org-001" }, "sk": { "S": "EVENT#2026-01-15T10:00:00Z#UPLOAD" }, "file_key": { "S": "org-001/package.zip" }, "event_type": { "S": "UPLOAD" } },
        "ConditionExpression": "attribute_not_exists(pk)"
      }
      """
    Then it succeeds

    Examples:
      | role        | who        |
      | lambda role | validation |
      | task role   | processing |

  Scenario Outline: The <role> neither reads nor changes the audit trail: <operation>
    Given the operator calls "dynamodb:PutItem" with
      """json
      { "TableName": "{audit_table_name}", "Item": { "pk": { "S": "ORG#org-001" }, "sk": { "S": "EVENT#1" }, "file_key": { "S": "a" } } }
      """
    When "<who>" calls "dynamodb:<operation>" with
      """json
      <members>
      """
    Then it is denied because no identity policy allows it
    Given "<who>" is also allowed "dynamodb:<operation>"
    When "<who>" calls "dynamodb:<operation>" with
      """json
      <members>
      """
    Then it succeeds

    Examples:
      | role        | who        | operation      | members                                                                                                        |
      | lambda role | validation | GetItem        | { "TableName": "{audit_table_name}", "Key": { "pk": { "S": "ORG#org-001" }, "sk": { "S": "EVENT#1" } } }       |
      | lambda role | validation | Query          | { "TableName": "{audit_table_name}", "KeyConditionExpression": "pk = :o", "ExpressionAttributeValues": { ":o": { "S": "ORG#org-001" } } } |
      | lambda role | validation | Scan           | { "TableName": "{audit_table_name}" }                                                                          |
      | lambda role | validation | BatchGetItem   | { "RequestItems": { "{audit_table_name}": { "Keys": [ { "pk": { "S": "ORG#org-001" }, "sk": { "S": "EVENT#1" } } ] } } } |
      | lambda role | validation | DeleteItem     | { "TableName": "{audit_table_name}", "Key": { "pk": { "S": "ORG#org-001" }, "sk": { "S": "EVENT#1" } } }       |
      | lambda role | validation | UpdateItem     | { "TableName": "{audit_table_name}", "Key": { "pk": { "S": "ORG#org-001" }, "sk": { "S": "EVENT#1" } } }       |
      | lambda role | validation | BatchWriteItem | { "RequestItems": { "{audit_table_name}": [ { "DeleteRequest": { "Key": { "pk": { "S": "ORG#org-001" }, "sk": { "S": "EVENT#1" } } } } ] } } |
      | task role   | processing | GetItem        | { "TableName": "{audit_table_name}", "Key": { "pk": { "S": "ORG#org-001" }, "sk": { "S": "EVENT#1" } } }       |
      | task role   | processing | Query          | { "TableName": "{audit_table_name}", "KeyConditionExpression": "pk = :o", "ExpressionAttributeValues": { ":o": { "S": "ORG#org-001" } } } |
      | task role   | processing | Scan           | { "TableName": "{audit_table_name}" }                                                                          |
      | task role   | processing | BatchGetItem   | { "RequestItems": { "{audit_table_name}": { "Keys": [ { "pk": { "S": "ORG#org-001" }, "sk": { "S": "EVENT#1" } } ] } } } |
      | task role   | processing | DeleteItem     | { "TableName": "{audit_table_name}", "Key": { "pk": { "S": "ORG#org-001" }, "sk": { "S": "EVENT#1" } } }       |

  Scenario Outline: The <role> does not read the audit trail by its indexes
    When "<who>" calls "dynamodb:Query" with
      """json
      { "TableName": "{audit_table_name}", "IndexName": "file_key-index", "KeyConditionExpression": "file_key = :f", "ExpressionAttributeValues": { ":f": { "S": "a" } } }
      """
    Then it is denied because no identity policy allows it
    Given "<who>" is also allowed "dynamodb:Query"
    When "<who>" calls "dynamodb:Query" with
      """json
      { "TableName": "{audit_table_name}", "IndexName": "file_key-index", "KeyConditionExpression": "file_key = :f", "ExpressionAttributeValues": { ":f": { "S": "a" } } }
      """
    Then it succeeds

    Examples:
      | role        | who        |
      | lambda role | validation |
      | task role   | processing |

  Scenario: The lambda role runs the task on the cluster
    When "validation" calls "ecs:RunTask" with
      """json
      {
        "cluster": "{ecs_cluster_arn}",
        "taskDefinition": "{ecs_task_definition_arn}",
        "launchType": "FARGATE",
        "networkConfiguration": { "awsvpcConfiguration": { "subnets": [ "{subnet}" ], "securityGroups": [ "{security_group_id}" ] } },
        "overrides": { "containerOverrides": [ { "name": "processing", "environment": [ { "name": "FILE_KEY", "value": "org-001/package.zip" } ] } ] }
      }
      """
    Then it succeeds
    And its "tasks.0.taskArn" is remembered as "task"
    When the operator calls "ecs:DescribeTasks" with
      """json
      { "cluster": "{ecs_cluster_arn}", "tasks": [ "{task}" ] }
      """
    Then the answer has
      | tasks.0.taskDefinitionArn                                          | {ecs_task_definition_arn} |
      | tasks.0.overrides.containerOverrides.0.environment.0.value         | org-001/package.zip       |

  Scenario: The lambda role runs no other task, and none on another cluster
    Given the operator calls "ecs:CreateCluster" with
      | clusterName | other |
    And the operator calls "ecs:RegisterTaskDefinition" with
      """json
      { "family": "other", "containerDefinitions": [ { "name": "a", "image": "a", "memory": 128 } ] }
      """
    When "validation" calls "ecs:RunTask" with
      """json
      { "cluster": "{ecs_cluster_arn}", "taskDefinition": "other" }
      """
    Then it is denied because no identity policy allows it
    When "validation" calls "ecs:RunTask" with
      """json
      {
        "cluster": "other",
        "taskDefinition": "{ecs_task_definition_arn}",
        "launchType": "FARGATE",
        "networkConfiguration": { "awsvpcConfiguration": { "subnets": [ "{subnet}" ], "securityGroups": [ "{security_group_id}" ] } }
      }
      """
    Then it is denied because no identity policy allows it
    When "validation" calls "ecs:RunTask" with
      """json
      {
        "cluster": "{ecs_cluster_arn}",
        "taskDefinition": "{ecs_task_definition_arn}",
        "launchType": "FARGATE",
        "networkConfiguration": { "awsvpcConfiguration": { "subnets": [ "{subnet}" ], "securityGroups": [ "{security_group_id}" ] } }
      }
      """
    Then it succeeds

  Scenario: The lambda role passes the two task roles and no other
    When "validation" calls "ecs:RunTask" with
      """json
      {
        "cluster": "{ecs_cluster_arn}",
        "taskDefinition": "{ecs_task_definition_arn}",
        "launchType": "FARGATE",
        "networkConfiguration": { "awsvpcConfiguration": { "subnets": [ "{subnet}" ], "securityGroups": [ "{security_group_id}" ] } },
        "overrides": { "taskRoleArn": "{lambda_role_arn}" }
      }
      """
    Then it is denied because no identity policy allows it
    When "validation" calls "ecs:RunTask" with
      """json
      {
        "cluster": "{ecs_cluster_arn}",
        "taskDefinition": "{ecs_task_definition_arn}",
        "launchType": "FARGATE",
        "networkConfiguration": { "awsvpcConfiguration": { "subnets": [ "{subnet}" ], "securityGroups": [ "{security_group_id}" ] } },
        "overrides": { "taskRoleArn": "{task_role_arn}", "executionRoleArn": "{execution_role_arn}" }
      }
      """
    Then it succeeds
    Given "validation" is also allowed "ecs:RegisterTaskDefinition"
    When "validation" calls "ecs:RegisterTaskDefinition" with
      """json
      { "family": "other", "taskRoleArn": "{lambda_role_arn}", "containerDefinitions": [ { "name": "a", "image": "a", "memory": 128 } ] }
      """
    Then it is denied because no identity policy allows it
    When "validation" calls "ecs:RegisterTaskDefinition" with
      """json
      { "family": "other", "taskRoleArn": "{task_role_arn}", "executionRoleArn": "{execution_role_arn}", "containerDefinitions": [ { "name": "a", "image": "a", "memory": 128 } ] }
      """
    Then it succeeds

  Scenario: The lambda role passes the task roles to tasks, and to no function
    Given "validation" is also allowed "lambda:UpdateFunctionConfiguration"
    When "validation" calls "lambda:UpdateFunctionConfiguration" with
      | FunctionName | {lambda_function_name} |
      | Role         | {task_role_arn}        |
    Then it is denied because no identity policy allows it
    When "validation" calls "lambda:UpdateFunctionConfiguration" with
      | FunctionName | {lambda_function_name} |
      | Timeout      | 30                     |
    Then it succeeds

  Scenario Outline: The lambda role changes nothing of the cluster: <operation>
    When "validation" calls "ecs:<operation>" with
      """json
      <members>
      """
    Then it is denied because no identity policy allows it
    Given "validation" is also allowed "ecs:<operation>"
    When "validation" calls "ecs:<operation>" with
      """json
      <members>
      """
    Then it succeeds

    Examples:
      | operation                | members                                                                                            |
      | RegisterTaskDefinition   | { "family": "other", "containerDefinitions": [ { "name": "a", "image": "a", "memory": 128 } ] }    |
      | DeregisterTaskDefinition | { "taskDefinition": "{ecs_task_definition_arn}" }                                                  |
      | DescribeTaskDefinition   | { "taskDefinition": "{ecs_task_definition_arn}" }                                                  |
      | DeleteCluster            | { "cluster": "{ecs_cluster_arn}" }                                                                 |

  Scenario: The task role runs no task
    When "processing" calls "ecs:RunTask" with
      """json
      {
        "cluster": "{ecs_cluster_arn}",
        "taskDefinition": "{ecs_task_definition_arn}",
        "launchType": "FARGATE",
        "networkConfiguration": { "awsvpcConfiguration": { "subnets": [ "{subnet}" ], "securityGroups": [ "{security_group_id}" ] } }
      }
      """
    Then it is denied because no identity policy allows it
    Given "processing" is also allowed "ecs:RunTask"
    And "processing" is also allowed "iam:PassRole"
    When "processing" calls "ecs:RunTask" with
      """json
      {
        "cluster": "{ecs_cluster_arn}",
        "taskDefinition": "{ecs_task_definition_arn}",
        "launchType": "FARGATE",
        "networkConfiguration": { "awsvpcConfiguration": { "subnets": [ "{subnet}" ], "securityGroups": [ "{security_group_id}" ] } }
      }
      """
    Then it succeeds

  Scenario: The execution role pulls from its one repository
    Given the operator calls "ecr:CreateRepository" with
      | repositoryName | other |
    When "agent" calls "ecr:GetAuthorizationToken"
    Then it succeeds
    When "agent" calls "ecr:BatchGetImage" with
      """json
      { "repositoryName": "{ecr_repository_name}", "imageIds": [ { "imageTag": "latest" } ] }
      """
    Then it succeeds
    When "agent" calls "ecr:BatchCheckLayerAvailability" with
      """json
      { "repositoryName": "{ecr_repository_name}", "layerDigests": [ "sha256:0000000000000000000000000000000000000000000000000000000000000000" ] }
      """
    Then it succeeds
    When "agent" calls "ecr:BatchGetImage" with
      """json
      { "repositoryName": "other", "imageIds": [ { "imageTag": "latest" } ] }
      """
    Then it is denied because no identity policy allows it
    When "agent" calls "ecr:BatchCheckLayerAvailability" with
      """json
      { "repositoryName": "other", "layerDigests": [ "sha256:0000000000000000000000000000000000000000000000000000000000000000" ] }
      """
    Then it is denied because no identity policy allows it

  # What `docker push` and the agent's pull call.
  Scenario: An image that is pushed is pulled by the execution role
    When the operator calls "ecr:GetAuthorizationToken"
    Then it succeeds
    When the operator calls "ecr:InitiateLayerUpload" with
      | repositoryName | {ecr_repository_name} |
    Then it succeeds
    And its "uploadId" is remembered as "upload"
    When the operator calls "ecr:UploadLayerPart" with
      """json
      { "repositoryName": "{ecr_repository_name}", "uploadId": "{upload}", "partFirstByte": 0, "partLastByte": 4, "layerPartBlob": "aGVsbG8=" }
      """
    Then it succeeds
    When the operator calls "ecr:CompleteLayerUpload" with
      """json
      { "repositoryName": "{ecr_repository_name}", "uploadId": "{upload}", "layerDigests": [ "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" ] }
      """
    Then it succeeds
    When the operator calls "ecr:PutImage" with
      """json
      {
        "repositoryName": "{ecr_repository_name}",
        "imageTag": "latest",
        "imageManifest": "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\",\"config\":{\"mediaType\":\"application/vnd.docker.container.image.v1+json\",\"size\":5,\"digest\":\"sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\"},\"layers\":[{\"mediaType\":\"application/vnd.docker.image.rootfs.diff.tar.gzip\",\"size\":5,\"digest\":\"sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\"}]}"
      }
      """
    Then it succeeds
    When "agent" calls "ecr:BatchGetImage" with
      """json
      { "repositoryName": "{ecr_repository_name}", "imageIds": [ { "imageTag": "latest" } ] }
      """
    Then the answer has
      | images.0.imageId.imageTag | latest |
    When "agent" calls "ecr:BatchCheckLayerAvailability" with
      """json
      { "repositoryName": "{ecr_repository_name}", "layerDigests": [ "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" ] }
      """
    Then the answer has
      | layers.0.layerAvailability | AVAILABLE |

  Scenario Outline: The execution role pushes nothing: <operation>
    When "agent" calls "ecr:<operation>" with
      """json
      <members>
      """
    Then it is denied because no identity policy allows it
    When "agent" calls "ecr:GetAuthorizationToken"
    Then it succeeds

    Examples:
      | operation           | members                                                                                        |
      | InitiateLayerUpload | { "repositoryName": "{ecr_repository_name}" }                                                  |
      | PutImage            | { "repositoryName": "{ecr_repository_name}", "imageManifest": "{}" }                           |
      | BatchDeleteImage    | { "repositoryName": "{ecr_repository_name}", "imageIds": [ { "imageTag": "latest" } ] }        |
      | DescribeImages      | { "repositoryName": "{ecr_repository_name}" }                                                  |
      | DeleteRepository    | { "repositoryName": "{ecr_repository_name}" }                                                  |

  Scenario Outline: The <role> writes its one log
    When "<who>" calls "logs:CreateLogStream" with
      | logGroupName  | {<own>} |
      | logStreamName | 1       |
    Then it succeeds
    When "<who>" calls "logs:CreateLogStream" with
      | logGroupName  | {<other>} |
      | logStreamName | 1         |
    Then it is denied because no identity policy allows it
    When "<who>" calls "logs:CreateLogGroup" with
      | logGroupName | another |
    Then it is denied because no identity policy allows it
    When "<who>" calls "logs:GetLogEvents" with
      | logGroupName  | {<own>} |
      | logStreamName | 1       |
    Then it is denied because no identity policy allows it

    Examples:
      | role           | who        | own                   | other                 |
      | lambda role    | validation | lambda_log_group_name | ecs_log_group_name    |
      | execution role | agent      | ecs_log_group_name    | lambda_log_group_name |

  Scenario: The execution role has no part in packages and audit trail
    When "agent" downloads "org-001/package.zip" from "ingress"
    Then it is denied
    When "agent" calls "dynamodb:PutItem" with
      """json
      { "TableName": "{audit_table_name}", "Item": { "pk": { "S": "ORG#org-001" }, "sk": { "S": "EVENT#1" } } }
      """
    Then it is denied because no identity policy allows it
    Given "agent" is also allowed "s3:GetObject"
    And "agent" is also allowed "dynamodb:PutItem"
    And "agent" is also allowed "kms:Decrypt"
    When "agent" downloads "org-001/package.zip" from "ingress"
    Then it succeeds
    When "agent" calls "dynamodb:PutItem" with
      """json
      { "TableName": "{audit_table_name}", "Item": { "pk": { "S": "ORG#org-001" }, "sk": { "S": "EVENT#1" } } }
      """
    Then it succeeds

  Scenario Outline: The <role> decrypts through S3 alone
    Given the operator encrypts "secret" with the key "ingress key"
    When "<who>" decrypts "secret"
    Then it is denied because no identity policy allows it
    When "<who>" generates a data key with the key "ingress key"
    Then it is denied because no identity policy allows it
    When "<who>" encrypts "secret" with the key "audit key"
    Then it is denied because no identity policy allows it
    Given "<who>" is also allowed "kms:Encrypt"
    When "<who>" encrypts "secret" with the key "audit key"
    Then it succeeds

    Examples:
      | role        | who        |
      | lambda role | validation |
      | task role   | processing |

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
      | role           | service                 |
      | lambda role    | lambda.amazonaws.com    |
      | task role      | ecs-tasks.amazonaws.com |
      | execution role | ecs-tasks.amazonaws.com |

  Scenario: S3 invokes the function for packages of the bucket, and for no other bucket's
    Given "the bucket" is the service "s3.amazonaws.com" with
      | source account | main                              |
      | source arn     | {ingress_bucket_arn} |
    And "another bucket" is the service "s3.amazonaws.com" with
      | source account | main              |
      | source arn     | arn:aws:s3:::other |
    And "a stranger's bucket" is the service "s3.amazonaws.com" with
      | source account | source              |
      | source arn     | {ingress_bucket_arn} |
    When "the bucket" calls "lambda:Invoke" with
      | FunctionName   | {lambda_function_arn} |
      | InvocationType | DryRun                |
    Then it succeeds
    When "another bucket" calls "lambda:Invoke" with
      | FunctionName   | {lambda_function_arn} |
      | InvocationType | DryRun                |
    Then it is denied because no resource policy allows it
    When "a stranger's bucket" calls "lambda:Invoke" with
      | FunctionName   | {lambda_function_arn} |
      | InvocationType | DryRun                |
    Then it is denied because no resource policy allows it

  Scenario Outline: The <role> is taken for tasks of this account, and for no other's
    Given "tasks" is the service "ecs-tasks.amazonaws.com" with
      | source account | main              |
      | source arn     | {ecs_cluster_arn} |
    And "a stranger's tasks" is the service "ecs-tasks.amazonaws.com" with
      | source account | source                                            |
      | source arn     | arn:aws:ecs:eu-north-1:222222222222:cluster/other |
    And "functions" is the service "lambda.amazonaws.com" with
      | source account | main                  |
      | source arn     | {lambda_function_arn} |
    When "tasks" assumes the role "<role>"
    Then it succeeds
    When "a stranger's tasks" assumes the role "<role>"
    Then it is denied because no trust policy allows it
    When "functions" assumes the role "<role>"
    Then it is denied because no trust policy allows it
    When "functions" assumes the role "lambda role"
    Then it succeeds

    Examples:
      | role           |
      | task role      |
      | execution role |
