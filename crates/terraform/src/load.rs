//! Reads a root module and the modules it calls.

mod blocks;
mod constraint;
mod files;
mod inputs;
mod installed;
mod json;
pub(crate) mod module;
mod overrides;
mod parse;
mod reader;
mod refactoring;
pub(crate) mod resource;
mod settings;
mod version;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

pub(crate) use self::files::read as read_source;
pub use self::inputs::{Inputs, VarValue};
pub(crate) use self::inputs::{assigned_variables, default, fitted};
use self::installed::Installed;
pub(crate) use self::json::{COMMENT, translated};
pub(crate) use self::module::{Condition, Module, ModuleCall, Repetition, Resource, Written};
pub(crate) use self::parse::{parse_body, parse_template};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::Schema;
use crate::source::{Place, Source};

/// Most modules within modules.
const MAX_MODULE_DEPTH: usize = 32;
/// Most modules in all.
const MAX_MODULES: usize = 2_000;

/// The complaint about text that is not HCL.
pub(crate) fn syntax_error(source: &Arc<Source>, error: &hcl_edit::parser::Error) -> Diagnostic {
    let start = error.location().offset().min(source.text().len());
    let end = source
        .text()
        .get(start..)
        .and_then(|rest| rest.chars().next())
        .map_or(start, |c| start + c.len_utf8());
    let place = Place { source: Arc::clone(source), range: start..end };
    let rest = source.text().get(start..).unwrap_or_default();
    let before = source.text().get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = source.text().get(line_start..).and_then(|line| line.lines().next()).unwrap_or_default();
    let hint = match rest.chars().next() {
        _ if error.message().contains("redefined") => "remove one of the two, or give it another name",
        _ if line.replace("\\\"", "").matches('"').count() % 2 == 1 => {
            "text on this line has no closing quote; text of several lines is written `<<EOT`"
        }
        Some('\'') => "text stands in double quotes",
        Some(',') => "arguments stand on lines of their own, without commas",
        _ => "a quote, brace, bracket or parenthesis may be left open before, here or just after",
    };
    Diagnostic::new("invalid HCL", place, error.message().to_owned()).with_hint(hint)
}

/// The schema that comes with this crate.
pub(crate) fn builtin_schema() -> Result<&'static Schema, Diagnostic> {
    Schema::aws().map_err(|error| Diagnostic::nowhere(format!("built-in schema: {error}")))
}

/// Reads the module in `directory` and all that it calls, as far as it can be read.
pub(crate) fn root(directory: &Path, notes: &mut Vec<Diagnostic>, wrong: &mut Diagnostics) -> Option<Module> {
    let installed = wrong.keep(Installed::read(directory))?;
    Loader { installed, callers: Vec::new(), count: 0, notes, wrong }.module(directory, Vec::new())
}

struct Loader<'n> {
    installed: Installed,
    /// The directories of the modules that lead to the one being read.
    callers: Vec<PathBuf>,
    count: usize,
    notes: &'n mut Vec<Diagnostic>,
    wrong: &'n mut Diagnostics,
}

