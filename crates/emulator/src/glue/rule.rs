//! The bounds of Glue's API reference.

use crate::bounds::{Bound, Rule};

const NAME: Bound = Bound::Length(1, 255);

/// Whether a key's ARN may stand there: an empty one stands for none.
fn is_key(text: &str) -> bool {
    text.is_empty() || text.starts_with("arn:aws:kms:")
}

/// A day of the week and an hour: `Sun:23`.
fn is_window(text: &str) -> bool {
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    text.split_once(':').is_some_and(|(day, hour)| {
        let digits = !hour.is_empty() && hour.len() <= 2 && hour.bytes().all(|digit| digit.is_ascii_digit());
        days.contains(&day) && digits && hour.parse::<u8>().is_ok_and(|hour| hour < 24)
    })
}

const KEY: Bound = Bound::Pattern(is_key, "^$|arn:aws[a-z0-9-]*:kms:.*");

/// A member means the same in every operation that has it.
pub(crate) const RULES: &[Rule] = &[
    Rule("Name", NAME),
    Rule("DatabaseName", NAME),
    Rule("TableName", NAME),
    Rule("FunctionName", NAME),
    Rule("JobName", NAME),
    Rule("Description", Bound::Length(0, 2048)),
    Rule("DatabaseInput.Name", NAME),
    Rule("DatabaseInput.Description", Bound::Length(0, 2048)),
    Rule("DatabaseInput.LocationUri", Bound::Length(1, 1024)),
    Rule("TableInput.Name", NAME),
    Rule("TableInput.Description", Bound::Length(0, 2048)),
    Rule("TableInput.Owner", NAME),
    Rule("TableInput.Retention", Bound::Range(0, i64::MAX)),
    Rule("TableInput.ViewOriginalText", Bound::Length(0, 409_600)),
    Rule("TableInput.ViewExpandedText", Bound::Length(0, 409_600)),
    Rule("TableInput.TableType", Bound::Length(0, 255)),
    Rule("TableInput.StorageDescriptor.Columns.Name", NAME),
    Rule("TableInput.PartitionKeys.Name", NAME),
    Rule("Expression", Bound::Length(0, 2048)),
    Rule("TablesToDelete", Bound::Length(0, 100)),
    Rule("VersionIds", Bound::Length(0, 100)),
    Rule("PartitionInputList", Bound::Length(0, 100)),
    Rule("PartitionsToGet", Bound::Length(0, 1000)),
    Rule("PartitionsToDelete", Bound::Length(0, 25)),
    Rule("Entries", Bound::Length(1, 100)),
    Rule("PartitionIndexes", Bound::Length(0, 3)),
    Rule("FunctionInput.FunctionName", NAME),
    Rule("FunctionInput.ClassName", NAME),
    Rule("FunctionInput.OwnerName", NAME),
    Rule("FunctionInput.OwnerType", Bound::OneOf(&["USER", "ROLE", "GROUP"])),
    Rule(
        "FunctionInput.FunctionType",
        Bound::OneOf(&["REGULAR_FUNCTION", "AGGREGATE_FUNCTION", "STORED_PROCEDURE"]),
    ),
    Rule("FunctionInput.ResourceUris", Bound::Length(0, 1000)),
    Rule("TablePrefix", Bound::Length(0, 128)),
    Rule("CrawlerSecurityConfiguration", Bound::Length(0, 128)),
    Rule("SchemaChangePolicy.UpdateBehavior", Bound::OneOf(&["LOG", "UPDATE_IN_DATABASE"])),
    Rule(
        "SchemaChangePolicy.DeleteBehavior",
        Bound::OneOf(&["LOG", "DELETE_FROM_DATABASE", "DEPRECATE_IN_DATABASE"]),
    ),
    Rule(
        "RecrawlPolicy.RecrawlBehavior",
        Bound::OneOf(&["CRAWL_EVERYTHING", "CRAWL_NEW_FOLDERS_ONLY", "CRAWL_EVENT_MODE"]),
    ),
    Rule("LineageConfiguration.CrawlerLineageSettings", Bound::OneOf(&["ENABLE", "DISABLE"])),
    Rule("JobMode", Bound::OneOf(&["SCRIPT", "VISUAL", "NOTEBOOK"])),
    Rule("Timeout", Bound::Range(1, i64::MAX)),
    Rule("ExecutionClass", Bound::OneOf(&["FLEX", "STANDARD"])),
    Rule("WorkerType", Bound::OneOf(WORKERS)),
    Rule("JobUpdate.WorkerType", Bound::OneOf(WORKERS)),
    Rule("JobUpdate.Timeout", Bound::Range(1, i64::MAX)),
    Rule(
        "MaintenanceWindow",
        Bound::Pattern(is_window, "^(Sun|Mon|Tue|Wed|Thu|Fri|Sat):([01]?[0-9]|2[0-3])$"),
    ),
    Rule("SecurityConfiguration", NAME),
    Rule("Type", Bound::OneOf(&["SCHEDULED", "CONDITIONAL", "ON_DEMAND", "EVENT"])),
    Rule("Predicate.Logical", Bound::OneOf(&["AND", "ANY"])),
    Rule("Predicate.Conditions", Bound::Length(0, 500)),
    Rule("CsvClassifier.Delimiter", Bound::Length(1, 1)),
    Rule("CsvClassifier.QuoteSymbol", Bound::Length(1, 1)),
    Rule("CsvClassifier.ContainsHeader", Bound::OneOf(&["UNKNOWN", "PRESENT", "ABSENT"])),
    Rule("CsvClassifier.Serde", Bound::OneOf(&["OpenCSVSerDe", "LazySimpleSerDe", "None"])),
    Rule("ConnectionInput.Name", NAME),
    Rule("ConnectionInput.MatchCriteria", Bound::Length(0, 10)),
    Rule(
        "EncryptionConfiguration.S3Encryption.S3EncryptionMode",
        Bound::OneOf(&["DISABLED", "SSE-KMS", "SSE-S3"]),
    ),
    Rule("EncryptionConfiguration.S3Encryption.KmsKeyArn", KEY),
    Rule(
        "EncryptionConfiguration.CloudWatchEncryption.CloudWatchEncryptionMode",
        Bound::OneOf(&["DISABLED", "SSE-KMS"]),
    ),
    Rule("EncryptionConfiguration.CloudWatchEncryption.KmsKeyArn", KEY),
    Rule(
        "EncryptionConfiguration.JobBookmarksEncryption.JobBookmarksEncryptionMode",
        Bound::OneOf(&["DISABLED", "CSE-KMS"]),
    ),
    Rule("EncryptionConfiguration.JobBookmarksEncryption.KmsKeyArn", KEY),
    Rule(
        "DataCatalogEncryptionSettings.EncryptionAtRest.CatalogEncryptionMode",
        Bound::OneOf(&["DISABLED", "SSE-KMS", "SSE-KMS-WITH-SERVICE-ROLE"]),
    ),
    Rule("DataCatalogEncryptionSettings.EncryptionAtRest.SseAwsKmsKeyId", NAME),
    Rule("PolicyExistsCondition", Bound::OneOf(&["MUST_EXIST", "NOT_EXIST", "NONE"])),
    Rule("EnableHybrid", Bound::OneOf(&["TRUE", "FALSE"])),
];

const WORKERS: &[&str] = &[
    "Standard", "G.1X", "G.2X", "G.4X", "G.8X", "G.025X", "Z.2X", "G.12X", "G.16X", "R.1X", "R.2X", "R.4X",
    "R.8X",
];
