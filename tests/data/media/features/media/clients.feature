Feature: What clients were seen to send

  Background:
    Given the stack "media"
    And "reader" is a new user with the policy
      """json
      { "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": "*" } }
      """
    And the object "a b.txt" is in "media" with
      | content | hello |

  Scenario: A request in another client's words
    When the reader sends
      """http
      GET /a%20b.txt HTTP/1.1
      Host: {media}.s3.eu-west-1.amazonaws.com
      Range: bytes=1-3
      User-Agent: something else/1.0
      """
    Then it succeeds
    And the content is "ell"
    When the reader, over http, sends
      """http
      GET /{media}/a%20b.txt HTTP/1.1
      Host: s3.eu-west-1.amazonaws.com
      """
    Then it is denied by the statement "TlsOnly"

  Scenario: A request with a body
    When the reader sends
      """http
      PUT /new.txt HTTP/1.1
      Host: {media}.s3.amazonaws.com
      Content-Type: text/plain

      content
      """
    Then it is denied because no identity policy allows it
    And nothing was stored
    When the reader lists "media"
    Then it succeeds
    When the operator sends
      """http
      PUT /new.txt HTTP/1.1
      Host: {media}.s3.amazonaws.com
      Content-Type: text/plain

      content
      """
    Then it succeeds
    And the object "new.txt" in "media" has
      | content | content |

  Scenario: A key that nobody has
    When the reader, with an unknown key, lists "media"
    Then it fails with "InvalidAccessKeyId"
    When the reader uploads "x" to "media"
    Then it may be refused
    And nothing was stored
