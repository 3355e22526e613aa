@unproved
Feature: What rests on the distribution is unproved

  Background:
    Given the stack "media"

  Scenario: A reader is denied, but for all that is known by the policy that is not there
    Given "reader" is a new user
    When the reader downloads "index.html" from "aws_s3_bucket.site"
    Then it is denied

  Scenario: An administrator writes, but for all that is known against the policy that is not there
    When the operator uploads "index.html" to "aws_s3_bucket.site"
    Then it succeeds

  Scenario: Facts about the bucket
    Then "aws_s3_bucket.site" has versioning "Off"

  Scenario: The distribution itself
    When the operator calls "s3:HeadBucket" with
      | Bucket | {aws_cloudfront_distribution.site.id} |
    Then it succeeds

  Scenario: The policy itself
    When the operator calls "s3:HeadBucket" with
      | Bucket | {aws_s3_bucket_policy.site} |
    Then it succeeds

  Scenario: An output
    When the operator calls "s3:HeadBucket" with
      | Bucket | {site_domain_name} |
    Then it succeeds
