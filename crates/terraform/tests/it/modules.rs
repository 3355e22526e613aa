//! Modules without resources, whose outputs were recorded with the real Terraform 1.11 (`terraform output -json`).

use std::path::PathBuf;

use stackproof_terraform::{Configuration, Inputs, Run, VarValue, outputs_json};

fn assert_outputs(module: &str, inputs: &Inputs) {
    let directory = PathBuf::from("tests/data/modules").join(module);
    let configuration = Configuration::load(&directory, inputs).unwrap();
    let mut run = Run::new(&configuration);
    assert!(run.next_step().unwrap().is_none());
    let expected = std::fs::read_to_string(directory.join("expected.json")).unwrap();
    let mut outputs = run.outputs();
    // Terraform keeps no output without a value.
    outputs.retain(|_, output| !output.value.is_null());
    assert_eq!(outputs_json(&outputs), expected.trim_end(), "{module}");
}

#[test]
fn templates_modules_and_paths() {
    assert_outputs("language", &Inputs::default());
}

#[test]
fn modules_within_modules() {
    assert_outputs("nested", &Inputs::default());
}

#[test]
fn every_kind_of_template_value_and_module() {
    for module in [
        "buckets-by-environment",
        "comments",
        "flush-heredocs",
        "heredocs",
        "modules-by-key",
        "modules-from-outputs",
        "no-instances",
        "nulls",
        "optional-attributes",
        "policy-heredoc",
        "rendered-json",
        "rendered-lists",
        "sensitive",
        "sensitive-in-module",
        "sets",
        "strip-markers",
        "yaml",
    ] {
        assert_outputs(module, &Inputs::default());
    }
}

#[test]
fn values_of_variables_by_precedence() {
    let inputs = Inputs {
        vars: vec![("from_var".to_owned(), VarValue::Text("true".to_owned()))],
        var_files: vec!["environments/dev.tfvars".into()],
        env: [
            ("TF_VAR_from_env".to_owned(), "{a=1,b=\"2\"}".to_owned()),
            ("TF_VAR_from_var".to_owned(), "false".to_owned()),
        ]
        .into(),
        ignore: Vec::new(),
    };
    assert_outputs("variables", &inputs);
}
