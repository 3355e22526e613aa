# The checklist of phase 2, a scenario a line, and what else is a fact of the stack.
Feature: The validation checklist

  Background:
    Given the stack "cci-lite"

  Scenario Outline: The bucket <purpose> exists and is accessible
    When the operator calls "s3:HeadBucket" with
      | Bucket | cci-lite-<purpose>-111111111111-eu-central-1 |
    Then the answer has
      | BucketRegion | eu-central-1 |
    When the operator lists "<bucket>"
    Then it succeeds

    Examples:
      | purpose        | bucket  |
      | input          | input   |
      | results        | results |
      | athena-staging | staging |

  Scenario Outline: The encryption of <bucket> is the key's that the alias names
    When the operator calls "kms:DescribeKey" with
      | KeyId | alias/cci-lite-master-key |
    Then the answer has
      | KeyMetadata.Arn     | {kms_key_arn}     |
      | KeyMetadata.KeySpec | SYMMETRIC_DEFAULT |
    When the operator calls "s3:GetBucketEncryption" with
      | Bucket | {<bucket>} |
    Then the answer has
      | ServerSideEncryptionConfiguration.Rules.0.ApplyServerSideEncryptionByDefault.SSEAlgorithm   | aws:kms       |
      | ServerSideEncryptionConfiguration.Rules.0.ApplyServerSideEncryptionByDefault.KMSMasterKeyID | {kms_key_arn} |
      | ServerSideEncryptionConfiguration.Rules.0.BucketKeyEnabled                                  | true          |

    Examples:
      | bucket  |
      | input   |
      | results |
      | staging |

  Scenario Outline: The lifecycle rule of <bucket> is enforced
    When the operator calls "s3:GetBucketLifecycleConfiguration" with
      | Bucket | {<bucket>} |
    Then the answer has
      | Rules.0.Status          | Enabled |
      | Rules.0.Expiration.Days | <days>  |

    Examples:
      | bucket  | days |
      | input   | 1    |
      | results | 30   |
      | staging | 7    |

  Scenario: The key's policy is valid, and names no principal that is not there
    When the operator calls "kms:GetKeyPolicy" with
      | KeyId      | {kms_key_arn} |
      | PolicyName | default       |
    Then it succeeds
    And its "Policy" is remembered as "policy"
    When the operator calls "kms:PutKeyPolicy" with
      """json
      { "KeyId": "{kms_key_arn}", "PolicyName": "default", "Policy": "{policy}" }
      """
    Then it succeeds
    When the operator encrypts "secret" with the key "master key"
    Then it succeeds

  Scenario: The services of phase 2 are in the key's policy, each for this account alone
    When the operator calls "kms:GetKeyPolicy" with
      | KeyId      | {kms_key_arn} |
      | PolicyName | default       |
    Then the answer has
      | Policy.Statement.1.Sid                                       | AllowServiceAccess              |
      | Policy.Statement.1.Principal.Service.0                       | transcribe.amazonaws.com        |
      | Policy.Statement.1.Principal.Service.1                       | sns.amazonaws.com               |
      | Policy.Statement.1.Principal.Service.2                       | s3.amazonaws.com                |
      | Policy.Statement.1.Principal.Service.3                       | logs.eu-central-1.amazonaws.com |
      | Policy.Statement.1.Principal.Service.4                       | lambda.amazonaws.com            |
      | Policy.Statement.1.Principal.Service.5                       | glue.amazonaws.com              |
      | Policy.Statement.1.Principal.Service.6                       | events.amazonaws.com            |
      | Policy.Statement.1.Condition.StringEquals.aws:SourceAccount  | 111111111111                    |

  Scenario: CloudWatch Logs uses the key for this account, and for no other
    When the operator calls "logs:CreateLogGroup" with
      | logGroupName | transcripts   |
      | kmsKeyId     | {kms_key_arn} |
    Then it succeeds
    When operator of "source" calls "logs:CreateLogGroup" with
      | logGroupName | transcripts   |
      | kmsKeyId     | {kms_key_arn} |
    Then it fails with "InvalidParameterException"

  Scenario: The key is rotated
    Then the key "master key" has rotation "enabled"
    And the key "master key" has
      | state   | Enabled         |
      | usage   | ENCRYPT_DECRYPT |
      | manager | CUSTOMER        |

  Scenario: The workgroup's results go to the staging bucket under the key, whatever a query asks for
    When the operator calls "athena:GetWorkGroup" with
      | WorkGroup | {athena_workgroup_name} |
    Then the answer has
      | WorkGroup.Configuration.EnforceWorkGroupConfiguration                                 | true                                       |
      | WorkGroup.Configuration.ResultConfiguration.OutputLocation                            | s3://{athena_staging_bucket_name}/results/ |
      | WorkGroup.Configuration.ResultConfiguration.EncryptionConfiguration.EncryptionOption  | SSE_KMS                                    |
      | WorkGroup.Configuration.ResultConfiguration.EncryptionConfiguration.KmsKey            | {kms_key_arn}                              |

  Scenario: The Glue database is there
    When the operator calls "glue:GetDatabase" with
      | Name | cci_lite |
    Then the answer has
      | Database.Name | cci_lite |

  Scenario: Resources have the tags of the project
    When the operator calls "lambda:ListTags" with
      | Resource | {job_init_function_arn} |
    Then the answer has
      | Tags.Project     | CCI-Lite    |
      | Tags.Environment | Development |
      | Tags.Owner       | Conversant  |
      | Tags.Version     | v1.3        |
      | Tags.Provisioner | Terraform   |

  Scenario Outline: The <what> has the tags of the project
    When the operator calls "<operation>" with
      | <member> | <resource> |
    Then the answer has
      | <list>.0.<key>   | Environment |
      | <list>.0.<value> | Development |
      | <list>.1.<key>   | Owner       |
      | <list>.1.<value> | Conversant  |
      | <list>.2.<key>   | Project     |
      | <list>.2.<value> | CCI-Lite    |
      | <list>.3.<key>   | Provisioner |
      | <list>.3.<value> | Terraform   |
      | <list>.4.<key>   | Version     |
      | <list>.4.<value> | v1.3        |

    Examples:
      | what           | operation                   | member      | resource                     | list   | key    | value    |
      | input bucket   | s3:GetBucketTagging         | Bucket      | {input_bucket_name}          | TagSet | Key    | Value    |
      | results bucket | s3:GetBucketTagging         | Bucket      | {results_bucket_name}        | TagSet | Key    | Value    |
      | staging bucket | s3:GetBucketTagging         | Bucket      | {athena_staging_bucket_name} | TagSet | Key    | Value    |
      | table          | dynamodb:ListTagsOfResource | ResourceArn | {config_table_arn}           | Tags   | Key    | Value    |
      | key            | kms:ListResourceTags        | KeyId       | {kms_key_arn}                | Tags   | TagKey | TagValue |
      | lambda role    | iam:ListRoleTags            | RoleName    | {lambda role}                | Tags   | Key    | Value    |
      | tenant role    | iam:ListRoleTags            | RoleName    | {tenant role}                | Tags   | Key    | Value    |

  Scenario: The live environment is tagged as the production that it is, and keeps what it has
    Given the stack "cci-lite" with
      | environment | live |
    When the operator calls "lambda:ListTags" with
      | Resource | {job_init_function_arn} |
    Then the answer has
      | Tags.Environment | Production |
    When the operator calls "dynamodb:DeleteTable" with
      | TableName | {config_table_name} |
    Then it fails with "ValidationException"
