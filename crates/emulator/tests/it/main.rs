//! The embedded upstream, driven as the gateway drives it.
//!
//! Every answer is held against the tables: a member that the operation does not have, or of another type, fails.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod athena;
mod cloud;
mod dynamodb;
mod dynamodb_encryption;
mod dynamodb_expiry;
mod dynamodb_forks;
mod dynamodb_items;
mod dynamodb_naming;
mod dynamodb_partiql;
mod dynamodb_policies;
mod dynamodb_streams;
mod dynamodb_tables;
mod dynamodb_tags;
mod dynamodb_transactions;
mod dynamodb_updates;
mod ec2_acls;
mod ec2_begin;
mod ec2_endpoints;
mod ec2_groups;
mod ec2_lists;
mod ec2_networks;
mod ec2_routes;
mod ecr_images;
mod ecr_repositories;
mod ecs_clusters;
mod ecs_services;
mod ecs_task_definitions;
mod ecs_tasks;
mod events_buses;
mod events_rules;
mod filled;
mod fork;
mod glue_catalog;
mod glue_jobs;
mod glue_partitions;
mod glue_settings;
mod iam_account;
mod iam_groups;
mod iam_instance_profiles;
mod iam_policies;
mod iam_providers;
mod iam_roles;
mod iam_service_linked;
mod iam_users;
mod kinesis_records;
mod kinesis_shards;
mod kinesis_streams;
mod kms_aliases;
mod kms_cipher;
mod kms_grants;
mod kms_keys;
mod lambda_functions;
mod lambda_layers;
mod lambda_settings;
mod lambda_triggers;
mod logs_events;
mod logs_groups;
mod organizations;
mod organizations_policies;
mod quicksight_assets;
mod quicksight_people;
mod s3_acl;
mod s3_buckets;
mod s3_checksums;
mod s3_configuration;
mod s3_copy;
mod s3_encryption;
mod s3_lifecycle;
mod s3_lists;
mod s3_model;
mod s3_multipart;
mod s3_notification;
mod s3_object_lock;
mod s3_objects;
mod s3_settings;
mod s3_versions;
mod secrets;
mod secrets_versions;
mod sns_subscriptions;
mod sns_topics;
mod sqs_messages;
mod sqs_queues;
mod ssm_parameters;
mod ssm_versions;
