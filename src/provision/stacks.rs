//! Stacks of `stackproof.toml` with all that they rest on: stacks whose outputs they take, and their fixtures.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use stackproof_terraform::{Diagnostics, Output, Type, Value, VarValue, survey, variable_names, variables};

use super::native::check;
use super::placeholder::Placeholders;
use super::provisioned::ProvisionedStack;
use super::request::{Inputs, Request, folder};
use super::{apply, apply_beside};
use crate::acceptance::{Combination, Stack, shown_combination};
use crate::config::{Config, ConfigError, OutputOf, OutputSource, Provisioner, StackConfig, choices};
use crate::target::Environment;

/// What a run knows beside the configuration.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The target's account ids by name, that of `main` among them.
    pub accounts: BTreeMap<String, String>,
    /// What no other run has.
    pub run_id: String,
}

/// A stack that is wanted, and what is given to it beside `stackproof.toml`.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Its name.
    pub name: String,
    /// The values of its matrix.
    pub combination: Combination,
    /// Variables, as on the command line; the last of a name wins.
    pub vars: Vec<(String, String)>,
    /// Variable files, relative to the working directory; later ones win.
    pub var_files: Vec<PathBuf>,
}

/// One stack, ready to be provisioned.
#[derive(Clone, Debug)]
pub struct StackRequest {
    /// Its name, with the values of its matrix.
    pub label: String,
    main: Request,
    fixtures: Option<PathBuf>,
    /// Variables that are outputs: of the fixtures, or of the stack of that label.
    from: Vec<(String, OutputOf, Option<String>)>,
}

/// Why a stack could not be provisioned.
#[derive(Debug)]
pub enum StackFailure {
    /// The configuration asks for what is not there.
    Configuration(ConfigError),
    /// A variable of the command line or of a feature is not declared, or does not fit its type.
    Given(Diagnostics),
    /// A root module is wrong, or could not be applied.
    Provisioning(Diagnostics),
}

impl From<Diagnostics> for StackFailure {
    fn from(wrong: Diagnostics) -> Self {
        Self::Provisioning(wrong)
    }
}

/// The stack's name, with the values of its matrix: `calls [environment = dev]`.
pub fn label(name: &str, combination: &Combination) -> String {
    match combination.is_empty() {
        true => name.to_owned(),
        false => format!("{name} {}", shown_combination(combination)),
    }
}

/// The stacks that are wanted, each after those that its variables come from, each once.
///
/// # Errors
/// A [`ConfigError`] where there is no such stack, two need each other, a folder or file is not there, or a placeholder
/// stands for nothing.
pub fn in_order(config: &Config, facts: &Facts, wanted: &[Wanted]) -> Result<Vec<StackRequest>, ConfigError> {
    let mut placed = Vec::new();
    wanted.iter().try_for_each(|wanted| place(config, facts, wanted, &mut Vec::new(), &mut placed))?;
    Ok(placed)
}

fn place(
    config: &Config,
    facts: &Facts,
    wanted: &Wanted,
    above: &mut Vec<String>,
    placed: &mut Vec<StackRequest>,
) -> Result<(), ConfigError> {
    let label = label(&wanted.name, &wanted.combination);
    if placed.iter().any(|request| request.label == label) {
        return Ok(());
    }
    if above.contains(&wanted.name) {
        return Err(ConfigError::Stack {
            stack: wanted.name.clone(),
            reason: "needs its own outputs".to_owned(),
            advice: "one of `vars-from` on the way from this stack back to it must go",
        });
    }
    above.push(wanted.name.clone());
    for needed in config.stack(&wanted.name)?.needs() {
        place(config, facts, &wanted.of(config, needed)?, above, placed)?;
    }
    above.pop();
    placed.push(StackRequest::new(config, facts, wanted, label)?);
    Ok(())
}

