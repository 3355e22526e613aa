//! The files that control policies are written in.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use stackproof_emulator::{PolicySeed, PolicyType};
use stackproof_gateway::{ControlPolicy, Place};
use stackproof_policy::validate::{ControlPolicyFault, ControlPolicyKind, validate_control_policy};
use stackproof_terraform::{Origin, PlacedStatement, Segment, Source, Text, Value, policy_statements};
use toml::Spanned;

use super::seed::Attachments;
use super::{Attached, Node, Places, called};
use crate::config::ConfigError;

/// Reads policies, each file once.
pub(super) struct Reader<'a> {
    /// Where relative paths start from.
    root: &'a Path,
    places: Places<'a>,
    read: HashMap<(PathBuf, bool), Document>,
    /// What was read so far, by what it is attached to.
    pub attachments: Attachments,
}

/// A policy that AWS Organizations would take.
#[derive(Clone)]
struct Document {
    text: String,
    places: Vec<Option<Place>>,
}

impl<'a> Reader<'a> {
    pub fn new(root: &'a Path, places: Places<'a>) -> Self {
        Self { root, places, read: HashMap::new(), attachments: Attachments::default() }
    }

    /// The policies attached to a node.
    ///
    /// # Errors
    /// Files that are not there, what AWS would not take, and too many or too few of them.
    pub fn read(&mut self, node: &Node<'_>) -> Result<Attached, ConfigError> {
        let full = node.full_access.is_none_or(|full| *full.as_ref());
        let service = ControlPolicyKind::Service;
        if let Some(full_access) = node.full_access.filter(|_| !full && node.service.is_empty()) {
            let reason = format!("no service control policy is attached to {}", node.name);
            let advice =
                "AWS keeps at least one attached: name those that stand in the place of FullAWSAccess";
            return Err(self.places.wrong(full_access.span(), reason, advice));
        }
        self.count(node, service, node.service, service.max_attached() - usize::from(full))?;
        let resource = ControlPolicyKind::Resource;
        self.count(node, resource, node.resource, resource.max_attached())?;
        let mut over_callers = Vec::new();
        if full {
            over_callers.push(ControlPolicy::full_access(format!("FullAWSAccess of {}", node.name)));
        } else if let Some(id) = &node.id {
            self.attachments.without_full_access(id);
        }
        for path in node.service {
            over_callers.push(self.policy(node, service, path)?);
        }
        let over_resources = node.resource.iter().map(|path| self.policy(node, resource, path));
        Ok((over_callers, over_resources.collect::<Result<_, _>>()?))
    }

    fn count(
        &self,
        node: &Node<'_>,
        kind: ControlPolicyKind,
        paths: &[Spanned<PathBuf>],
        most: usize,
    ) -> Result<(), ConfigError> {
        let Some(beyond) = paths.get(most) else { return Ok(()) };
        let kind = match kind {
            ControlPolicyKind::Service => "service control policies",
            ControlPolicyKind::Resource => "resource control policies",
        };
        let reason = format!("{} {kind} are attached to {}", paths.len(), node.name);
        let advice = format!("AWS attaches {most} at most, beside FullAWSAccess where that is attached");
        Err(self.places.wrong(beyond.span(), reason, advice))
    }

    fn policy(
        &mut self,
        node: &Node<'_>,
        kind: ControlPolicyKind,
        path: &Spanned<PathBuf>,
    ) -> Result<ControlPolicy, ConfigError> {
        let key = (path.as_ref().clone(), kind == ControlPolicyKind::Service);
        let document = match self.read.get(&key) {
            Some(document) => document.clone(),
            None => self.document(kind, path)?,
        };
        let name = path.as_ref().display().to_string();
        let policy =
            ControlPolicy::new(format!("{name} of {}", node.name), &document.text, document.places.clone());
        if let Some(id) = &node.id {
            let kind = match kind {
                ControlPolicyKind::Service => PolicyType::ServiceControl,
                ControlPolicyKind::Resource => PolicyType::ResourceControl,
            };
            let (content, targets) = (document.text.clone(), BTreeSet::new());
            self.attachments.attach(PolicySeed { name, kind, content, targets }, id);
        }
        self.read.insert(key, document);
        Ok(policy)
    }

    fn document(&self, kind: ControlPolicyKind, path: &Spanned<PathBuf>) -> Result<Document, ConfigError> {
        let file = self.root.join(path.as_ref());
        let text = std::fs::read_to_string(&file).map_err(|error| {
            let reason = format!("the {} `{}` cannot be read: {error}", called(kind), file.display());
            self.places.wrong(path.span(), reason, "files are looked for beside stackproof.toml")
        })?;
        let statements = placed(&file, &text);
        if let Err(fault) = validate_control_policy(kind, &text) {
            return Err(wrong(kind, &file, text, &statements, &fault));
        }
        let place = |statement: &PlacedStatement| {
            let origin = statement.origin.as_ref()?;
            Some(Place { file: origin.file().display().to_string(), line: origin.line })
        };
        let places = statements.iter().map(place).collect();
        Ok(Document { text, places })
    }
}

/// The statements of a document, each with where it is written, as Terraform's `file` gives them.
fn placed(file: &Path, text: &str) -> Vec<PlacedStatement> {
    let source = Source::new(file.to_owned(), file.display().to_string(), text.to_owned());
    let origin = Arc::new(Origin::new(&source, 0..text.len(), &Arc::from("")));
    policy_statements(&Value::from(Text::new(text, [Segment { offset: 0, origin, verbatim: true }])))
}

fn wrong(
    kind: ControlPolicyKind,
    file: &Path,
    text: String,
    statements: &[PlacedStatement],
    fault: &ControlPolicyFault,
) -> ConfigError {
    let statement = fault.statement().and_then(|index| statements.get(index)?.origin.as_ref());
    let begin = match (statement, fault.json_position()) {
        (Some(origin), _) => origin.range.start,
        (None, Some((line, column))) => offset(&text, line, column),
        (None, None) => 0,
    };
    let reason = format!("`{}` is no {}: {fault}", file.display(), called(kind));
    let advice = match kind {
        ControlPolicyKind::Service => "what may stand in it is in AWS's page \"SCP syntax\"",
        ControlPolicyKind::Resource => "what may stand in it is in AWS's page \"RCP syntax\"",
    };
    let end = text.len().min(begin.saturating_add(1));
    ConfigError::organization(file, text, begin..end, reason, advice.to_owned())
}

/// The place of a line and a column, both from 1, in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (before + column.saturating_sub(1)).min(text.len().saturating_sub(1))
}
