//! Modules without resources, whose outputs were recorded with the real Terraform 1.11 (`terraform output -json`).

use std::path::PathBuf;

use crate::support::module;
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

/// As `-var` and `TF_VAR_` give it: an expression for `any`, text where no type is written. A file that has texts of
/// its own says itself what is text.
#[test]
fn text_for_any_is_an_expression_unless_a_file_says_it_is_text() {
    let directory = module(&[(
        "main.tf",
        "variable \"any\" {\n  type = any\n}\n\nvariable \"untyped\" {}\n\nvariable \"list\" {\n  type = list(any)\n}\n\n\
         output \"o\" {\n  value = [var.any, var.untyped, var.list]\n}\n",
    )]);
    let outcome = |given: fn(String) -> VarValue| {
        let vars = ["any", "untyped", "list"].map(|name| (name.to_owned(), given("[1]".to_owned())));
        let configuration =
            Configuration::load(directory.path(), &Inputs { vars: vars.into(), ..Inputs::default() })
                .unwrap();
        let mut run = Run::new(&configuration);
        assert!(run.next_step().unwrap().is_none());
        run.outputs().get("o").unwrap().value.to_json()
    };
    assert_eq!(outcome(VarValue::Text), serde_json::json!([[1], "[1]", [1]]));
    assert_eq!(outcome(VarValue::Word), serde_json::json!(["[1]", "[1]", [1]]));
    let word =
        Inputs { vars: vec![("any".to_owned(), VarValue::Text("word".to_owned()))], ..Inputs::default() };
    let wrong = Configuration::load(directory.path(), &word).unwrap_err();
    assert!(wrong.to_string().contains("`word` in a constant"), "{wrong}");
}
