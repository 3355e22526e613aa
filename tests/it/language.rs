//! The language on a stack that is not the repository's own, so that nothing rests on what the shipped features do.

use crate::project::Project;

#[test]
fn every_sentence_holds_on_another_stack() {
    let project = Project::copy_of("tests/data/media");
    let ended = project.run(&["test", "--strict"]).exits(0);
    assert!(ended.stdout.contains("25 scenarios: 25 passed"), "{}", ended.stdout);
}
