//! Control policies that a stack attaches decide scenarios, and one that is not attached lets them fail.

use crate::explain::explained;
use crate::project::Project;

fn project() -> Project {
    Project::copy_of("tests/data/organizations")
}

#[test]
fn what_the_stack_attaches_decides() {
    let ended = project().run(&["test"]).exits(0);
    assert!(ended.stdout.contains("1 scenario: 1 passed"), "{}", ended.stdout);
}

#[test]
fn what_is_not_attached_does_not() {
    let project = project();
    let target = "target_id = data.aws_organizations_organizational_unit.workloads.id";
    project.edit(
        "infra/main.tf",
        target,
        "target_id = data.aws_organizations_organization.this.master_account_id",
    );
    let ended = project.run(&["test"]).exits(1);
    assert!(ended.stdout.contains("happened   it was allowed"), "{}", ended.stdout);
}

#[test]
fn what_decided_is_told_with_its_line_in_terraform() {
    let project = project();
    let then = "    Then it is denied by the statement \"KeepVersioning\"";
    project.edit("features/small/a.feature", then, "    Then it succeeds");
    let report = project.run(&["test"]).exits(1).stdout;
    let told = explained(&project, &report);
    for text in [
        "statement  `KeepVersioning` of storage of the unit workloads, infra/main.tf:21",
        "layer      service control policy",
        "  service control policy  denies it            storage of the unit workloads",
        "  service control policy  allows it            FullAWSAccess of the account source",
        "  identity-based policy   allows it            inline policy all of user keeper",
    ] {
        assert!(told.contains(text), "`{text}` is not in\n{told}");
    }
}
