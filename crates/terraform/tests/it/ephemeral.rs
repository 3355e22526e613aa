//! What is opened for a run, and arguments that are only written.

use crate::support::module;
use stackproof_terraform::{Configuration, Inputs, Mode, Run, Step, Value};

const MAIN: &str = "ephemeral \"random_password\" \"p\" {\n  length = 8\n}\n\nresource \"aws_secretsmanager_secret\" \"s\" {\n  name = \"s\"\n}\n\nresource \
                    \"aws_secretsmanager_secret_version\" \"v\" {\n  secret_id                = aws_secretsmanager_secret.s.id\n  secret_string_wo         = \
                    \"pw:${ephemeral.random_password.p.result}\"\n  secret_string_wo_version = 1\n}\n\noutput \"readable\" {\n  value = \
                    aws_secretsmanager_secret_version.v.secret_string_wo == null\n}\n\noutput \"none\" {\n  value = ephemeralasnull({ a = \
                    ephemeral.random_password.p.length }).a == null\n}\n";

#[test]
fn what_is_opened_reaches_what_is_only_written_and_nothing_else() {
    let directory = module(&[("main.tf", MAIN)]);
    let configuration = Configuration::load(directory.path(), &Inputs::default()).unwrap();
    let mut run = Run::new(&configuration);
    let mut written = None;
    while let Some(step) = run.next_step().unwrap() {
        let (instance, attributes) = match step {
            Step::Read(instance) => {
                assert_eq!(instance.mode, Mode::Ephemeral);
                assert_eq!(instance.address.to_string(), "ephemeral.random_password.p");
                (instance, Value::object([("result", "hush".into())]))
            }
            Step::Create(instance) => (instance, Value::object([("id", "id".into())])),
        };
        if instance.type_name == "aws_secretsmanager_secret_version" {
            let argument = instance.argument("secret_string_wo").unwrap();
            assert!(argument.is_ephemeral_within() && !format!("{argument:?}").contains("hush"));
            written = argument.as_str().map(str::to_owned);
        }
        run.record(&instance, attributes).unwrap();
    }
    assert_eq!(written.as_deref(), Some("pw:hush"));
    assert_eq!(run.outputs()["readable"].value, true.into());
    assert_eq!(run.outputs()["none"].value, true.into());
}

#[test]
fn data_of_a_check_is_read_and_what_it_asserts_is_only_noted() {
    let main = "check \"identity\" {\n  data \"aws_caller_identity\" \"me\" {}\n\n  assert {\n    condition     = data.aws_caller_identity.me.account_id == \
                \"1\"\n    error_message = \"another account\"\n  }\n}\n";
    let directory = module(&[("main.tf", main)]);
    let configuration = Configuration::load(directory.path(), &Inputs::default()).unwrap();
    let mut run = Run::new(&configuration);
    while let Some(step) = run.next_step().unwrap() {
        let Step::Read(instance) = step else { panic!("nothing is made") };
        run.record(&instance, Value::object([("account_id", "2".into())])).unwrap();
    }
    let notes: Vec<&str> = run.notes().iter().map(|note| note.message()).collect();
    assert_eq!(notes, ["`check.identity`: another account"]);
}
