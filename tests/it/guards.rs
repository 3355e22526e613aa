//! Every guard of a stack is there for a reason: weakened in a copy of the Terraform to the value that lets the attack
//! through, a named scenario fails, and the report says which statement decided and where it is written. Where several
//! guards stop one attack, `twice.rs` lets each of them stand alone.

mod twice;

use crate::project::{Ended, Project};

/// A stack of `stackproof.toml`, by its name.
#[derive(Clone, Copy)]
struct Stack(&'static str);

/// A text of a file that guards, and what it is weakened to. The file is the stack's, one of its `fixtures/`, or one of
/// the `modules/`.
type Edit = (&'static str, &'static str, &'static str);

impl Stack {
    fn folder(self) -> String {
        format!("infra/stacks/{}", self.0)
    }

    fn features(self) -> String {
        format!("features/{}", self.0)
    }

    /// A copy of the repository's stacks, each in one environment, which shows what a guard does as well as three.
    fn project(self) -> Project {
        let project = Project::shipped();
        project.edit("stackproof.toml", r#"["dev", "staging", "prod"]"#, r#"["dev"]"#);
        project
    }

    /// Runs the scenario twice: with the guard it passes; without it fails, and the report has the evidence.
    #[track_caller]
    fn matters(self, weaken: &[Edit], scenario: &str, evidence: &str) {
        let project = self.project();
        self.play(&project, scenario).exits(0);
        let ended = self.play(self.weakened(&project, weaken), scenario).exits(1);
        let place = evidence.replace("STACK", &self.folder());
        for text in [format!("FAILED  {scenario}"), place] {
            assert!(ended.stdout.contains(&text), "`{text}` is not in the report:\n{}", ended.stdout);
        }
    }

    fn weakened<'a>(self, project: &'a Project, weaken: &[Edit]) -> &'a Project {
        for (file, from, to) in weaken {
            let folder = match file.split('/').next() {
                Some("fixtures") => self.features(),
                Some("modules") => "infra".to_owned(),
                _ => self.folder(),
            };
            project.edit(&format!("{folder}/{file}"), from, to);
        }
        project
    }

    fn play(self, project: &Project, scenario: &str) -> Ended {
        let name = format!("^{}$", regex::escape(scenario));
        project.run(&["test", "--stack", self.0, "--name", &name])
    }
}

macro_rules! guards {
    ($stack:expr; $($name:ident: $weaken:expr, $scenario:literal, $evidence:literal;)*) => {
        $(#[test]
        fn $name() {
            $stack.matters(&$weaken, $scenario, $evidence);
        })*
    };
}

// After the macro, which they use.
mod call_centre_data;
mod cci_lite;
mod data_platform;
mod hybrid_relay;
