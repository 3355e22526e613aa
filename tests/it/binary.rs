//! Root modules that the real Terraform applies: of those that need no provider, since none can be had everywhere.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::project::{Ended, Project};
use crate::skipped::unless_here;

const CONFIG: &str = "[targets.embedded]\nkind = \"embedded\"\nprovisioner = \"terraform\"\n\n\
                      [stacks.calls]\npath = \"infra/stacks/calls\"\nvar-files = [\"dev.tfvars\"]\n\
                      vars = { shards = 3, tags = { team = \"calls\" } }\n";

const ROOT: &str = r#"
terraform {
  required_version = ">= 1.4"
  backend "s3" {
    bucket = "no-such-bucket"
    key    = "state"
    region = "eu-west-2"
  }
}

variable "environment" {
  type = string
}

variable "shards" {
  type = number
}

variable "tags" {
  type = map(string)
}

variable "log" {
  type = string
}

module "part" {
  for_each = toset(["a", "b"])
  source   = "../../modules/part"
  name     = "${var.environment}-${each.key}"
}

resource "terraform_data" "end" {
  input = var.log
  provisioner "local-exec" {
    when    = destroy
    command = "echo destroyed >> ${self.input}"
  }
}

output "parts" {
  value = { for key, part in module.part : key => part.made }
}

output "shared" {
  value     = "${trimspace(file("../../shared/words.txt"))} ${var.shards} ${var.tags.team}"
  sensitive = true
}

output "endpoint" {
  value = terraform_data.end.id != "" ? "known" : ""
}
"#;

const PART: &str = "variable \"name\" {}\n\nresource \"terraform_data\" \"this\" {\n  input = var.name\n}\n\n\
                    output \"made\" {\n  value = terraform_data.this.output\n}\n";

/// Terraform's version here, or nothing where it is missing.
fn terraform() -> Option<String> {
    let output = Command::new("terraform").arg("version").stdin(Stdio::null()).output();
    let found = output.map_err(|error| format!("`terraform` cannot be run: {error}"));
    let found = found.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    unless_here(found, "STACKPROOF_REQUIRE_TERRAFORM", "the real Terraform")
}

fn project() -> Project {
    Project::of(&[
        ("stackproof.toml", CONFIG),
        ("infra/stacks/calls/main.tf", ROOT),
        ("infra/stacks/calls/dev.tfvars", "environment = \"dev\"\n"),
        ("infra/modules/part/main.tf", PART),
        ("infra/shared/words.txt", "words\n"),
    ])
}

fn log(project: &Project) -> String {
    format!("log={}", project.path("destroyed.log").display())
}

fn destroyed(project: &Project) -> String {
    std::fs::read_to_string(project.path("destroyed.log")).unwrap_or_default()
}

#[test]
fn the_binary_applies_a_copy_and_destroys_it_again() {
    if terraform().is_none() {
        return;
    }
    let project = project();
    let root = "infra/stacks/calls";
    let given = ["--var", "shards=3", "--var", "tags={team=\"calls\"}", "--var", &log(&project)];
    let file = format!("{root}/dev.tfvars");
    let arguments = [&["outputs", root, "--var-file", &file][..], &given].concat();
    let ended = project.run(&arguments).exits(0);
    let outputs: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(outputs.pointer("/parts/value/b").unwrap(), "dev-b");
    assert_eq!(outputs.pointer("/shared/value").unwrap(), "words 3 calls");
    assert_eq!(outputs.pointer("/shared/sensitive").unwrap(), true);
    // What Terraform says is seen, and goes to stderr.
    assert!(ended.stderr.contains("Apply complete!"), "{}", ended.stderr);
    assert_eq!(destroyed(&project), "destroyed\n");
    // Nothing was written beside the module.
    let mut names: Vec<_> = std::fs::read_dir(project.path(root))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["dev.tfvars", "main.tf"]);
}

#[test]
fn the_same_features_run_on_what_the_binary_applied() {
    if terraform().is_none() {
        return;
    }
    let project = project();
    let steps = r#"    When the operator calls "s3:CreateBucket" with
      """json
      { "Bucket": "{part_name}", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } }
      """
    Then it succeeds
"#;
    feature(&project, steps);
    project.append(
        "infra/stacks/calls/main.tf",
        "output \"part_name\" {\n  value = \"${terraform.workspace}-${module.part[\"a\"].made}\"\n}\n",
    );
    project.append("stackproof.toml", "workspace = \"blue\"\n");
    let ended = project.run(&["test", "--var", &log(&project)]).exits(0);
    assert!(ended.stdout.contains("1 scenario"), "{}", ended.stdout);
    assert_eq!(destroyed(&project), "destroyed\n");
}

#[test]
fn what_terraform_refuses_is_told_with_its_own_words() {
    if terraform().is_none() {
        return;
    }
    let project = project();
    feature(&project, "");
    project.append("infra/stacks/calls/main.tf", "output \"none\" {\n  value = terraform_data.none.id\n}\n");
    let ended = project.run(&["test", "--var", &log(&project)]);
    assert_eq!(ended.code, 4, "{}{}", ended.stdout, ended.stderr);
    let told = format!("{}{}", ended.stdout, ended.stderr);
    assert!(told.contains("Reference to undeclared resource"), "{told}");
}

#[test]
fn a_program_that_is_not_there_is_told_with_the_remedy() {
    let project = project();
    project.edit("stackproof.toml", "\"terraform\"", "\"./no/terraform\"");
    let ended =
        project.run(&["outputs", "infra/stacks/calls", "--var-file", "infra/stacks/calls/dev.tfvars"]);
    let ended = ended.exits(4);
    assert!(ended.stderr.contains("no/terraform` cannot be run"), "{}", ended.stderr);
    assert!(ended.stderr.contains("hint: install it, or name its path"), "{}", ended.stderr);
}

#[cfg(unix)]
#[test]
fn an_interrupt_is_passed_on_and_what_was_made_is_destroyed() {
    if terraform().is_none() {
        return;
    }
    let project = project();
    let began = project.path("began");
    let waits = format!(
        "resource \"terraform_data\" \"waits\" {{\n  depends_on = [terraform_data.end]\n  provisioner \"local-exec\" {{\n    \
         command = \"touch {} && sleep 600\"\n  }}\n}}\n",
        began.display()
    );
    project.append("infra/stacks/calls/main.tf", &waits);
    let mut command = project.command(&["test", "--var", &log(&project)]);
    feature(&project, "");
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_for(&began);
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let ended = Ended::of(child.wait_with_output().unwrap()).exits(130);
    assert!(ended.stderr.contains("Interrupt received"), "{}", ended.stderr);
    assert_eq!(destroyed(&project), "destroyed\n");
}

/// A feature of the stack with those steps.
fn feature(project: &Project, steps: &str) {
    let text =
        format!("Feature: the stack\n\n  Scenario: it is there\n    Given the stack \"calls\"\n{steps}");
    std::fs::create_dir_all(project.path("features/calls")).unwrap();
    std::fs::write(project.path("features/calls/there.feature"), text).unwrap();
}

fn wait_for(file: &Path) {
    let until = Instant::now() + Duration::from_secs(60);
    while !file.exists() {
        assert!(Instant::now() < until, "`{}` does not come", file.display());
        std::thread::sleep(Duration::from_millis(20));
    }
}
