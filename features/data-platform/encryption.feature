Feature: Every resource is encrypted with its own key, on a private line

  Background:
    Given the stack "data-platform"

  Scenario: Objects are encrypted with the bucket's key
    When the operator calls "s3:GetBucketEncryption" with
      | Bucket | {s3_bucket_name} |
    Then the answer has
      | ServerSideEncryptionConfiguration.Rules.0.ApplyServerSideEncryptionByDefault.SSEAlgorithm   | aws:kms          |
      | ServerSideEncryptionConfiguration.Rules.0.ApplyServerSideEncryptionByDefault.KMSMasterKeyID | {s3_kms_key_arn} |
      | ServerSideEncryptionConfiguration.Rules.0.BucketKeyEnabled                                  | true             |
    When the operator uploads "1" to "data"
    Then it succeeds
    And the object "1" in "data" has
      | encryption     | aws:kms          |
      | encryption key | {s3_kms_key_arn} |

  Scenario Outline: An upload that asks for <encryption> is denied
    When the operator uploads "1" to "data" with
      | encryption | <encryption> |
    Then it is denied by the statement "<statement>" of "data"
    And nothing was stored
    When the operator uploads "1" to "data" with
      | encryption     | aws:kms          |
      | encryption key | {s3_kms_key_arn} |
    Then it succeeds

    Examples:
      | encryption   | statement           |
      | AES256       | DenyOtherEncryption |
      | aws:kms:dsse | DenyOtherEncryption |
      | aws:kms      | DenyOtherKeys       |

  Scenario: An upload with another of the stack's keys is denied
    When the operator uploads "1" to "data" with
      | encryption     | aws:kms                |
      | encryption key | {dynamodb_kms_key_arn} |
    Then it is denied by the statement "DenyOtherKeys" of "data"
    And nothing was stored
    When the operator uploads "1" to "data"
    Then it succeeds

  Scenario: The table is encrypted with its key
    When the operator calls "dynamodb:DescribeTable" with
      | TableName | {dynamodb_table_name} |
    Then the answer has
      | Table.SSEDescription.Status          | ENABLED                |
      | Table.SSEDescription.SSEType         | KMS                    |
      | Table.SSEDescription.KMSMasterKeyArn | {dynamodb_kms_key_arn} |

  Scenario: The stream is encrypted with its key
    When the operator calls "kinesis:DescribeStreamSummary" with
      | StreamName | {kinesis_stream_name} |
    Then the answer has
      | StreamDescriptionSummary.EncryptionType | KMS                   |
      | StreamDescriptionSummary.KeyId          | {kinesis_kms_key_arn} |

  Scenario: The secret is encrypted with its key
    When the operator calls "secretsmanager:DescribeSecret" with
      | SecretId | {secret_arn} |
    Then the answer has
      | KmsKeyId | {secretsmanager_kms_key_arn} |

  Scenario: Nobody reaches the bucket over plain HTTP
    Given the object "1" is in the bucket "data"
    When the operator, over http, lists "data"
    Then it is denied by the statement "DenyPlainHttp" of "data"
    When the operator downloads "1" from "data" with
      | over | http |
    Then it is denied by the statement "DenyPlainHttp" of "data"
    When the operator uploads "2" to "data" with
      | over | http |
    Then it is denied by the statement "DenyPlainHttp" of "data"
    And nothing was stored
    When the operator downloads "1" from "data"
    Then it succeeds

  Scenario: Nobody reaches the secret over plain HTTP
    When the operator, over http, calls "secretsmanager:GetSecretValue" with
      | SecretId | {secret_arn} |
    Then it is denied by the statement "DenyPlainHttp"
    When the operator calls "secretsmanager:GetSecretValue" with
      | SecretId | {secret_arn} |
    Then it succeeds

  Scenario: The bucket is closed to the public, and without ACLs
    When the operator calls "s3:GetPublicAccessBlock" with
      | Bucket | {s3_bucket_name} |
    Then the answer has
      | PublicAccessBlockConfiguration.BlockPublicAcls       | true |
      | PublicAccessBlockConfiguration.BlockPublicPolicy     | true |
      | PublicAccessBlockConfiguration.IgnorePublicAcls      | true |
      | PublicAccessBlockConfiguration.RestrictPublicBuckets | true |
    When the operator calls "s3:GetBucketOwnershipControls" with
      | Bucket | {s3_bucket_name} |
    Then the answer has
      | OwnershipControls.Rules.0.ObjectOwnership | BucketOwnerEnforced |
    When nobody lists "data"
    Then it is denied because no resource policy allows it
