Feature: Every object is encrypted with S3's own keys

  The bucket encrypts with SSE-S3, and its policy refuses puts that ask for anything else, so that all objects are
  encrypted in the same way.

  Background:
    Given the stack "call-centre-data"
    And "calls" is the bucket "aws_s3_bucket.data"
    And "accessor" is the user of "aws_iam_access_key.data"

  Scenario Outline: A put that asks for <encryption> is denied
    When the accessor uploads "a.wav" to "calls" with
      | encryption | <encryption> |
    Then it is denied by the statement "DenyKmsHeader" of "aws_s3_bucket_policy.data"
    And nothing was stored
    When the accessor uploads "a.wav" to "calls" with
      | encryption | AES256 |
    Then it succeeds

    Examples:
      | encryption   |
      | aws:kms      |
      | aws:kms:dsse |

  Scenario Outline: An upload in parts that asks for <encryption> is denied
    When the accessor uploads "large.wav" to "calls" with
      | encryption | <encryption> |
      | size       | 12 MiB       |
      | part size  | 5 MiB        |
    Then it is denied by the statement "DenyKmsHeader" of "aws_s3_bucket_policy.data"
    And nothing was stored
    When the accessor uploads "large.wav" to "calls" with
      | encryption | AES256 |
      | size       | 12 MiB |
      | part size  | 5 MiB  |
    Then it succeeds
    And the object "large.wav" in "calls" has
      | encryption | AES256 |

    Examples:
      | encryption   |
      | aws:kms      |
      | aws:kms:dsse |

  Scenario Outline: A copy that asks for <encryption> is denied
    Given the accessor uploads "a.wav" to "calls"
    When the accessor copies "a.wav" in "calls" to "b.wav" in "calls" with
      | encryption | <encryption> |
    Then it is denied by the statement "DenyKmsHeader" of "aws_s3_bucket_policy.data"
    And nothing was stored
    When the accessor copies "a.wav" in "calls" to "b.wav" in "calls" with
      | encryption | AES256 |
    Then it succeeds
    And the object "b.wav" in "calls" has
      | encryption | AES256 |

    Examples:
      | encryption   |
      | aws:kms      |
      | aws:kms:dsse |

  Scenario: A put by a presigned URL that asks for aws:kms is denied
    When the accessor uploads "a.wav" to "calls" with
      | encryption | aws:kms       |
      | over       | presigned URL |
    Then it is denied by the statement "DenyKmsHeader" of "aws_s3_bucket_policy.data"
    And nothing was stored
    When the accessor uploads "a.wav" to "calls" with
      | encryption | AES256        |
      | over       | presigned URL |
    Then it succeeds

  Scenario: A put by a browser's form that asks for aws:kms is denied
    When the accessor uploads "a.wav" to "calls" with
      | encryption | aws:kms |
      | over       | form    |
    Then it is denied by the statement "DenyKmsHeader" of "aws_s3_bucket_policy.data"
    And nothing was stored
    When the accessor uploads "a.wav" to "calls" with
      | encryption | AES256 |
      | over       | form   |
    Then it succeeds

  Scenario: A put over plain HTTP that asks for aws:kms is refused by S3 itself
    When the accessor uploads "a.wav" to "calls" with
      | encryption | aws:kms |
      | over       | http    |
    Then it fails with "InvalidArgument"
    And nothing was stored
    When the accessor uploads "a.wav" to "calls" with
      | encryption | AES256 |
    Then it succeeds

  Scenario: A put with a key of the customer's own is denied
    When the accessor uploads "a.wav" to "calls" with
      | customer key | generated |
    Then it is denied by the statement "DenyCustomerKeyHeaders" of "aws_s3_bucket_policy.data"
    And nothing was stored
    When the accessor uploads "a.wav" to "calls"
    Then it succeeds

  Scenario: An upload in parts with a key of the customer's own is denied
    When the accessor uploads "large.wav" to "calls" with
      | customer key | generated |
      | size         | 12 MiB    |
      | part size    | 5 MiB     |
    Then it is denied by the statement "DenyCustomerKeyHeaders" of "aws_s3_bucket_policy.data"
    And nothing was stored
    When the accessor uploads "large.wav" to "calls" with
      | size      | 12 MiB |
      | part size | 5 MiB  |
    Then it succeeds

  Scenario: The bucket refuses keys of the customer's own by itself, too
    Given the operator calls "s3:DeleteBucketPolicy" with
      | Bucket | {bucket_name} |
    When the accessor uploads "a.wav" to "calls" with
      | customer key | generated |
    Then it fails with "AccessDenied"
    And nothing was stored
    When the accessor uploads "a.wav" to "calls"
    Then it succeeds

  Scenario: A put that asks for SSE-S3 is accepted
    When the accessor uploads "a.wav" to "calls" with
      | encryption | AES256 |
    Then it succeeds
    And the object "a.wav" in "calls" has
      | encryption | AES256 |

  Scenario: A put that asks for nothing is encrypted all the same
    When the accessor uploads "a.wav" to "calls"
    Then it succeeds
    And the object "a.wav" in "calls" has
      | encryption | AES256                     |
      | content    | what the accessor uploaded |

  Scenario: An upload in parts that asks for nothing is encrypted all the same
    When the accessor uploads "large.wav" to "calls" with
      | size      | 12 MiB |
      | part size | 5 MiB  |
    Then it succeeds
    And the object "large.wav" in "calls" has
      | encryption | AES256                     |
      | content    | what the accessor uploaded |

  Scenario: The bucket says itself how it encrypts
    When the operator calls "s3:GetBucketEncryption" with
      | Bucket | {bucket_name} |
    Then the answer has
      | ServerSideEncryptionConfiguration.Rules.0.ApplyServerSideEncryptionByDefault.SSEAlgorithm | AES256 |

  @guarded-twice:DenyCustomerKeyHeaders,blocked_encryption_types
  Scenario: Nothing is stored under a key of the customer's own
    When the accessor uploads "a.wav" to "calls" with
      | customer key | generated |
    Then it may be refused
    And nothing was stored
    When the accessor uploads "a.wav" to "calls"
    Then it succeeds

  # The second guard is S3's own, and cannot be weakened.
  @guarded-twice:DenyPlainHttp,DenyKmsHeader,S3-refuses-KMS-over-HTTP
  Scenario: Nothing is stored under a KMS key over plain HTTP
    When the accessor uploads "a.wav" to "calls" with
      | encryption | aws:kms |
      | over       | http    |
    Then it may be refused
    And nothing was stored
    When the accessor uploads "a.wav" to "calls"
    Then it succeeds
