Feature: The accessor stores and fetches call recordings

  WinSCP and Cyberduck sign as the accessor. They list a folder, store files, large ones in parts, and fetch them.

  Background:
    Given the stack "call-centre-data"
    And "calls" is the bucket "aws_s3_bucket.data"
    And "accessor" is the user of "aws_iam_access_key.data"

  Scenario: What is uploaded is read back byte for byte
    When the accessor uploads "2026/01/a.wav" to "calls"
    Then it succeeds
    When the accessor downloads "2026/01/a.wav" from "calls"
    Then it succeeds
    And the content is what the accessor uploaded

  Scenario: A large recording is uploaded in parts
    When the accessor uploads "2026/01/large.wav" to "calls" with
      | size      | 12 MiB |
      | part size | 5 MiB  |
    Then it succeeds
    And the object "2026/01/large.wav" in "calls" has
      | content | what the accessor uploaded |
      | size    | 12 MiB                     |
    When the accessor downloads "2026/01/large.wav" from "calls"
    Then it succeeds
    And the content is what the accessor uploaded

  Scenario: An upload in parts is looked at and given up
    When the accessor calls "s3:CreateMultipartUpload" with
      | Bucket | {bucket_name}     |
      | Key    | 2026/01/large.wav |
    Then it succeeds
    And its "UploadId" is remembered as "upload"
    When the accessor lists the uploads of "calls"
    Then the answer has
      | Uploads.0.UploadId | {upload} |
    When the accessor calls "s3:ListParts" with
      | Bucket   | {bucket_name}     |
      | Key      | 2026/01/large.wav |
      | UploadId | {upload}          |
    Then it succeeds
    When the accessor calls "s3:AbortMultipartUpload" with
      | Bucket   | {bucket_name}     |
      | Key      | 2026/01/large.wav |
      | UploadId | {upload}          |
    Then it succeeds
    When the accessor calls "s3:ListParts" with
      | Bucket   | {bucket_name}     |
      | Key      | 2026/01/large.wav |
      | UploadId | {upload}          |
    Then it fails with "NoSuchUpload"

  Scenario: Clients show who owns a file and which versions it has
    Given the accessor uploads "2026/01/a.wav" to "calls"
    When the accessor calls "s3:GetObjectAcl" with
      | Bucket | {bucket_name} |
      | Key    | 2026/01/a.wav |
    Then the answer has
      | Grants.0.Permission | FULL_CONTROL |
    When the accessor lists the versions of "calls" under "2026/"
    Then the answer has
      | Versions.0.Key | 2026/01/a.wav |

  Scenario: A folder is listed
    Given the accessor uploads "2026/01/a.wav" to "calls"
    When the accessor lists "calls" under "2026/"
    Then it succeeds
    And the answer has
      | KeyCount       | 1             |
      | Contents.0.Key | 2026/01/a.wav |

  Scenario: The bucket's region is found
    When the accessor calls "s3:GetBucketLocation" with
      """json
      { "Bucket": "{bucket_name}" }
      """
    Then it succeeds
    And the answer has
      | LocationConstraint | eu-west-2 |

  Scenario: A presigned URL fetches what it was made for
    Given the accessor uploads "2026/01/a.wav" to "calls"
    When the accessor downloads "2026/01/a.wav" from "calls" with
      | over | presigned URL |
    Then it succeeds
    And the content is what the accessor uploaded

  Scenario: A presigned URL stores what it was made for
    When the accessor uploads "2026/01/b.wav" to "calls" with
      | over | presigned URL |
    Then it succeeds
    And the object "2026/01/b.wav" in "calls" has
      | content | what the accessor uploaded |

  Scenario: A browser's form stores what it admits
    When the accessor uploads "2026/01/b.wav" to "calls" with
      | over         | form      |
      | size         | 3 MiB     |
      | content type | audio/wav |
    Then it succeeds
    And the object "2026/01/b.wav" in "calls" has
      | content | what the accessor uploaded |

  Scenario: A form that nobody signed stores nothing
    When nobody uploads "2026/01/b.wav" to "calls" with
      | over | form |
    Then it is denied
    And nothing was stored
    When the accessor uploads "2026/01/b.wav" to "calls" with
      | over | form |
    Then it succeeds

  Scenario: A file is renamed by a copy, but the old one stays
    Given the accessor uploads "2026/01/a.wav" to "calls"
    When the accessor copies "2026/01/a.wav" in "calls" to "2026/01/renamed.wav" in "calls"
    Then it succeeds
    When the accessor deletes "2026/01/a.wav" from "calls"
    Then it is denied because no identity policy allows it
    And nothing was stored
    Given the accessor is also allowed "s3:DeleteObject"
    When the accessor deletes "2026/01/a.wav" from "calls"
    Then it succeeds

  Scenario: Clients that start by listing all buckets are told no
    When the accessor calls "s3:ListBuckets"
    Then it is denied because no identity policy allows it
    When the accessor lists "calls"
    Then it succeeds
    Given the accessor is also allowed "s3:ListAllMyBuckets"
    When the accessor calls "s3:ListBuckets"
    Then it succeeds