/// The root module in a folder as the one stack of the configuration has it whose `path` it is; none where no stack has that
/// path, or several. What the stack takes from others is not there.
///
/// # Errors
/// As [`in_order`].
pub fn of_directory(
    config: &Config,
    facts: &Facts,
    directory: &Path,
    vars: &[(String, String)],
    var_files: &[PathBuf],
) -> Result<Option<Request>, ConfigError> {
    let Ok(wanted) = directory.canonicalize() else { return Ok(None) };
    let is_there = |stack: &StackConfig| config.module(stack).canonicalize().is_ok_and(|path| path == wanted);
    let mut named = config.stacks.iter().filter(|(_, stack)| is_there(stack)).map(|(name, _)| name);
    let (Some(name), None) = (named.next(), named.next()) else { return Ok(None) };
    let wanted = Wanted {
        name: name.clone(),
        vars: vars.to_vec(),
        var_files: var_files.to_vec(),
        ..Wanted::default()
    };
    let stack = StackRequest::new(config, facts, &wanted, name.clone())?;
    let mut request = stack.main.clone();
    if let Some(fixtures) = &stack.fixtures {
        // What is wrong with the fixtures is not asked for.
        drop(stack.divided(fixtures, &mut request));
    }
    request.inputs.vars = wanted.vars;
    directory.clone_into(&mut request.directory);
    Ok(Some(request))
}

impl Wanted {
    /// A stack that this one needs: under the same values of its matrix, with what is given to every stack.
    fn of(&self, config: &Config, needed: &str) -> Result<Self, ConfigError> {
        let theirs = &config.stack(needed)?.matrix;
        let combination = self.combination.iter().filter(|(variable, _)| theirs.contains_key(variable));
        Ok(Self { name: needed.to_owned(), combination: combination.cloned().collect(), ..Self::default() })
    }
}

impl StackRequest {
    fn new(config: &Config, facts: &Facts, wanted: &Wanted, label: String) -> Result<Self, ConfigError> {
        let stack = config.stack(&wanted.name)?;
        let (directory, fixtures) = (config.module(stack), config.fixtures(stack));
        folder(&format!("the root module of the stack `{}`", wanted.name), &directory)?;
        if let Some(fixtures) = &fixtures {
            folder(&format!("the root module of the fixtures of the stack `{}`", wanted.name), fixtures)?;
        }
        let placeholders = Placeholders {
            stack: &wanted.name,
            accounts: &facts.accounts,
            run_id: &facts.run_id,
            combination: &wanted.combination,
        };
        let mut values = Vec::new();
        let is_given = |name: &String| wanted.vars.iter().any(|(given, _)| given == name);
        for (name, value) in stack.vars.iter().filter(|(name, _)| !is_given(name)) {
            values.push((name.clone(), placeholders.variable(value)?));
        }
        let matrix = wanted.combination.iter();
        values.extend(matrix.map(|(name, value)| (name.clone(), VarValue::Word(value.clone()))));
        let mut var_files = Vec::new();
        for file in &stack.var_files {
            let file = placeholders.fill(&file.to_string_lossy())?;
            var_files.push(directory.join(file));
        }
        var_files.extend(wanted.var_files.iter().cloned());
        let mut given = Vec::new();
        for (address, attributes) in &stack.data {
            given.push((address.clone(), placeholders.object(attributes)?));
        }
        let workspace = stack.workspace.as_deref().map(|name| placeholders.fill(name)).transpose()?;
        let inputs = Inputs {
            vars: wanted.vars.clone(),
            var_files,
            values,
            ignore: stack.ignore.clone(),
            workspace,
            given,
            prefix: "",
        };
        inputs.check()?;
        let state =
            stack.state.as_ref().map(|file| placeholders.fill(&file.to_string_lossy())).transpose()?;
        let from = stack.vars_from.iter().map(|(variable, from)| {
            let other = match &from.source {
                OutputSource::Fixtures => None,
                OutputSource::Stack(name) => {
                    let wanted = wanted.of(config, name)?;
                    Some(self::label(name, &wanted.combination))
                }
            };
            Ok((variable.clone(), from.clone(), other))
        });
        Ok(Self {
            label,
            fixtures,
            from: from.collect::<Result<_, ConfigError>>()?,
            main: Request {
                stack: wanted.name.clone(),
                directory,
                names: stack.names.iter().map(|(word, address)| (word.clone(), address.clone())).collect(),
                inputs,
                state: state.map(|file| config.root.join(file)),
            },
        })
    }

