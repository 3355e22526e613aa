Feature: Decisions to explain

  Background:
    Given the stack "small"
    And "accessor" is the user of "aws_iam_access_key.accessor"

  Scenario: The accessor lists
    When the accessor lists "data"
    Then it succeeds

  Scenario: The accessor reads nothing else
    When the accessor lists the versions of "data"
    Then it succeeds

  Scenario: The narrow session lists no versions
    Given "app" is the role "aws_iam_role.app" assumed by "accessor" with
      | session name    | tagged      |
      | tag             | team=data   |
      | transitive tag  | tenant=acme |
      | external id     | partner-1   |
      | source identity | accessor    |
    And "narrow app" is "app" with the session policy
      """json
      { "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*" } }
      """
    When the narrow app lists the versions of "data"
    Then it succeeds
