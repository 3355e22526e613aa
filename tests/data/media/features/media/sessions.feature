Feature: Sessions

  Background:
    Given the stack "media"
    And "red session" is the role "aws_iam_role.team" assumed by "archivist" with
      | session name | red      |
      | tag          | team=red |
      | duration     | 1 hour   |

  Scenario: A session's tag opens its team's folder
    When "red session" uploads "teams/red/a" to "media"
    Then it succeeds
    When the red session lists "media" under "teams/red/"
    Then it succeeds
    When the red session uploads "teams/blue/a" to "media"
    Then it is denied because no identity policy allows it
    And nothing was stored

  Scenario: The trust policy asks for one tag, of one name
    When the archivist assumes the role "aws_iam_role.team" with
      | tag | team=x |
    Then it succeeds
    When the archivist assumes the role "team"
    Then it is denied because no trust policy allows it
    When the archivist assumes the role "team" with
      | tag | team=x  |
      | tag | other=x |
    Then it is denied
    When the archivist assumes the role "mfa"
    Then it is denied

  Scenario: A session policy narrows
    Given "narrow red" is "red session" with the session policy
      """json
      {
        "Version": "2012-10-17",
        "Statement": { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::{media}/teams/red/*" }
      }
      """
    And the red session uploads "teams/red/a" to "media"
    When the narrow red downloads "teams/red/a" from "media"
    Then it succeeds
    When the narrow red uploads "teams/red/b" to "media"
    Then it is denied because no session policy allows it
    And nothing was stored

  Scenario: A role as its service takes it
    Given "validation" is the role "aws_iam_role.lambda" as "lambda.amazonaws.com" takes it
    When "validation" uploads "x" to "logs"
    Then it succeeds
    When the validation lists "logs"
    Then it is denied because no identity policy allows it
    When the archivist assumes the role "lambda"
    Then it is denied

  Scenario: A bucket of another account opens when both sides allow
    Given the object "archive/1.wav" is in the bucket "source" of account "source" with
      | tag | legacy=true |
    And the object "archive/2.wav" is in the bucket "source" of account "source"
    And "validation" is the role "aws_iam_role.lambda" as "lambda.amazonaws.com" takes it
    When the validation downloads "archive/1.wav" from "source"
    Then it is denied because no resource policy allows it
    Given operator of "source" calls "s3:PutBucketPolicy" with
      """json
      {
        "Bucket": "source",
        "Policy": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"{aws_iam_role.lambda.arn}\"},\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::source/*\"}}"
      }
      """
    When the validation downloads "archive/1.wav" from "source"
    Then it succeeds
    When the validation lists "source"
    Then it is denied because no resource policy allows it
    When the operator of "source" lists "source"
    Then the answer has
      | KeyCount | 2 |
    And the object "archive/1.wav" in "source" has
      | tag | legacy=true |

  Scenario: No team reaches another's folder
    Given "blue session" is the role "aws_iam_role.team" assumed by "archivist" with
      | tag | team=blue |
    And "green session" is the role "aws_iam_role.team" assumed by "archivist" with
      | tag | team=green |
    Then for every pair of "red session", "blue session" and "green session" none reaches the other's
      | bucket | media under teams/{team}/ |

  Scenario: A folder that is denied is open once the role is allowed it
    When the red session downloads "teams/blue/a" from "media"
    Then it is denied because no identity policy allows it
    Given the red session is also allowed "s3:GetObject"
    And the object "teams/blue/a" is in "media"
    When the red session downloads "teams/blue/a" from "media"
    Then it succeeds