impl Loader<'_> {
    fn module(&mut self, directory: &Path, path: Vec<String>) -> Option<Module> {
        let schema = self.wrong.keep(builtin_schema())?;
        let files = self.wrong.keep_all(files::read_module(directory, schema))?;
        let mut merging = Diagnostics::new();
        let sources = overrides::merged(files.primary, &files.overrides, &mut merging);
        let mut readable = merging.is_empty();
        self.wrong.extend(merging);
        let mut module = Module::new(directory.to_owned(), path);
        for source in sources {
            match parse_body(&source) {
                Ok(body) => blocks::declare(&mut module, &source, body, self.notes, self.wrong),
                Err(diagnostic) => {
                    readable = false;
                    self.wrong.push(diagnostic);
                }
            }
        }
        let calls: Vec<(String, Option<PathBuf>, Place)> = module
            .calls
            .values()
            .map(|call| (call.name.clone(), self.called(&module, call), call.place.clone()))
            .collect();
        for (name, directory, place) in calls {
            if let Some(child) = directory.and_then(|it| self.child(&module, &name, &it, &place)) {
                module.children.insert(name, child);
            } else {
                readable = false;
            }
        }
        if readable {
            refactoring::check(&module, self.wrong);
        }
        // What refers to a file that cannot be read would only be complained about for that.
        readable.then_some(module)
    }

    /// The directory of the module that a call names: beside the calling one, or where it was installed.
    fn called(&mut self, module: &Module, call: &ModuleCall) -> Option<PathBuf> {
        let source = call.source.as_str();
        if source.starts_with("./") || source.starts_with("../") || matches!(source, "." | "..") {
            return Some(normalized(&module.directory.join(source)));
        }
        let path: Vec<String> = module.path.iter().cloned().chain([call.name.clone()]).collect();
        if let Some(directory) = self.installed.directory(&path) {
            return Some(normalized(directory));
        }
        let message = format!("module `{source}` is not installed");
        let hint = match Path::new(source).is_absolute() {
            true => "begin the path of a local module with `./` or `../`",
            false => {
                "let `terraform init` (or `terraform get`) install it: `.terraform/modules/modules.json` says where"
            }
        };
        let label = "neither a local path nor among the installed modules";
        self.wrong.push(Diagnostic::new(message, call.source_place.clone(), label).with_hint(hint));
        None
    }

    fn child(&mut self, module: &Module, name: &str, directory: &Path, place: &Place) -> Option<Module> {
        let path: Vec<String> = module.path.iter().cloned().chain([name.to_owned()]).collect();
        let own = module.directory.canonicalize().unwrap_or_else(|_| module.directory.clone());
        let called = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
        if called == own || self.callers.contains(&called) {
            let diagnostic =
                Diagnostic::new("module calls itself", place.clone(), "this call leads back to itself");
            self.wrong
                .push(diagnostic.with_hint("a module must not call itself, directly or through another"));
            return None;
        }
        self.count += 1;
        if path.len() > MAX_MODULE_DEPTH || self.count > MAX_MODULES {
            let label = format!("more than {MAX_MODULE_DEPTH} levels or {MAX_MODULES} modules");
            self.wrong.push(Diagnostic::new("too many modules", place.clone(), label));
            return None;
        }
        if !directory.is_dir() {
            let message = format!("module directory `{}` does not exist", directory.display());
            let diagnostic = Diagnostic::new(message, place.clone(), "called here");
            self.wrong
                .push(diagnostic.with_hint("`source` is relative to the directory of the calling file"));
            return None;
        }
        self.callers.push(own);
        let child = self.module(directory, path);
        self.callers.pop();
        child
    }
}

/// The path without `.` and without `..` where a directory stands before it.
fn normalized(path: &Path) -> PathBuf {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Component::CurDir, Some(_)) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.iter().collect()
}

/// A file's name relative to the root module, with `..` where it lies beside it.
pub(crate) fn relative_name(file: &Path, root: &Path) -> String {
    let (file, root) = (normalized(file), normalized(root));
    let shared = file.components().zip(root.components()).take_while(|(left, right)| left == right).count();
    let up = root.components().skip(shared).map(|_| "..".to_owned());
    let down = file.components().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// The type that a constraint written as text stands for.
pub(crate) fn type_constraint(written: &str) -> Result<crate::value::Type, String> {
    let source = Source::new("type".into(), "type".to_owned(), written.to_owned());
    let parsed = written.parse().map_err(|_| format!("`{written}` is no type"))?;
    constraint::parse(&parsed, &source).map_err(|error| format!("{error}: `{written}`"))
}

/// Names with what they stand for, sorted by name.
pub(crate) type Named<T> = BTreeMap<String, T>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative_to_the_root_module() {
        assert_eq!(relative_name(Path::new("infra/stacks/a/iam.tf"), Path::new("infra/stacks/a")), "iam.tf");
        let module = Path::new("infra/stacks/a/../../modules/s3/main.tf");
        assert_eq!(relative_name(module, Path::new("infra/stacks/a")), "../../modules/s3/main.tf");
    }
}
