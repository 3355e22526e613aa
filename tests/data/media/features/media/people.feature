Feature: People

  Background:
    Given the stack "media"
    And "alice" is the user of "aws_iam_access_key.person["alice"]"
    And "bob" is the user of "aws_iam_access_key.person[\"bob\"]"
    And "senior archivist" is the user of "archivist"

  Scenario: A home folder is its owner's alone
    When the alice uploads "home/alice/a b+c ü%.txt" to the bucket "media"
    Then it succeeds
    And the object "home/alice/a b+c ü%.txt" in the media has
      | content    | what the alice uploaded |
      | versions   | 1                       |
      | encryption | AES256                  |
    When "alice" lists "media" under "home/alice/"
    Then it succeeds
    And the answer has
      | Contents.0.Key | home/alice/a b+c ü%.txt |
      | KeyCount       | 1                       |
    When the bob lists "aws_s3_bucket.media" under "home/bob/"
    Then it succeeds
    When the bob lists the media under "home/alice/"
    Then it is denied because no identity policy allows it
    When the bob downloads "home/alice/a b+c ü%.txt" from "media"
    Then it is denied because no identity policy allows it

  Scenario: A tag of the user opens its team's folder
    When the alice uploads "teams/red/a.txt" to "media_bucket"
    Then it succeeds
    When the bob uploads "teams/red/a.txt" to "media_bucket"
    Then it is denied because no identity policy allows it
    And nothing was stored
    When the bob uploads "teams/blue/{unique}.txt" to "media"
    Then it succeeds

  Scenario Outline: The boundary bounds, as <name>
    Given the alice uploads "home/alice/a.txt" to "media"
    When the alice deletes "home/alice/a.txt" from "media"
    Then it is denied because no <name> allows it
    And nothing was stored

    Examples:
      | name                 |
      | boundary             |
      | permissions boundary |

  Scenario: Plain HTTP is denied, however it is said
    When the alice, over http, uploads "home/alice/a.txt" to "media"
    Then it is denied by the statement "TlsOnly" of "aws_s3_bucket_policy.media"
    When the alice uploads "home/alice/a.txt" to "media" with
      | over | http |
    Then it is denied by the statement "TlsOnly"
    And nothing was stored
    When the alice, over http, lists "media" under "home/alice/"
    Then it is denied by the statement "TlsOnly" of "media"
    When the alice uploads "home/alice/a.txt" to "media" with
      | over | presigned URL |
    Then it succeeds

  Scenario: Deleting is for the office
    Given the senior archivist uploads "a" to "media"
    When the senior archivist deletes "a" from "media"
    Then it is denied by the statement "DeleteInTheOffice" of "aws_iam_user_policy.archivist"
    When the senior archivist reads the head of "a" in "media"
    Then it succeeds

  Scenario: Wrong secrets, ended sessions and nobody
    Given "red" is the role "aws_iam_role.team" assumed by "archivist" with
      | tag | team=red |
    When the senior archivist, with a wrong secret, lists "media"
    Then it fails with "SignatureDoesNotMatch"
    When the red, with an expired session, lists "media"
    Then it fails with "ExpiredToken"
    When nobody downloads "a" from "media"
    Then it fails with "AccessDenied"
