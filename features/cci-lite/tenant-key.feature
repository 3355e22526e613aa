Feature: A tenant uses the key under its own context, and under no other

  Directly the key asks for the context `tenant_id` = the session's tag. Through S3 it is used without, and the tenant's
  prefix is the guard. The key's policy denies every other use to whoever has the tag, whatever else allows it.

  Background:
    Given the stack "cci-lite"
    And "lambda" is the role "lambda role" as "lambda.amazonaws.com" takes it
    And "tenant acme" is the role "tenant role" assumed by "lambda" with
      | transitive tag | tenant_id=acme |
    And "tenant globex" is the role "tenant role" assumed by "lambda" with
      | transitive tag | tenant_id=globex |

  Scenario: It encrypts, decrypts and makes data keys under its own context
    When "tenant acme" encrypts "secret" with the key "master key" in the context
      | tenant_id | acme |
    Then it succeeds
    When "tenant acme" decrypts "secret" in the context
      | tenant_id | acme |
    Then the content is "secret"
    When "tenant acme" generates a data key with the key "master key" in the context
      | tenant_id | acme |
    Then it succeeds
    When "tenant globex" encrypts "other secret" with the key "master key" in the context
      | tenant_id | globex |
    Then it succeeds

  Scenario: It encrypts nothing under another tenant's context
    When "tenant acme" encrypts "secret" with the key "master key" in the context
      | tenant_id | globex |
    Then it is denied by the statement "DenyOtherTenantsContext" of "master key"
    When "tenant acme" generates a data key with the key "master key" in the context
      | tenant_id | globex |
    Then it is denied by the statement "DenyOtherTenantsContext" of "master key"
    When "tenant acme" encrypts "secret" with the key "master key" in the context
      | tenant_id | acme |
    Then it succeeds

  Scenario: It decrypts nothing that is under another tenant's context
    Given "tenant globex" encrypts "secret" with the key "master key" in the context
      | tenant_id | globex |
    When "tenant acme" decrypts "secret" in the context
      | tenant_id | globex |
    Then it is denied by the statement "DenyOtherTenantsContext" of "master key"
    When "tenant globex" decrypts "secret" in the context
      | tenant_id | globex |
    Then the content is "secret"
    When "tenant acme" encrypts "another secret" with the key "master key" in the context
      | tenant_id | acme |
    Then it succeeds

  Scenario: Another tenant's ciphertext is of no use under its own context
    Given "tenant globex" encrypts "secret" with the key "master key" in the context
      | tenant_id | globex |
    When "tenant acme" decrypts "secret" in the context
      | tenant_id | acme |
    Then it fails with "InvalidCiphertextException"

  Scenario: Without a context it does nothing with the key
    When "tenant acme" encrypts "secret" with the key "master key"
    Then it is denied by the statement "DenyOtherTenantsContext" of "master key"
    When "tenant acme" generates a data key with the key "master key"
    Then it is denied by the statement "DenyOtherTenantsContext" of "master key"
    When "tenant acme" encrypts "secret" with the key "master key" in the context
      | Tenant | acme |
    Then it is denied by the statement "DenyOtherTenantsContext" of "master key"
    When "tenant acme" encrypts "secret" with the key "master key" in the context
      | tenant_id | acme |
      | call      | 1    |
    Then it succeeds

  Scenario: It moves nothing from one context to another
    Given "tenant acme" encrypts "secret" with the key "master key" in the context
      | tenant_id | acme |
    And its "CiphertextBlob" is remembered as "sealed"
    And "tenant acme" is also allowed "kms:*"
    When "tenant acme" calls "kms:ReEncrypt" with
      """json
      {
        "CiphertextBlob": "{sealed}",
        "SourceEncryptionContext": { "tenant_id": "acme" },
        "DestinationKeyId": "{kms_key_arn}",
        "DestinationEncryptionContext": { "tenant_id": "globex" }
      }
      """
    Then it is denied by the statement "DenyOtherTenantsContext" of "master key"
    When "tenant acme" calls "kms:ReEncrypt" with
      """json
      {
        "CiphertextBlob": "{sealed}",
        "SourceEncryptionContext": { "tenant_id": "acme" },
        "DestinationKeyId": "{kms_key_arn}",
        "DestinationEncryptionContext": { "tenant_id": "acme" }
      }
      """
    Then it succeeds

  Scenario: No permission of its own opens another tenant's context
    Given "tenant acme" is also allowed "kms:*"
    When "tenant acme" encrypts "secret" with the key "master key" in the context
      | tenant_id | globex |
    Then it is denied by the statement "DenyOtherTenantsContext" of "master key"
    When "tenant acme" encrypts "secret" with the key "master key"
    Then it is denied by the statement "DenyOtherTenantsContext" of "master key"
    When "tenant acme" encrypts "secret" with the key "master key" in the context
      | tenant_id | acme |
    Then it succeeds

  Scenario: No grant opens another tenant's context
    Given the operator calls "kms:CreateGrant" with
      """json
      { "KeyId": "{kms_key_arn}", "GranteePrincipal": "{tenant_role_arn}", "Operations": [ "Encrypt", "Decrypt", "GenerateDataKey" ] }
      """
    And "tenant globex" encrypts "secret" with the key "master key" in the context
      | tenant_id | globex |
    When "tenant acme" decrypts "secret" in the context
      | tenant_id | globex |
    Then it is denied by the statement "DenyOtherTenantsContext" of "master key"
    When "tenant acme" encrypts "secret" with the key "master key"
    Then it is denied by the statement "DenyOtherTenantsContext" of "master key"
    When "tenant acme" encrypts "secret" with the key "master key" in the context
      | tenant_id | acme |
    Then it succeeds

  Scenario Outline: It administers nothing, even if it were allowed to: <operation>
    Given "tenant acme" is also allowed "kms:*"
    When "tenant acme" calls "kms:<operation>" with
      """json
      <members>
      """
    Then it is denied by the statement "DenyTenantsAdministration" of "master key"
    When "tenant acme" calls "kms:DescribeKey" with
      | KeyId | {kms_key_arn} |
    Then it succeeds

    Examples:
      | operation           | members                                                                                              |
      | CreateGrant         | { "KeyId": "{kms_key_arn}", "GranteePrincipal": "{glue_role_arn}", "Operations": [ "Decrypt" ] }     |
      | GetKeyPolicy        | { "KeyId": "{kms_key_arn}", "PolicyName": "default" }                                                |
      | DisableKeyRotation  | { "KeyId": "{kms_key_arn}" }                                                                         |
      | ScheduleKeyDeletion | { "KeyId": "{kms_key_arn}", "PendingWindowInDays": 7 }                                               |

  Scenario: Objects are encrypted and decrypted through S3 without the context
    When "tenant acme" uploads "acme/calls/1.wav" to "input"
    Then it succeeds
    And the object "acme/calls/1.wav" in "input" has
      | encryption     | aws:kms       |
      | encryption key | {kms_key_arn} |
    When "tenant acme" downloads "acme/calls/1.wav" from "input"
    Then it succeeds

  Scenario: The tag stays on whatever role the session takes next
    Given the operator calls "iam:UpdateAssumeRolePolicy" with
      """json
      {
        "RoleName": "{glue role}",
        "PolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"{tenant_role_arn}\"},\"Action\":[\"sts:AssumeRole\",\"sts:TagSession\"]}}"
      }
      """
    And "glue of acme" is the role "glue role" assumed by "tenant acme"
    When "glue of acme" encrypts "secret" with the key "master key" in the context
      | tenant_id | globex |
    Then it is denied by the statement "DenyOtherTenantsContext" of "master key"
    When "glue of acme" encrypts "secret" with the key "master key" in the context
      | tenant_id | acme |
    Then it succeeds
