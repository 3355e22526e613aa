//! What a resource refers to, however far round.

use std::collections::{BTreeSet, HashSet};

use crate::eval::{Found, of_body};
use crate::graph::build::targets;
use crate::graph::{Graph, Item, Node};
use crate::load::resource::META_ARGUMENTS;
use crate::load::{Module, Resource};
use crate::source::Place;

impl Graph {
    /// The managed resources that a node refers to, directly or through values, data sources and modules, by the
    /// addresses of their blocks.
    pub fn reach(&self, node: &Node) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut seen = HashSet::new();
        let mut next: Vec<&Node> = self.needs(node).collect();
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

/// What a resource that is left out refers to, as far as it is there: nothing else of such a block has to be understood.
pub(super) fn of_left_out(module: &Module, resource: &Resource) -> Vec<(Node, Place)> {
    let (found, ..) = of_body(&resource.body.node, &resource.body.source, &META_ARGUMENTS);
    let nodes = found.into_iter().filter_map(|found| Some((targets(module, &found).ok()?, found.place)));
    nodes.flat_map(|(nodes, place)| nodes.into_iter().map(move |node| (node, place.clone()))).collect()
}
