Feature: Objects

  Background:
    Given the stack "media"
    And "legacy" is the bucket "aws_s3_bucket.logs"

  Scenario Outline: Every option of an upload, with <checksum>
    When the archivist uploads "a.wav" to "media" with
      | encryption            | AES256      |
      | tag                   | a=b         |
      | tag                   | c=d         |
      | metadata              | origin=pbx  |
      | content type          | audio/wav   |
      | storage class         | STANDARD_IA |
      | checksum              | <checksum>  |
      | if none match         | *           |
      | header x-amz-meta-foo | bar         |
    Then it succeeds
    And its "VersionId" is remembered as "first version"
    And the object "a.wav" in "media" has
      | encryption    | AES256                      |
      | tag           | a=b                         |
      | tag           | c=d                         |
      | metadata      | origin=pbx                  |
      | content type  | audio/wav                   |
      | storage class | STANDARD_IA                 |
      | content       | what the archivist uploaded |
      | version       | {first version}             |
      | versions      | 1                           |
    When the archivist uploads "a.wav" to "media" with
      | if none match | * |
    Then it fails with "PreconditionFailed"
    And nothing was stored
    When the archivist reads the head of "a.wav" in "media"
    Then the answer has
      | ContentType     | audio/wav       |
      | Metadata.origin | pbx             |
      | Metadata.foo    | bar             |
      | VersionId       | {first version} |

    Examples:
      | checksum  |
      | CRC32     |
      | CRC32C    |
      | CRC64NVME |
      | SHA1      |
      | SHA256    |

  Scenario: A checksum that is not the content's is refused
    When the archivist uploads "a.wav" to "media" with
      | checksum | CRC32 AAAAAA== |
    Then it fails with "BadDigest"
    And nothing was stored

  Scenario Outline: Parts with checksums
    When the archivist uploads "a.wav" to "media" with
      | size      | 12 MiB     |
      | part size | 5 MiB      |
      | checksum  | <checksum> |
    Then it succeeds
    And the object "a.wav" in "media" has
      | size    | 12 MiB                      |
      | content | what the archivist uploaded |

    Examples:
      | checksum  |
      | CRC32     |
      | CRC64NVME |
      | SHA256    |

  Scenario: An answer's members are named as in the API reference, or as in its document
    When the archivist calls "s3:GetBucketVersioning" with
      """json
      { "Bucket": "{media}" }
      """
    Then the answer has
      | VersioningConfiguration.Status | Enabled |
    And the answer has
      | Status | Enabled |
    And its "VersioningConfiguration.Status" is remembered as "the status"
    And "media" has versioning "{the status}"

  Scenario: Tags of the request and of the object
    When the archivist uploads "secret/x" to "media"
    Then it is denied by the statement "SecretsAreMarked" of "aws_s3_bucket_policy.media"
    And nothing was stored
    When the archivist uploads "secret/x" to "media" with
      | tag | class=secret |
    Then it succeeds
    When the archivist tags "secret/x" in "media" with
      | legacy | true |
    Then it succeeds
    When the archivist downloads "secret/x" from "media"
    Then it is denied by the statement "LegacyIsClosed"
    When the archivist tags "secret/x" in "media" with
      | tag | class=secret |
    Then it succeeds
    When the archivist downloads "secret/x" from "media"
    Then it succeeds
    And the content is what the archivist uploaded

  Scenario: Deleted, restored, copied
    Given the operator uploads "x" to "media" with
      | content | hello |
    And its "VersionId" is remembered as "first version"
    When the operator deletes "x" from "media"
    Then it succeeds
    And there is no object "x" in "media"
    When the operator restores "x" in "media" from version "{first version}"
    Then it succeeds
    And within 30 seconds the object "x" in "media" has
      | content | hello |
    When the archivist copies "x" in "media" to "y-{unique}" in the legacy
    Then it succeeds
    When the archivist downloads "y-{unique}" from "legacy" with
      | over | presigned URL |
    Then the content is "hello"

  Scenario: Variables of the stack
    Given the stack "media" with
      | versioned | false |
    Then "media" has versioning "Suspended"
    And the bucket "media" has versioning "Suspended"
