# What WinSCP sends, read from its own sources as of August 2026: source/core/S3FileSystem.cpp for the order of calls,
# its libs3 (src/bucket.c, object.c, multipart.c, request.c, service.c) for their form. Buckets are named in the host;
# folders are listed by ListObjects of the first version; parts have 5 MiB; payloads of puts are not signed.
Feature: WinSCP works with the bucket as its root path, and deletes and renames nothing

  Background:
    Given the stack "call-centre-data"
    And "calls" is the bucket "aws_s3_bucket.data"
    And "accessor" is the user of "aws_iam_access_key.data"
    And the accessor uploads "2026/a.wav" to "calls"

  Scenario: WinSCP without a root path lists all buckets, which the accessor may not
    When the accessor sends
      """http
      GET /?max-keys=1 HTTP/1.1
      Host: s3.amazonaws.com
      """
    Then it is denied because no identity policy allows it
    When the accessor sends
      """http
      GET /?prefix=&delimiter=%2F HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      """
    Then it succeeds
    Given the accessor is also allowed "s3:ListAllMyBuckets"
    When the accessor sends
      """http
      GET /?max-keys=1 HTTP/1.1
      Host: s3.amazonaws.com
      """
    Then it succeeds

  Scenario: WinSCP finds the bucket's region by asking in another
    When the accessor sends
      """http
      GET /?prefix=&delimiter=%2F&max-keys=1 HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260115/us-east-1/s3/aws4_request
      """
    Then it fails with "AuthorizationHeaderMalformed"
    When the accessor sends
      """http
      GET /?prefix=&delimiter=%2F&max-keys=1 HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260115/eu-west-2/s3/aws4_request
      """
    Then it succeeds

  Scenario: WinSCP opens the root folder and a folder in it
    When the accessor sends
      """http
      GET /?prefix=&delimiter=%2F HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      """
    Then the answer has
      | CommonPrefixes.0.Prefix | 2026/ |
    When the accessor sends
      """http
      GET /?prefix=2026%2F&delimiter=%2F HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      """
    Then the answer has
      | Contents.0.Key | 2026/a.wav |

  Scenario: WinSCP uploads a file, having looked whether it is there
    When the accessor sends
      """http
      GET /?prefix=2026%2Fb.wav&delimiter=%2F&max-keys=1 HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      """
    Then it succeeds
    When the accessor sends
      """http
      PUT /2026/b.wav HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Type: audio/wav
      Content-Length: 4096
      x-amz-content-sha256: UNSIGNED-PAYLOAD
      """
    Then it succeeds
    And the object "2026/b.wav" in "calls" has
      | content      | what the accessor uploaded |
      | content type | audio/wav                  |
      | encryption   | AES256                     |

  Scenario: WinSCP uploads a large file in parts of 5 MiB
    When the accessor sends
      """http
      POST /2026/large.wav?uploads HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Type: audio/wav
      Content-Length: 0
      x-amz-content-sha256: UNSIGNED-PAYLOAD
      """
    Then it succeeds
    And its "UploadId" is remembered as "upload"
    When the accessor sends
      """http
      PUT /2026/large.wav?partNumber=1&uploadId={upload} HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Length: 5242880
      x-amz-content-sha256: UNSIGNED-PAYLOAD
      """
    Then it succeeds
    And its "ETag" is remembered as "part 1"
    When the accessor sends
      """http
      PUT /2026/large.wav?partNumber=2&uploadId={upload} HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Length: 5242880
      x-amz-content-sha256: UNSIGNED-PAYLOAD
      """
    Then it succeeds
    And its "ETag" is remembered as "part 2"
    When the accessor sends
      """http
      PUT /2026/large.wav?partNumber=3&uploadId={upload} HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Length: 2097152
      x-amz-content-sha256: UNSIGNED-PAYLOAD
      """
    Then it succeeds
    And its "ETag" is remembered as "part 3"
    When the accessor sends
      """http
      POST /2026/large.wav?uploadId={upload} HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      x-amz-content-sha256: UNSIGNED-PAYLOAD

      <CompleteMultipartUpload>
        <Part><PartNumber>1</PartNumber><ETag>{part 1}</ETag></Part>
        <Part><PartNumber>2</PartNumber><ETag>{part 2}</ETag></Part>
        <Part><PartNumber>3</PartNumber><ETag>{part 3}</ETag></Part>
      </CompleteMultipartUpload>
      """
    Then it succeeds
    And the object "2026/large.wav" in "calls" has
      | size       | 12 MiB |
      | encryption | AES256 |

  Scenario: WinSCP gives up an upload in parts
    Given the accessor sends
      """http
      POST /2026/large.wav?uploads HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Length: 0
      x-amz-content-sha256: UNSIGNED-PAYLOAD
      """
    And its "UploadId" is remembered as "upload"
    When the accessor sends
      """http
      DELETE /2026/large.wav?uploadId={upload} HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      """
    Then it succeeds

  Scenario: WinSCP downloads a file
    When the accessor sends
      """http
      GET /2026/a.wav HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      """
    Then it succeeds
    And the content is what the accessor uploaded

  Scenario: WinSCP makes a folder, which is an object without content
    When the accessor sends
      """http
      PUT /2026/new%20folder/ HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Length: 0
      x-amz-content-sha256: UNSIGNED-PAYLOAD
      """
    Then it succeeds
    And the object "2026/new folder/" in "calls" has
      | size | 0 |

  Scenario: WinSCP renames by a copy, which is allowed, and a delete, which is denied
    When the accessor sends
      """http
      PUT /2026/renamed.wav HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      Content-Length: 0
      x-amz-copy-source: /{bucket_name}/2026/a.wav
      """
    Then it succeeds
    When the accessor sends
      """http
      DELETE /2026/a.wav HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      """
    Then it is denied because no identity policy allows it
    And nothing was stored
    And the object "2026/a.wav" in "calls" has
      | content  | what the accessor uploaded |
      | versions | 1                          |
    And the object "2026/renamed.wav" in "calls" has
      | versions | 1 |
    Given the accessor is also allowed "s3:DeleteObject"
    When the accessor sends
      """http
      DELETE /2026/a.wav HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      """
    Then it succeeds

  Scenario: WinSCP shows who owns a file, but not its tags
    When the accessor sends
      """http
      GET /2026/a.wav?acl HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      """
    Then the answer has
      | Grants.0.Permission | FULL_CONTROL |
    When the accessor sends
      """http
      GET /2026/a.wav?tagging HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      """
    Then it is denied because no identity policy allows it
    Given the accessor is also allowed "s3:GetObjectTagging"
    When the accessor sends
      """http
      GET /2026/a.wav?tagging HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      """
    Then it succeeds

  Scenario: WinSCP makes no bucket
    When the accessor sends
      """http
      PUT / HTTP/1.1
      Host: call-centre-{unique}.s3.amazonaws.com
      x-amz-content-sha256: UNSIGNED-PAYLOAD

      <CreateBucketConfiguration><LocationConstraint>eu-west-2</LocationConstraint></CreateBucketConfiguration>
      """
    Then it is denied because no identity policy allows it
    When the accessor sends
      """http
      PUT /2026/b.wav HTTP/1.1
      Host: {bucket_name}.s3.amazonaws.com
      x-amz-content-sha256: UNSIGNED-PAYLOAD

      content
      """
    Then it succeeds
    Given the accessor is also allowed "s3:CreateBucket"
    When the accessor sends
      """http
      PUT / HTTP/1.1
      Host: call-centre-{unique}.s3.amazonaws.com
      x-amz-content-sha256: UNSIGNED-PAYLOAD

      <CreateBucketConfiguration><LocationConstraint>eu-west-2</LocationConstraint></CreateBucketConfiguration>
      """
    Then it succeeds

  Scenario: WinSCP set to name buckets in the path works as well
    When the accessor sends
      """http
      GET /{bucket_name}/?prefix=2026%2F&delimiter=%2F HTTP/1.1
      Host: s3.eu-west-2.amazonaws.com
      """
    Then the answer has
      | Contents.0.Key | 2026/a.wav |
    When the accessor sends
      """http
      DELETE /{bucket_name}/2026/a.wav HTTP/1.1
      Host: s3.eu-west-2.amazonaws.com
      """
    Then it is denied because no identity policy allows it
    And nothing was stored
    Given the accessor is also allowed "s3:DeleteObject"
    When the accessor sends
      """http
      DELETE /{bucket_name}/2026/a.wav HTTP/1.1
      Host: s3.eu-west-2.amazonaws.com
      """
    Then it succeeds