    /// Applies the fixtures, then the stack. `before` has the outputs of the stacks that stand before it, by label.
    ///
    /// # Errors
    /// What is wrong with either, or with how one takes the other's outputs. What was made of that one is unmade again.
    pub async fn apply(
        &self,
        environment: &Environment,
        before: &Outputs,
    ) -> Result<ProvisionedStack, StackFailure> {
        let mut main = self.main.clone();
        for (variable, from, label) in &self.from {
            if let Some(label) = label {
                let outputs = before.get(label);
                let value =
                    self.output(variable, &from.output, outputs, &format!("the stack `{label}` has"))?;
                main.inputs.values.push((variable.clone(), value));
            }
        }
        let mut fixtures = None;
        if let Some(directory) = &self.fixtures {
            let request = self.divided(directory, &mut main)?;
            request.check_given().and_then(|()| main.check_given()).map_err(StackFailure::Given)?;
            let applied = apply_beside(environment, &request).await?;
            for (variable, from) in self.taken_from_fixtures() {
                let value =
                    self.output(variable, &from.output, Some(&applied.outputs), "the fixtures have")?;
                main.inputs.values.push((variable.to_owned(), value));
            }
            fixtures = Some(applied);
        }
        main.check_given().map_err(StackFailure::Given)?;
        let main = apply(environment, &main).await?;
        ProvisionedStack::new(self.label.clone(), fixtures, main).map_err(StackFailure::Configuration)
    }

    /// The name of its stack.
    pub fn name(&self) -> &str {
        &self.main.stack
    }

    /// The types of resources and data sources (`data.TYPE`) that the stack and its fixtures want provisioned, as far as
    /// they can be read.
    pub fn types(&self) -> BTreeSet<String> {
        let mut main = self.main.clone();
        let fixtures = self.fixtures.iter().filter_map(|directory| self.divided(directory, &mut main).ok());
        let requests: Vec<Request> = fixtures.collect();
        let surveys = requests.iter().chain([&main]).map(|it| survey(&it.directory, &it.of_module()));
        surveys.flatten().flat_map(|survey| survey.wanted).collect()
    }

