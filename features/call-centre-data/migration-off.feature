Feature: Without data migration there is no migrator

  Background:
    Given the stack "call-centre-data"

  Scenario: The accessor's user exists
    When the operator calls "iam:GetUser" with
      """json
      { "UserName": "dev-call-centre-data-accessor" }
      """
    Then it succeeds

  Scenario: No migrator user exists
    When the operator calls "iam:GetUser" with
      """json
      { "UserName": "dev-call-centre-data-migrator" }
      """
    Then it fails with "NoSuchEntity"

  Scenario: No migrator role exists
    When the operator calls "iam:GetRole" with
      """json
      { "RoleName": "dev-call-centre-data-migrator" }
      """
    Then it fails with "NoSuchEntity"
