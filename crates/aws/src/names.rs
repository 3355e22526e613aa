//! Names that services give, and those by whose form alone they tell what cannot exist.

use std::net::Ipv4Addr;

/// What services call the roles that are linked to them, as their own pages say.
const SERVICE_LINKED: [(&str, &str); 18] = [
    ("apidestinations.events.amazonaws.com", "AWSServiceRoleForAmazonEventBridgeApiDestinations"),
    ("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling"),
    ("delivery.logs.amazonaws.com", "AWSServiceRoleForLogDelivery"),
    (
        "dynamodb.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
    ),
    ("ecs.amazonaws.com", "AWSServiceRoleForECS"),
    ("ecs.application-autoscaling.amazonaws.com", "AWSServiceRoleForApplicationAutoScaling_ECSService"),
    ("elasticache.amazonaws.com", "AWSServiceRoleForElastiCache"),
    ("elasticloadbalancing.amazonaws.com", "AWSServiceRoleForElasticLoadBalancing"),
    ("kinesisreplication.dynamodb.amazonaws.com", "AWSServiceRoleForDynamoDBKinesisDataStreamsReplication"),
    ("lex.amazonaws.com", "AWSServiceRoleForLexBots"),
    ("opensearchservice.amazonaws.com", "AWSServiceRoleForAmazonOpenSearchService"),
    ("organizations.amazonaws.com", "AWSServiceRoleForOrganizations"),
    ("pullthroughcache.ecr.amazonaws.com", "AWSServiceRoleForECRPullThroughCache"),
    ("rds.amazonaws.com", "AWSServiceRoleForRDS"),
    ("replication.dynamodb.amazonaws.com", "AWSServiceRoleForDynamoDBReplication"),
    ("replication.ecr.amazonaws.com", "AWSServiceRoleForECRReplication"),
    ("replicator.lambda.amazonaws.com", "AWSServiceRoleForLambdaReplicator"),
    ("spot.amazonaws.com", "AWSServiceRoleForEC2Spot"),
];

/// Whether some general purpose bucket may be called so; reserved names are not told apart.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
pub fn is_bucket_name(name: &str) -> bool {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.chars().all(|c| letter(c) || c == '.' || c == '-')
        && name.starts_with(letter)
        && name.ends_with(letter)
        && !name.contains("..")
        && name.parse::<Ipv4Addr>().is_err()
}

/// Whether some key of KMS may have that id: five groups of hexadecimal digits, or `mrk-` before all of them at once
/// where it is of several regions.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id>
pub fn is_kms_key_id(id: &str) -> bool {
    let digits = |text: &str, count| text.len() == count && text.chars().all(|c| c.is_ascii_hexdigit());
    match id.strip_prefix("mrk-") {
        Some(rest) => digits(rest, 32),
        None => {
            let groups: Vec<&str> = id.split('-').collect();
            groups.len() == 5
                && groups.iter().zip([8, 4, 4, 4, 12]).all(|(group, count)| digits(group, count))
        }
    }
}

/// What a service calls the role that is linked to it; none where that is not known.
pub fn service_linked_role(service: &str) -> Option<&'static str> {
    SERVICE_LINKED.iter().find(|(known, _)| *known == service).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_keys_are_known_by_their_form() {
        for id in ["134f2428-cec1-4b25-a1ae-9048164dba47", "mrk-134f2428cec14b25a1ae9048164dba47"] {
            assert!(is_kms_key_id(id), "{id}");
        }
        for id in [
            "",
            "fake-key-id",
            "134f2428cec14b25a1ae9048164dba47",
            "134f2428-cec1-4b25-a1ae-9048164dba4",
            "134f2428-cec14-b25-a1ae-9048164dba47",
            "-34f2428-cec1-4b25-a1ae-9048164dba47",
            "mrk-fake-key-id",
        ] {
            assert!(!is_kms_key_id(id), "{id}");
        }
    }
}