    /// As [`Self::check`], of what is provisioned natively; none where something else sees to the stack.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn check_on(&self, provisioner: &Provisioner) -> Result<Option<usize>, Diagnostics> {
        match provisioner {
            Provisioner::Native => self.check().map(Some),
            Provisioner::Binary(_) | Provisioner::Existing => Ok(None),
        }
    }

    /// How many resources the stack and its fixtures would make.
    ///
    /// # Errors
    /// All that is wrong with either as far as that shows before anything is made.
    pub fn check(&self) -> Result<usize, Diagnostics> {
        let mut main = self.main.clone();
        let from_stacks = self.from.iter().filter(|(.., label)| label.is_some());
        main.inputs.values.extend(from_stacks.map(|(variable, ..)| (variable.clone(), unknown())));
        let mut wrong = Diagnostics::new();
        let mut resources = 0;
        if let Some(directory) = &self.fixtures {
            let made = self.divided(directory, &mut main).and_then(|request| check(&request));
            resources += wrong.keep_all(made).unwrap_or_default();
        }
        main.inputs
            .values
            .extend(self.taken_from_fixtures().map(|(variable, _)| (variable.to_owned(), unknown())));
        resources += wrong.keep_all(check(&main)).unwrap_or_default();
        wrong.into_result(resources)
    }

    fn taken_from_fixtures(&self) -> impl Iterator<Item = (&str, &OutputOf)> {
        let of_fixtures = self.from.iter().filter(|(.., label)| label.is_none());
        of_fixtures.map(|(variable, from, _)| (variable.as_str(), from))
    }

    /// What is given, divided between fixtures and stack: a variable that both declare has in both the value that it has
    /// in the stack, one that the fixtures alone declare is theirs. The fixtures' part is returned.
    fn divided(&self, fixtures: &Path, main: &mut Request) -> Result<Request, Diagnostics> {
        let own = variable_names(&main.directory)?;
        let theirs = variable_names(fixtures)?;
        let is_theirs = |name: &String| theirs.contains(name) && !own.contains(name);
        let (values, kept) =
            std::mem::take(&mut main.inputs.values).into_iter().partition(|(name, _)| is_theirs(name));
        main.inputs.values = kept;
        let (vars, kept) =
            std::mem::take(&mut main.inputs.vars).into_iter().partition(|(name, _)| is_theirs(name));
        main.inputs.vars = kept;
        let (mut of_fixtures, mut of_stack) = (Vec::new(), Vec::new());
        for (address, value) in std::mem::take(&mut main.inputs.given) {
            match address.strip_prefix(Stack::FIXTURES) {
                Some(own) => of_fixtures.push((own.to_owned(), value)),
                None => of_stack.push((address, value)),
            }
        }
        main.inputs.given = of_stack;
        let workspace = main.inputs.workspace.clone();
        let mut given = Inputs {
            vars,
            values,
            workspace,
            given: of_fixtures,
            prefix: Stack::FIXTURES,
            ..Inputs::default()
        };
        if theirs.intersection(&own).next().is_some() {
            let mut preview = main.inputs.clone();
            preview
                .values
                .extend(self.taken_from_fixtures().map(|(variable, _)| (variable.to_owned(), unknown())));
            let shared = variables(&main.directory, &preview.of_module())?;
            let shared =
                shared.into_iter().filter(|(name, value)| theirs.contains(name) && value.is_wholly_known());
            given.values.extend(shared.map(|(name, value)| (name, VarValue::Value(value))));
        }
        Ok(Request {
            stack: main.stack.clone(),
            directory: fixtures.to_owned(),
            names: Vec::new(),
            inputs: given,
            state: None,
        })
    }

    /// The output as a variable's value.
    fn output(
        &self,
        variable: &str,
        output: &str,
        outputs: Option<&IndexMap<String, Output>>,
        owner: &str,
    ) -> Result<VarValue, StackFailure> {
        let none = IndexMap::new();
        let outputs = outputs.unwrap_or(&none);
        let found = outputs.get(output).ok_or_else(|| {
            StackFailure::Configuration(ConfigError::Output {
                stack: self.label.clone(),
                variable: variable.to_owned(),
                owner: owner.to_owned(),
                output: output.to_owned(),
                known: choices(outputs.keys(), "declare it with an `output` block"),
            })
        })?;
        Ok(VarValue::Value(found.value.clone()))
    }
}

/// Outputs by the label of their stack.
pub type Outputs = BTreeMap<String, IndexMap<String, Output>>;

fn unknown() -> VarValue {
    VarValue::Value(Value::unknown(Type::Dynamic))
}

/// Provisions stacks one after another, in the order of [`in_order`].
///
/// # Errors
/// As [`StackRequest::apply`], for the first that fails.
pub async fn apply_all(
    environment: &Environment,
    requests: &[StackRequest],
) -> Result<Vec<ProvisionedStack>, StackFailure> {
    let mut outputs = Outputs::new();
    let mut applied = Vec::new();
    for request in requests {
        let stack = request.apply(environment, &outputs).await?;
        outputs.insert(stack.label.clone(), stack.outputs().clone());
        applied.push(stack);
    }
    Ok(applied)
}

#[cfg(test)]
mod tests;
