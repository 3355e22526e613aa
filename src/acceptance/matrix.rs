//! Stacks that are proved under several values of their variables.

use indexmap::IndexSet;

use super::feature::{Scenario, Step};
use super::registry::Registry;

/// One value for each variable of a stack's matrix, as text.
pub type Combination = Vec<(String, String)>;

/// The values as a report shows them: `[environment = dev, shards = 2]`.
pub fn shown_combination(combination: &Combination) -> String {
    let values: Vec<String> = combination.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    format!("[{}]", values.join(", "))
}

/// The scenarios, each of a stack with a matrix once for every combination, which its name then says. A variable that
/// the scenario itself gives a value is left out: it has that value under all of them.
pub fn spread(scenarios: Vec<Scenario>, combinations: impl Fn(&str) -> Vec<Combination>) -> Vec<Scenario> {
    let registry = Registry::new();
    let spread_one = |scenario: Scenario| {
        let taken = scenario.steps.iter().find_map(|step| taken(&registry, step));
        let Some((stack, given)) = taken else { return vec![scenario] };
        let open = combinations(&stack).into_iter().map(|combination: Combination| {
            combination.into_iter().filter(|(variable, _)| !given.contains(variable)).collect::<Combination>()
        });
        let open: IndexSet<Combination> = open.collect();
        open.into_iter().map(|combination| under(&scenario, combination)).collect()
    };
    scenarios.into_iter().flat_map(spread_one).collect()
}

fn under(scenario: &Scenario, combination: Combination) -> Scenario {
    let name = match combination.is_empty() {
        true => scenario.name.clone(),
        false => format!("{} {}", scenario.name, shown_combination(&combination)),
    };
    Scenario { name, combination, ..scenario.clone() }
}

/// The stack that a step takes, with the variables that it gives values.
fn taken(registry: &Registry, step: &Step) -> Option<(String, Vec<String>)> {
    let matched = registry.find(step, |_| false).ok()?;
    let stack = Registry::stack(&matched)?.to_owned();
    let rows = step.table.iter().flatten();
    Some((stack, rows.filter_map(|row| row.first().cloned()).collect()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::acceptance::feature;

    #[test]
    fn a_scenario_is_played_under_each_combination_that_it_leaves_open() {
        let text = "Feature: F\n  Scenario: A\n    Given the stack \"calls\"\n  Scenario: B\n    Given the stack \"calls\" with\n      \
                    | environment | dev |\n  Scenario: C\n    Given the stack \"other\"\n";
        let scenarios = feature::parse(Path::new("a.feature"), text).unwrap();
        let one = |environment: &str, shards: &str| {
            vec![("environment".to_owned(), environment.to_owned()), ("shards".to_owned(), shards.to_owned())]
        };
        let combinations = |stack: &str| match stack {
            "calls" => vec![one("dev", "1"), one("dev", "2"), one("live", "1"), one("live", "2")],
            _ => vec![Combination::new()],
        };
        let names: Vec<String> = spread(scenarios, combinations).into_iter().map(|it| it.name).collect();
        assert_eq!(
            names,
            [
                "A [environment = dev, shards = 1]",
                "A [environment = dev, shards = 2]",
                "A [environment = live, shards = 1]",
                "A [environment = live, shards = 2]",
                "B [shards = 1]",
                "B [shards = 2]",
                "C",
            ]
        );
    }
}
