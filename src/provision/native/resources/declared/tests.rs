//! The types as data, and what becomes of what they send.

mod fields;

use std::collections::BTreeSet;

use super::*;

#[test]
fn the_types_can_be_read_and_have_schemas() {
    let kinds = KINDS.as_ref().unwrap();
    let without: Vec<&String> =
        kinds.iter().filter(|(_, kind)| kind.schema().is_none()).map(|(name, _)| name).collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn they_make_calls_of_the_tables_with_members_that_these_have() {
    for (name, kind) in KINDS.as_ref().unwrap() {
        let steps = kind.create.iter().chain(&kind.then).chain(&kind.read).chain(&kind.delete);
        for step in steps {
            let (service, operation) = step.call.split_once(':').unwrap_or((&kind.service, &step.call));
            let operation = stackproof_aws::Operation::named(service, operation);
            let operation = operation.unwrap_or_else(|| panic!("{name}: no operation {}", step.call));
            for member in step.members.keys() {
                let known = operation.input().iter().any(|input| input.name == *member);
                assert!(known, "{name}: {} takes no {member}", step.call);
            }
        }
    }
}

/// Arguments that no call says: they are Terraform's own affair, or about what happens in time.
const OWN: [(&str, &str); 23] = [
    ("aws_default_security_group", "revoke_rules_on_delete"),
    ("aws_eip", "vpc"),
    ("aws_lambda_function", "code_sha256"),
    ("aws_lambda_function", "source_code_hash"),
    ("aws_lambda_layer_version", "source_code_hash"),
    ("aws_ecs_service", "force_delete"),
    ("aws_ecs_service", "force_new_deployment"),
    ("aws_ecs_service", "triggers"),
    ("aws_ecs_service", "wait_for_steady_state"),
    ("aws_ecs_task_definition", "track_latest"),
    ("aws_lambda_function", "replace_security_groups_on_destroy"),
    ("aws_lambda_function", "replacement_security_group_ids"),
    ("aws_secretsmanager_secret_version", "secret_string_wo_version"),
    ("aws_security_group", "revoke_rules_on_delete"),
    ("aws_sns_topic_subscription", "confirmation_timeout_in_minutes"),
    ("aws_sns_topic_subscription", "endpoint_auto_confirms"),
    ("aws_ssm_parameter", "value_wo_version"),
    ("aws_vpc_endpoint", "auto_accept"),
    ("*", "region"),
    ("*", "tags"),
    ("*", "tags_all"),
    ("*", "id"),
    ("*", "arn"),
];

/// The names of members of a call's input, or of a structure.
fn arguments_of(kind: &Kind, members: &[stackproof_aws::Member], said: &mut BTreeSet<String>) {
    said.extend(members.iter().map(|member| {
        kind.names.get(&member.name).cloned().unwrap_or_else(|| shape::argument_name(&member.name))
    }));
}

/// The words of templates: whatever an argument's name is, it is one of them where it is said.
fn words(kind: &Kind, template: &Value, said: &mut BTreeSet<String>) {
    match template {
        Value::String(text) => {
            let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
            said.extend(words.map(str::to_owned));
        }
        Value::Array(elements) => elements.iter().for_each(|element| words(kind, element, said)),
        Value::Object(members) => {
            let structure = members.get("shape").and_then(Value::as_str);
            let service = stackproof_aws::Service::named(&kind.service);
            if let Some(stackproof_aws::Shape::Structure { members, .. }) =
                structure.and_then(|name| service?.shape(name))
            {
                arguments_of(kind, members, said);
            }
            members.values().for_each(|member| words(kind, member, said));
        }
        _ => {}
    }
}

#[test]
fn no_argument_is_taken_and_never_said() {
    let mut lost = Vec::new();
    for (name, kind) in KINDS.as_ref().unwrap() {
        let mut said = BTreeSet::new();
        if let Some(argument) = &kind.name {
            said.extend([argument.clone(), format!("{argument}_prefix")]);
        }
        let is_data = name.starts_with("data.");
        let filled = |steps: &[Step], fill: bool| steps.iter().any(|step| step.fill.unwrap_or(fill));
        let groups: [(&[Step], bool); 4] = [
            (kind.create.as_slice(), true),
            (&kind.then, false),
            (&kind.read, is_data),
            (&kind.delete, false),
        ];
        for (steps, fill) in groups {
            for step in steps {
                let (service, operation) = step.call.split_once(':').unwrap_or((&kind.service, &step.call));
                if filled(std::slice::from_ref(step), fill) {
                    let operation = stackproof_aws::Operation::named(service, operation).unwrap();
                    arguments_of(kind, operation.input(), &mut said);
                }
                let conditions = step.when.iter().chain(&step.each).map(|text| json!(text));
                let all: Vec<Value> = step.members.values().cloned().chain(conditions).collect();
                words(kind, &Value::Array(all), &mut said);
            }
        }
        let block = kind.schema().unwrap();
        let arguments = block.attributes.iter().filter(|(_, it)| it.required || it.optional);
        let arguments = arguments.map(|(argument, _)| argument).chain(block.blocks.keys());
        let own = |argument: &str| OWN.iter().any(|(of, own)| *own == argument && (*of == "*" || of == name));
        lost.extend(
            arguments
                .filter(|it| !said.contains(*it) && !own(it))
                .map(|argument| format!("{name}: {argument}")),
        );
    }
    assert!(lost.is_empty(), "{lost:#?}");
}
