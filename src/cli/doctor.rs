//! `stackproof doctor`.

mod targets;

use std::collections::BTreeMap;
use std::io::Write;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use clap::Args;
use indexmap::IndexSet;
use stackproof_terraform::Diagnostic;

use super::{Failure, Shared};
use crate::config::{Config, Provisioner, TargetConfig};
use crate::exit::Exit;
use crate::provision::{StackRequest, is_kept, provisions};

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A stack to look at; default: all of the configuration
    #[arg(long = "stack", value_name = "NAME")]
    stacks: Vec<String>,
}

/// One line of the report.
struct Finding {
    subject: String,
    /// What is there, or what to do.
    state: Result<String, String>,
    /// Whether the configured target and stacks can do without it.
    optional: bool,
}

/// Looks, and says one line each; what must be mended first makes it exit 2.
pub(crate) fn run(shared: &Shared, arguments: &Arguments) -> Result<Exit, Failure> {
    let config = Config::load(shared.config.as_deref())?;
    let (target, target_config) = config.target(shared.target.as_deref())?;
    let mut findings = targets::findings(&target, &target_config, &config.targets);
    findings.push(port());
    findings.extend(provisioners(&target, &target_config, &config.targets));
    findings.push(program("python3", "only needed for the project's own test with boto3"));
    let names = match arguments.stacks.is_empty() {
        true => config.stacks.keys().cloned().collect(),
        false => arguments.stacks.clone(),
    };
    for request in super::requests(&config, &target_config, &names)? {
        let states: Vec<_> = match request.check_on(&target_config.provisioner) {
            Ok(Some(resources)) => vec![Ok(format!("{resources} resources, all of known types"))],
            Ok(None) => vec![Ok("is not looked into: the target's `provisioner` sees to it".to_owned())],
            // What keeps both a stack and its fixtures from being read is told once.
            Err(problems) => {
                problems.iter().map(remedy).collect::<IndexSet<_>>().into_iter().map(Err).collect()
            }
        };
        let natively = target_config.provisioner == Provisioner::Native;
        let is_well = states.iter().all(Result::is_ok);
        let subject = format!("stack {}", request.label);
        findings.extend(states.into_iter().map(|state| Finding {
            subject: subject.clone(),
            state,
            optional: false,
        }));
        if natively {
            findings.extend(types(&request, is_well));
        }
    }
    for name in &names {
        let features = config.features(name, config.stack(name)?);
        let state = match features.is_dir() {
            true => Ok(features.display().to_string()),
            false => Err(format!("make `{}` and write a feature into it", features.display())),
        };
        findings.push(Finding { subject: format!("features of {name}"), state, optional: false });
    }
    let mut out = std::io::stdout().lock();
    let mut exit = Exit::Passed;
    for Finding { subject, state, optional } in findings {
        let (mark, text) = match state {
            Ok(text) => ("ok", text),
            Err(text) if optional => ("--", text),
            Err(text) => {
                exit = Exit::Usage;
                ("!!", text)
            }
        };
        drop(writeln!(out, "{mark} {subject}: {text}"));
    }
    Ok(exit)
}

/// The types of a stack that are not supported, with the line to paste, and those that are only kept. A stack that is well has
/// no instance of the former.
fn types(request: &StackRequest, is_well: bool) -> Vec<Finding> {
    let types = request.types();
    let (label, name) = (&request.label, request.name());
    let unsupported: Vec<&str> = types.iter().map(String::as_str).filter(|kind| !provisions(kind)).collect();
    let kept: Vec<&str> = types.iter().map(String::as_str).filter(|kind| is_kept(kind)).collect();
    let mut findings = Vec::new();
    if !unsupported.is_empty() {
        let list = unsupported.iter().map(|kind| format!("\"{kind}\"")).collect::<Vec<_>>().join(", ");
        let shown = unsupported.join(", ");
        findings.push(Finding {
            subject: format!("unsupported in {label}"),
            state: Err(match is_well {
                true => format!("{shown}: there is no instance of them"),
                false => format!("{shown}; paste under [stacks.{name}]: ignore = [{list}]"),
            }),
            optional: is_well,
        });
    }
    if !kept.is_empty() {
        let shown = kept.join(", ");
        findings.push(Finding {
            subject: format!("kept in {label}"),
            state: Err(format!("{shown}: accepted and stored, nothing of them is proved")),
            optional: true,
        });
    }
    findings
}

/// What is wrong, where, and what to do, in one line.
fn remedy(problem: &Diagnostic) -> String {
    let place = problem.place().map(|place| format!("{place}: ")).unwrap_or_default();
    let hint = problem
        .hint()
        .map(|hint| format!("; {}", hint.lines().collect::<Vec<_>>().join(" ")))
        .unwrap_or_default();
    format!("{place}{problem}{hint}")
}

/// The programs that apply root modules: that of the chosen target, and, as something that one can do without, those of
/// the others.
fn provisioners(name: &str, chosen: &TargetConfig, targets: &BTreeMap<String, TargetConfig>) -> Vec<Finding> {
    let others = targets.iter().filter(|(other, _)| *other != name).map(|(_, other)| (other, true));
    let mut programs: BTreeMap<String, bool> = BTreeMap::new();
    for (target, optional) in others.chain([(chosen, false)]) {
        if let Provisioner::Binary(path) = &target.provisioner {
            programs.insert(path.display().to_string(), optional);
        }
    }
    let needed = |(path, optional): (String, bool)| {
        let why = "install it, or name its path: provisioner = \"/path/to/terraform\"";
        Finding { optional, ..program(&path, why) }
    };
    match programs.is_empty() {
        true => vec![program("terraform", "only needed where a target says `provisioner = \"terraform\"`")],
        false => programs.into_iter().map(needed).collect(),
    }
}

fn port() -> Finding {
    let state = match TcpListener::bind(("127.0.0.1", 4566)) {
        Ok(_) => Ok("free for `stackproof up`".to_owned()),
        Err(error) => Err(format!("{error}; give `stackproof up --listen 127.0.0.1:0`")),
    };
    Finding { subject: "port 4566".to_owned(), state, optional: true }
}

fn program(name: &str, why: &str) -> Finding {
    let output = Command::new(name).arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output();
    let state = match output {
        Ok(output) if output.status.success() => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            Ok(text.lines().next().unwrap_or("is here").trim().to_owned())
        }
        _ => Err(format!("not here; {why}")),
    };
    Finding { subject: name.to_owned(), state, optional: true }
}
