//! Modules that need no provider, whose outputs were recorded with the real Terraform 1.11 (`terraform output -json`).

use std::path::PathBuf;

use crate::support::module;
use stackproof_terraform::{Configuration, Inputs, Run, Step, Value, VarValue, outputs_json};

fn assert_outputs(module: &str, inputs: &Inputs) {
    let directory = PathBuf::from("tests/data/modules").join(module);
    let configuration =
        Configuration::load(&directory, inputs).unwrap_or_else(|wrong| panic!("{module}: {wrong}"));
    let mut run = Run::new(&configuration);
    while let Some(step) = run.next_step().unwrap_or_else(|wrong| panic!("{module}: {wrong}")) {
        let Step::Create(instance) = step else { panic!("{module}: nothing can be read") };
        assert_eq!(instance.type_name, "terraform_data", "{module}: only this needs no provider");
        let input = instance.arguments.get("input").unwrap().clone();
        let attributes =
            Value::object([("id", "3b1f4b5e-7d1c-4f64-9d0e-1f1d4c1b7a55".into()), ("output", input)]);
        run.record(&instance, attributes).unwrap_or_else(|wrong| panic!("{module}: {wrong}"));
    }
    let expected = std::fs::read_to_string(directory.join("expected.json")).unwrap();
    let mut outputs = run.outputs();
    // Terraform keeps no output without a value.
    outputs.retain(|_, output| !output.value.is_null());
    let ours = outputs_json(&outputs);
    let differs = ours.lines().zip(expected.lines()).find(|(ours, expected)| ours != expected);
    assert_eq!(differs, None, "{module}: ours, then what terraform gives");
    assert_eq!(ours, expected.trim_end(), "{module}");
}

/// Every module that an answer was recorded for, except those that a test of their own gives something.
#[test]
fn modules_have_the_outputs_that_terraform_gives() {
    let mut names: Vec<String> = std::fs::read_dir("tests/data/modules")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("expected.json").is_file())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != "variables")
        .collect();
    names.sort();
    let failed: Vec<&String> = names
        .iter()
        .filter(|name| std::panic::catch_unwind(|| assert_outputs(name, &Inputs::default())).is_err())
        .collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert!(names.len() >= 40, "{}", names.len());
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
        ..Inputs::default()
    };
    assert_outputs("variables", &inputs);
}

#[test]
fn modules_from_elsewhere_are_those_that_were_installed() {
    let manifest = r#"{"Modules": [
        {"Key": "", "Source": "", "Dir": "."},
        {"Key": "labels", "Source": "registry.terraform.io/example/labels/null", "Version": "1.2.3", "Dir": ".terraform/modules/labels"},
        {"Key": "labels.inner", "Source": "git::https://example.com/inner.git", "Dir": ".terraform/modules/labels.inner/sub"}
    ]}"#;
    let main = "module \"labels\" {\n  source  = \"example/labels/null\"\n  version = \"~> 1.0\"\n}\n\noutput \"o\" {\n  value = \
                module.labels.out\n}\n";
    let labels = "module \"inner\" {\n  source = \"git::https://example.com/inner.git//sub?ref=v1\"\n}\n\noutput \"out\" {\n  value = \
                  [module.inner.out, path.module]\n}\n";
    let inner = "output \"out\" {\n  value = terraform.workspace\n}\n";
    let directory = module(&[
        ("main.tf", main),
        (".terraform/modules/modules.json", manifest),
        (".terraform/modules/labels/main.tf", labels),
        (".terraform/modules/labels.inner/sub/main.tf", inner),
    ]);
    let inputs = Inputs { workspace: Some("staging".to_owned()), ..Inputs::default() };
    let configuration = Configuration::load(directory.path(), &inputs).unwrap();
    let mut run = Run::new(&configuration);
    assert!(run.next_step().unwrap().is_none());
    let value = run.outputs().get("o").unwrap().value.to_json();
    assert_eq!(value, serde_json::json!(["staging", ".terraform/modules/labels"]));
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
