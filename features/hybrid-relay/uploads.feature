Feature: Packages are stored under the customer key alone

  Background:
    Given the stack "hybrid-relay"

  Scenario: A package that names the key is accepted
    When the operator uploads "org-001/package.zip" to "ingress" with
      | encryption     | aws:kms             |
      | encryption key | {ingress_key_arn}   |
      | tag            | organization-id=org-001 |
    Then it succeeds
    And the object "org-001/package.zip" in "ingress" has
      | encryption     | aws:kms                 |
      | encryption key | {ingress_key_arn}       |
      | tag            | organization-id=org-001 |

  Scenario: A large package is accepted in parts
    When the operator uploads "org-001/large.zip" to "ingress" with
      | encryption     | aws:kms           |
      | encryption key | {ingress_key_arn} |
      | size           | 12 MiB            |
      | part size      | 5 MiB             |
    Then it succeeds
    And the object "org-001/large.zip" in "ingress" has
      | encryption key | {ingress_key_arn} |

  Scenario: A package that says nothing of encryption is denied
    When the operator uploads "package.zip" to "ingress"
    Then it is denied by the statement "DenyOtherEncryption" of "ingress"
    And nothing was stored
    When the operator uploads "package.zip" to "ingress" with
      | size      | 12 MiB |
      | part size | 5 MiB  |
    Then it is denied by the statement "DenyOtherEncryption" of "ingress"
    And nothing was stored
    When the operator uploads "package.zip" to "ingress" with
      | encryption     | aws:kms           |
      | encryption key | {ingress_key_arn} |
    Then it succeeds

  Scenario Outline: A package that asks for <encryption> is denied
    When the operator uploads "package.zip" to "ingress" with
      | encryption | <encryption> |
    Then it is denied by the statement "<statement>" of "ingress"
    And nothing was stored
    When the operator uploads "package.zip" to "ingress" with
      | encryption     | aws:kms           |
      | encryption key | {ingress_key_arn} |
    Then it succeeds

    # S3 takes `aws:kms` without a key for the key that AWS manages.
    Examples:
      | encryption   | statement           |
      | AES256       | DenyOtherEncryption |
      | aws:kms:dsse | DenyOtherEncryption |
      | aws:kms      | DenyOtherKeys       |

  Scenario: A package under another key is denied
    When the operator uploads "package.zip" to "ingress" with
      | encryption     | aws:kms         |
      | encryption key | {audit_key_arn} |
    Then it is denied by the statement "DenyOtherKeys" of "ingress"
    And nothing was stored
    When the operator uploads "package.zip" to "ingress" with
      | encryption     | aws:kms           |
      | encryption key | {ingress_key_arn} |
    Then it succeeds

  @guarded-twice:DenyCustomerKeyHeaders,DenyOtherEncryption,blocked_encryption_types
  Scenario: Nothing is stored under a key of the customer's own
    When the operator uploads "package.zip" to "ingress" with
      | customer key | generated |
    Then it may be refused
    And nothing was stored

  Scenario: Nobody uploads or downloads over plain HTTP
    Given the object "package.zip" is in the bucket "ingress" with
      | encryption     | aws:kms           |
      | encryption key | {ingress_key_arn} |
    When the operator downloads "package.zip" from "ingress" with
      | over | http |
    Then it is denied by the statement "DenyPlainHttp" of "ingress"
    When the operator, over http, lists "ingress"
    Then it is denied by the statement "DenyPlainHttp" of "ingress"
    When the operator downloads "package.zip" from "ingress"
    Then it succeeds

  Scenario: Whoever may not use the key reads nothing, even when S3 allows it
    Given the object "package.zip" is in the bucket "ingress" with
      | encryption     | aws:kms           |
      | encryption key | {ingress_key_arn} |
    And "reader" is a new user with the policy
      """json
      { "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "s3:*", "Resource": "*" } }
      """
    When the reader downloads "package.zip" from "ingress"
    Then it is denied because no identity policy allows it
    When the reader lists "ingress"
    Then it succeeds
    When the reader uploads "other.zip" to "ingress" with
      | encryption     | aws:kms           |
      | encryption key | {ingress_key_arn} |
    Then it is denied because no identity policy allows it
    And nothing was stored
    Given the reader is also allowed "kms:Decrypt"
    When the reader downloads "package.zip" from "ingress"
    Then it succeeds

  Scenario: The bucket is versioned, without ACLs, and closed to the public
    Then "ingress" has versioning "Enabled"
    When the operator calls "s3:GetPublicAccessBlock" with
      | Bucket | {ingress_bucket_name} |
    Then the answer has
      | PublicAccessBlockConfiguration.BlockPublicAcls       | true |
      | PublicAccessBlockConfiguration.BlockPublicPolicy     | true |
      | PublicAccessBlockConfiguration.IgnorePublicAcls      | true |
      | PublicAccessBlockConfiguration.RestrictPublicBuckets | true |
    When the operator calls "s3:GetBucketOwnershipControls" with
      | Bucket | {ingress_bucket_name} |
    Then the answer has
      | OwnershipControls.Rules.0.ObjectOwnership | BucketOwnerEnforced |
    When the operator calls "s3:GetBucketEncryption" with
      | Bucket | {ingress_bucket_name} |
    Then the answer has
      | ServerSideEncryptionConfiguration.Rules.0.ApplyServerSideEncryptionByDefault.KMSMasterKeyID | {ingress_key_arn} |
      | ServerSideEncryptionConfiguration.Rules.0.BucketKeyEnabled                                  | true              |
    When nobody lists "ingress"
    Then it is denied because no resource policy allows it
