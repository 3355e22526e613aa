//! Root modules come out as the real Terraform 1.11 applies them; what it printed is recorded beside them.

use crate::project::Project;

#[test]
fn what_needs_no_provider_comes_out_as_terraform_has_it() {
    let project = Project::copy_of("tests/data/builtin");
    let mut command = project.command(&["outputs", ".", "--var-file", "given.values"]);
    let output = command.env("TF_VAR_env", "dev").env("TF_VAR_size", "9").output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    let recorded = std::fs::read_to_string(project.path("expected.json")).unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), recorded);
    for note in ["`moved` is not used", "`removed` is not used"] {
        assert!(told.contains(note), "{told}");
    }
}

#[test]
fn each_source_of_values_wins_over_the_one_before() {
    let project = Project::copy_of("tests/data/builtin");
    let size = |environment: Option<&str>, arguments: &[&str]| {
        let mut command = project.command(&[&["outputs", ".", "--var", "env=dev"], arguments].concat());
        if let Some(value) = environment {
            command.env("TF_VAR_size", value);
        }
        let output = command.output().unwrap();
        let outputs: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        outputs.pointer("/size/value").and_then(serde_json::Value::as_u64)
    };
    assert_eq!(size(None, &["--var-file", "given.values", "--var", "size=6"]), Some(6));
    assert_eq!(size(None, &["--var-file", "given.values"]), Some(5));
    for (file, value) in [("b.auto.tfvars", 3), ("a.auto.tfvars.json", 4), ("terraform.tfvars", 2)] {
        assert_eq!(size(Some("9"), &[]), Some(value));
        std::fs::remove_file(project.path(file)).unwrap();
    }
    assert_eq!(size(Some("9"), &[]), Some(9));
    assert_eq!(size(None, &[]), Some(1));
}
