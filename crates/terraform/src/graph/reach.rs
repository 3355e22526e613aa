//! What a resource refers to, however far round.

use std::collections::{BTreeSet, HashSet};

use crate::eval::{Found, References, of_body, of_expression};
use crate::graph::targets::targets;
use crate::graph::{Graph, Item, Node};
use crate::load::resource::META_ARGUMENTS;
use crate::load::{Module, Repetition, Resource};
use crate::source::Place;

impl Graph {
    /// The managed resources that a node refers to, directly or through values, data sources and modules, by the
    /// addresses of their blocks.
    pub fn reach(&self, node: &Node) -> BTreeSet<String> {
        self.reach_by(self.needs(node).collect())
    }

    /// The same of a resource that is left out: by what its block says, how often it would be made left aside.
    pub(crate) fn reach_of_left_out(&self, module: &Module, resource: &Resource) -> BTreeSet<String> {
        let body = of_body(&resource.body.node, &resource.body.source, &META_ARGUMENTS);
        let nodes: Vec<Node> = present(module, body).into_iter().map(|(node, _)| node).collect();
        self.reach_by(nodes.iter().collect())
    }

    fn reach_by<'g>(&'g self, mut next: Vec<&'g Node>) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut seen = HashSet::new();
        while let Some(node) = next.pop() {
            match &node.item {
                Item::Resource(address) if !address.starts_with("data.") => {
                    reached.insert(node.to_string());
                }
                _ if seen.insert(node) => next.extend(self.needs(node)),
                _ => {}
            }
        }
        reached
    }

    /// Whether any of the references in a module leads to such a node, directly or through others.
    pub(crate) fn leads_to(&self, module: &Module, found: &[Found], wanted: impl Fn(&Node) -> bool) -> bool {
        let mut next: Vec<Node> =
            found.iter().filter_map(|found| targets(module, found).ok()).flatten().collect();
        let mut seen = HashSet::new();
        while let Some(node) = next.pop() {
            if wanted(&node) {
                return true;
            }
            if seen.insert(node.clone()) {
                next.extend(self.needs(&node).cloned());
            }
        }
        false
    }
}

/// What a resource that is left out refers to, how often it would be made included, as far as it is there: nothing
/// else of such a block has to be understood.
pub(super) fn of_left_out(module: &Module, resource: &Resource) -> Vec<(Node, Place)> {
    let body = of_body(&resource.body.node, &resource.body.source, &META_ARGUMENTS);
    let mut nodes = present(module, body);
    if let Repetition::Count(expression) | Repetition::ForEach(expression) = &resource.repetition {
        nodes.extend(present(module, of_expression(&expression.node, &expression.source)));
    }
    nodes
}

fn present(module: &Module, (found, ..): References) -> Vec<(Node, Place)> {
    let nodes = found.into_iter().filter_map(|found| Some((targets(module, &found).ok()?, found.place)));
    nodes.flat_map(|(nodes, place)| nodes.into_iter().map(move |node| (node, place.clone()))).collect()
}
