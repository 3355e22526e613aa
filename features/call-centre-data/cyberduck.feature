# What Cyberduck sends. The form is that of transcripts in its tracker: #15038 (list of buckets), #14044
# (?versioning), #13558 and #16019 (lists), #13883 (HEAD before a copy), #18020 (lists of versions). The order is that
# of its sources (s3/src/main/java/ch/cyberduck/core/s3: S3ListService, S3MoveFeature, S3DirectoryFeature,
# S3WriteFeature; defaults/src/main/resources/default.properties: parts of 10 MiB from 100 MiB on). Buckets are named
# in the host; what the accessor may not read is taken for unknown, and Cyberduck goes on.
Feature: Cyberduck works with the bucket as its path, and deletes and renames nothing

  Background:
    Given the stack "call-centre-data"
    And "calls" is the bucket "aws_s3_bucket.data"
    And "accessor" is the user of "aws_iam_access_key.data"
    And the accessor uploads "2026/a.wav" to "calls"

  Scenario: Cyberduck without a path lists all buckets, which the accessor may not
    When the accessor sends
      """http
      GET / HTTP/1.1
      Host: s3.amazonaws.com
      Connection: Keep-Alive
      User-Agent: Cyberduck/9.1.3.42945 (Windows 11/10.0) (amd64)
      Accept-Encoding: gzip,deflate
      """
    Then it is denied because no identity policy allows it
    When the accessor sends
      """http
      GET /?location HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      User-Agent: Cyberduck/9.1.3.42945 (Windows 11/10.0) (amd64)
      Accept-Encoding: gzip,deflate
      """
    Then the answer has
      | LocationConstraint | eu-west-2 |
    Given the accessor is also allowed "s3:ListAllMyBuckets"
    When the accessor sends
      """http
      GET / HTTP/1.1
      Host: s3.amazonaws.com
      Connection: Keep-Alive
      User-Agent: Cyberduck/9.1.3.42945 (Windows 11/10.0) (amd64)
      Accept-Encoding: gzip,deflate
      """
    Then it succeeds

  Scenario: Cyberduck opens a folder, and does without what it may not know of the bucket
    When the accessor sends
      """http
      GET /?versioning HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      User-Agent: Cyberduck/9.1.3.42945 (Windows 11/10.0) (amd64)
      Accept-Encoding: gzip,deflate
      """
    Then it is denied because no identity policy allows it
    When the accessor sends
      """http
      GET /?encoding-type=url&max-keys=1000&prefix=2026%2F&delimiter=%2F HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      User-Agent: Cyberduck/9.1.3.42945 (Windows 11/10.0) (amd64)
      Accept-Encoding: gzip,deflate
      """
    Then the answer has
      | EncodingType   | url        |
      | Contents.0.Key | 2026/a.wav |
    Given the accessor is also allowed "s3:GetBucketVersioning"
    When the accessor sends
      """http
      GET /?versioning HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      User-Agent: Cyberduck/9.1.3.42945 (Windows 11/10.0) (amd64)
      Accept-Encoding: gzip,deflate
      """
    Then it succeeds

  Scenario: Cyberduck lists folders by ListObjectsV2, and versions where it is told that there are some
    When the accessor sends
      """http
      GET /?list-type=2&delimiter=%2F&prefix= HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      """
    Then the answer has
      | KeyCount                | 1     |
      | CommonPrefixes.0.Prefix | 2026/ |
    When the accessor sends
      """http
      GET /?versions&prefix=2026%2F&delimiter=%2F&max-keys=1000 HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      """
    Then the answer has
      | Versions.0.Key      | 2026/a.wav |
      | Versions.0.IsLatest | true       |

  Scenario Outline: Cyberduck's info window finds out nothing about the bucket by ?<sub-resource>
    When the accessor sends
      """http
      GET /?<sub-resource> HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      """
    Then it is denied because no identity policy allows it
    Given the accessor is also allowed "<action>"
    When the accessor sends
      """http
      GET /?<sub-resource> HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      """
    Then <outcome>

    Examples:
      | sub-resource   | action                        | outcome                                          |
      | acl            | s3:GetBucketAcl               | it succeeds                                      |
      | encryption     | s3:GetEncryptionConfiguration | it succeeds                                      |
      | lifecycle      | s3:GetLifecycleConfiguration  | it fails with "NoSuchLifecycleConfiguration"     |
      | logging        | s3:GetBucketLogging           | it succeeds                                      |
      | policy         | s3:GetBucketPolicy            | it succeeds                                      |
      | requestPayment | s3:GetBucketRequestPayment    | it succeeds                                      |
      | tagging        | s3:GetBucketTagging           | it succeeds                                      |

  Scenario: Cyberduck reads the attributes and the owner of a file, but not its tags
    When the accessor sends
      """http
      HEAD /2026/a.wav HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      """
    Then the answer has
      | ServerSideEncryption | AES256 |
    And its "VersionId" is remembered as "version"
    When the accessor sends
      """http
      HEAD /2026/a.wav?versionId={version} HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      """
    Then it succeeds
    When the accessor sends
      """http
      GET /2026/a.wav?acl HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      """
    Then it succeeds
    When the accessor sends
      """http
      GET /2026/a.wav?tagging HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      """
    Then it is denied because no identity policy allows it
    Given the accessor is also allowed "s3:GetObjectTagging"
    When the accessor sends
      """http
      GET /2026/a.wav?tagging HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      """
    Then it succeeds

  Scenario: Cyberduck uploads a file that is not there yet
    When the accessor sends
      """http
      HEAD /2026/b.wav HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      """
    Then it fails with "NotFound"
    When the accessor sends
      """http
      PUT /2026/b.wav HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Type: audio/x-wav
      Content-Length: 65536
      Expect: 100-continue
      Connection: Keep-Alive
      User-Agent: Cyberduck/9.1.3.42945 (Windows 11/10.0) (amd64)
      """
    Then it succeeds
    And the object "2026/b.wav" in "calls" has
      | content      | what the accessor uploaded |
      | content type | audio/x-wav                |
      | encryption   | AES256                     |

  Scenario: Cyberduck uploads a large file in parts of 10 MiB, having looked for one that was broken off
    When the accessor sends
      """http
      GET /?uploads&prefix=2026%2Flarge.wav&delimiter=%2F HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      """
    Then it succeeds
    When the accessor sends
      """http
      POST /2026/large.wav?uploads HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Type: audio/x-wav
      Content-Length: 0
      Connection: Keep-Alive
      """
    Then it succeeds
    And its "UploadId" is remembered as "upload"
    When the accessor sends
      """http
      PUT /2026/large.wav?partNumber=1&uploadId={upload} HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Length: 10485760
      Expect: 100-continue
      Connection: Keep-Alive
      """
    Then it succeeds
    And its "ETag" is remembered as "part 1"
    When the accessor sends
      """http
      GET /2026/large.wav?uploadId={upload}&max-parts=1000 HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      """
    Then the answer has
      | Parts.0.Size | 10485760 |
    When the accessor sends
      """http
      PUT /2026/large.wav?partNumber=2&uploadId={upload} HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Length: 2097152
      Expect: 100-continue
      Connection: Keep-Alive
      """
    Then it succeeds
    And its "ETag" is remembered as "part 2"
    When the accessor sends
      """http
      POST /2026/large.wav?uploadId={upload} HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Type: application/xml
      Connection: Keep-Alive

      <CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <Part><PartNumber>1</PartNumber><ETag>{part 1}</ETag></Part>
      <Part><PartNumber>2</PartNumber><ETag>{part 2}</ETag></Part>
      </CompleteMultipartUpload>
      """
    Then it succeeds
    And the object "2026/large.wav" in "calls" has
      | size | 12 MiB |

  Scenario: Cyberduck set to encrypt with a KMS key is denied
    When the accessor sends
      """http
      PUT /2026/b.wav HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Type: audio/x-wav
      Content-Length: 4096
      x-amz-server-side-encryption: aws:kms
      Expect: 100-continue
      Connection: Keep-Alive
      """
    Then it is denied by the statement "DenyKmsHeader" of "aws_s3_bucket_policy.data"
    And nothing was stored
    When the accessor sends
      """http
      PUT /2026/b.wav HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Type: audio/x-wav
      Content-Length: 4096
      x-amz-server-side-encryption: AES256
      Expect: 100-continue
      Connection: Keep-Alive
      """
    Then it succeeds

  Scenario: Cyberduck downloads a file
    When the accessor sends
      """http
      GET /2026/a.wav HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      Accept-Encoding: identity
      """
    Then it succeeds
    And the content is what the accessor uploaded

  Scenario: Cyberduck makes a folder
    When the accessor sends
      """http
      PUT /2026/new%20folder/ HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Type: application/x-directory
      Content-Length: 0
      Connection: Keep-Alive
      """
    Then it succeeds
    And the object "2026/new folder/" in "calls" has
      | content type | application/x-directory |
      | size         | 0                       |

  Scenario: Cyberduck renames by a copy, which is allowed, and a delete, which is denied
    When the accessor sends
      """http
      PUT /2026/renamed.wav HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Length: 0
      x-amz-copy-source: /{bucket_name}/2026%2Fa.wav
      x-amz-metadata-directive: COPY
      Connection: Keep-Alive
      """
    Then it succeeds
    When the accessor sends
      """http
      DELETE /2026/a.wav HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      """
    Then it is denied because no identity policy allows it
    And nothing was stored
    And the object "2026/a.wav" in "calls" has
      | content  | what the accessor uploaded |
      | versions | 1                          |
    Given the accessor is also allowed "s3:DeleteObject"
    When the accessor sends
      """http
      DELETE /2026/a.wav HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Connection: Keep-Alive
      """
    Then it succeeds

  Scenario: Cyberduck deletes several files at once, and each is denied
    When the accessor sends
      """http
      POST /?delete HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Type: application/xml
      Connection: Keep-Alive
      Content-MD5: ThT0aMsRonssGSITzI7oyw==

      <Delete><Object><Key>2026/a.wav</Key></Object></Delete>
      """
    Then the answer has
      | Errors.0.Key  | 2026/a.wav   |
      | Errors.0.Code | AccessDenied |
    And nothing was stored
    And the object "2026/a.wav" in "calls" has
      | content  | what the accessor uploaded |
      | versions | 1                          |
    Given the accessor is also allowed "s3:DeleteObject"
    When the accessor sends
      """http
      POST /?delete HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Type: application/xml
      Connection: Keep-Alive
      Content-MD5: ThT0aMsRonssGSITzI7oyw==

      <Delete><Object><Key>2026/a.wav</Key></Object></Delete>
      """
    Then the answer has
      | Deleted.0.Key | 2026/a.wav |

  Scenario: Cyberduck grants everyone a file, which is refused
    When the accessor sends
      """http
      PUT /2026/a.wav?acl HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Length: 0
      x-amz-acl: public-read
      Connection: Keep-Alive
      """
    Then it fails with "AccessControlListNotSupported"
    When the accessor sends
      """http
      PUT /2026/a.wav?acl HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Length: 0
      x-amz-acl: bucket-owner-full-control
      Connection: Keep-Alive
      """
    Then it succeeds
    When nobody downloads "2026/a.wav" from "calls"
    Then it fails with "AccessDenied"
