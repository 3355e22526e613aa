Feature: Everything is encrypted with the one key, on a private line

  Background:
    Given the stack "cci-lite"

  Scenario Outline: A put to <bucket> that asks for nothing is encrypted with the key
    When the operator uploads "acme/1" to "<bucket>"
    Then it succeeds
    And the object "acme/1" in "<bucket>" has
      | encryption     | aws:kms       |
      | encryption key | {kms_key_arn} |
    When the operator uploads "acme/large" to "<bucket>" with
      | size      | 6 MiB |
      | part size | 5 MiB |
    Then it succeeds
    And the object "acme/large" in "<bucket>" has
      | encryption key | {kms_key_arn} |

    Examples:
      | bucket  |
      | input   |
      | results |
      | staging |

  Scenario Outline: A put to <bucket> that names the key is accepted
    When the operator uploads "acme/1" to "<bucket>" with
      | encryption     | aws:kms       |
      | encryption key | {kms_key_arn} |
    Then it succeeds
    And the object "acme/1" in "<bucket>" has
      | encryption key | {kms_key_arn} |

    Examples:
      | bucket  |
      | input   |
      | results |
      | staging |

  Scenario Outline: A put to <bucket> that asks for <encryption> is denied
    When the operator uploads "acme/1" to "<bucket>" with
      | encryption | <encryption> |
    Then it is denied by the statement "<statement>" of "<bucket>"
    And nothing was stored
    When the operator uploads "acme/1" to "<bucket>" with
      | encryption | <encryption> |
      | size       | 6 MiB        |
      | part size  | 5 MiB        |
    Then it is denied by the statement "<statement>" of "<bucket>"
    And nothing was stored
    When the operator uploads "acme/1" to "<bucket>"
    Then it succeeds

    # S3 takes `aws:kms` without a key for the key that AWS manages.
    Examples:
      | bucket  | encryption   | statement           |
      | input   | AES256       | DenyOtherEncryption |
      | results | AES256       | DenyOtherEncryption |
      | staging | AES256       | DenyOtherEncryption |
      | input   | aws:kms:dsse | DenyOtherEncryption |
      | results | aws:kms:dsse | DenyOtherEncryption |
      | staging | aws:kms:dsse | DenyOtherEncryption |
      | input   | aws:kms      | DenyOtherKeys       |
      | results | aws:kms      | DenyOtherKeys       |
      | staging | aws:kms      | DenyOtherKeys       |

  Scenario Outline: A put to <bucket> with another key is denied
    Given the operator calls "kms:CreateKey"
    And its "KeyMetadata.Arn" is remembered as "other key"
    When the operator uploads "acme/1" to "<bucket>" with
      | encryption     | aws:kms     |
      | encryption key | {other key} |
    Then it is denied by the statement "DenyOtherKeys" of "<bucket>"
    And nothing was stored
    When the operator uploads "acme/1" to "<bucket>"
    Then it succeeds
    When the operator copies "acme/1" in "<bucket>" to "acme/2" in "<bucket>" with
      | encryption     | aws:kms     |
      | encryption key | {other key} |
    Then it is denied by the statement "DenyOtherKeys" of "<bucket>"
    And nothing was stored

    Examples:
      | bucket  |
      | input   |
      | results |
      | staging |

  Scenario: A put with a key of the customer's own is denied
    When the operator uploads "acme/1" to "input" with
      | customer key | generated |
    Then it is denied by the statement "DenyCustomerKeyHeaders" of "input"
    And nothing was stored
    When the operator uploads "acme/1" to "input"
    Then it succeeds

  @guarded-twice:DenyCustomerKeyHeaders,blocked_encryption_types
  Scenario: Nothing is stored under a key of the customer's own
    When the operator uploads "acme/1" to "input" with
      | customer key | generated |
    Then it may be refused
    And nothing was stored

  Scenario Outline: Nobody reads or writes <bucket> over plain HTTP
    Given the object "acme/1" is in the bucket "<bucket>"
    When the operator, over http, lists "<bucket>"
    Then it is denied by the statement "DenyPlainHttp" of "<bucket>"
    When the operator downloads "acme/1" from "<bucket>" with
      | over | http |
    Then it is denied by the statement "DenyPlainHttp" of "<bucket>"
    When the operator uploads "acme/2" to "<bucket>" with
      | over | http |
    Then it is denied by the statement "DenyPlainHttp" of "<bucket>"
    And nothing was stored
    When the operator uploads "acme/2" to "<bucket>"
    Then it succeeds

    Examples:
      | bucket  |
      | input   |
      | results |
      | staging |

  Scenario Outline: <bucket> is versioned, without ACLs, and closed to the public
    Then "<bucket>" has versioning "Enabled"
    When the operator calls "s3:GetPublicAccessBlock" with
      | Bucket | {<bucket>} |
    Then the answer has
      | PublicAccessBlockConfiguration.BlockPublicAcls       | true |
      | PublicAccessBlockConfiguration.BlockPublicPolicy     | true |
      | PublicAccessBlockConfiguration.IgnorePublicAcls      | true |
      | PublicAccessBlockConfiguration.RestrictPublicBuckets | true |
    When the operator calls "s3:GetBucketOwnershipControls" with
      | Bucket | {<bucket>} |
    Then the answer has
      | OwnershipControls.Rules.0.ObjectOwnership | BucketOwnerEnforced |
    When the operator uploads "acme/1" to "<bucket>" with
      | acl | public-read |
    Then it fails with "AccessControlListNotSupported"
    And nothing was stored
    When nobody lists "<bucket>"
    Then it is denied because no resource policy allows it

    Examples:
      | bucket  |
      | input   |
      | results |
      | staging |

  Scenario: The table is under the key, and can be restored
    When the operator calls "dynamodb:DescribeTable" with
      | TableName | {config_table_name} |
    Then the answer has
      | Table.SSEDescription.Status          | ENABLED       |
      | Table.SSEDescription.SSEType         | KMS           |
      | Table.SSEDescription.KMSMasterKeyArn | {kms_key_arn} |
      | Table.KeySchema.0.AttributeName      | pk            |
      | Table.KeySchema.1.AttributeName      | sk            |
    When the operator calls "dynamodb:DescribeContinuousBackups" with
      | TableName | {config_table_name} |
    Then the answer has
      | ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus | ENABLED |

  Scenario: The function's settings and log are under the key
    When the operator calls "lambda:GetFunctionConfiguration" with
      | FunctionName | {job_init_function_name} |
    Then the answer has
      | KMSKeyArn | {kms_key_arn} |
    When the operator calls "logs:DescribeLogGroups" with
      | logGroupNamePrefix | /aws/lambda/{job_init_function_name} |
    Then the answer has
      | logGroups.0.kmsKeyId        | {kms_key_arn} |
      | logGroups.0.retentionInDays | 30            |
