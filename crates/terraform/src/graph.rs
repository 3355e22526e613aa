//! The order in which a configuration is evaluated.

mod build;
mod reach;
mod targets;

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

pub(crate) use self::build::build;
use crate::diagnostic::Diagnostic;
use crate::load::module::ProviderName;
use crate::source::Place;

/// What can be evaluated on its own, in one module of the configuration as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node {
    /// The calls that lead from the root module to the node's module.
    pub module: Vec<String>,
    /// What it is.
    pub item: Item,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Item {
    /// How many instances a module call makes; it belongs to the calling module.
    Call(String),
    /// A variable.
    Variable(String),
    /// A local value.
    Local(String),
    /// A provider configuration: its local name and alias.
    Provider(String, Option<String>),
    /// A resource or data source by its address in its module.
    Resource(String),
    /// An output.
    Output(String),
    /// A `check` block.
    Check(String),
}

impl Node {
    pub(crate) fn provider(module: &[String], name: &ProviderName) -> Node {
        Node { module: module.to_vec(), item: Item::Provider(name.local.clone(), name.alias.clone()) }
    }
}

/// The node's address, as Terraform would write it.
impl fmt::Display for Node {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for name in &self.module {
            write!(formatter, "module.{name}.")?;
        }
        match &self.item {
            Item::Call(name) => write!(formatter, "module.{name}"),
            Item::Variable(name) => write!(formatter, "var.{name}"),
            Item::Local(name) => write!(formatter, "local.{name}"),
            Item::Provider(name, None) => write!(formatter, "provider.{name}"),
            Item::Provider(name, Some(alias)) => write!(formatter, "provider.{name}.{alias}"),
            Item::Resource(address) => formatter.write_str(address),
            Item::Output(name) => write!(formatter, "output.{name}"),
            Item::Check(name) => write!(formatter, "check.{name}"),
        }
    }
}

/// Nodes and what they need; an edge leads from a node to what it needs and knows the place that says so.
#[derive(Debug, Default)]
pub struct Graph {
    nodes: DiGraph<Node, Place>,
    indexes: HashMap<Node, NodeIndex>,
    order: Vec<NodeIndex>,
}

impl Graph {
    fn insert(&mut self, node: Node) {
        if !self.indexes.contains_key(&node) {
            let index = self.nodes.add_node(node.clone());
            self.indexes.insert(node, index);
        }
    }

    fn connect(&mut self, from: &Node, to: &Node, place: &Place) {
        if let (Some(from), Some(to)) = (self.indexes.get(from), self.indexes.get(to))
            && !self.nodes.contains_edge(*from, *to)
        {
            self.nodes.add_edge(*from, *to, place.clone());
        }
    }

    /// All nodes, each after what it needs; otherwise as they are written, but for what is late.
    pub fn order(&self) -> impl Iterator<Item = &Node> {
        self.order.iter().filter_map(|index| self.nodes.node_weight(*index))
    }

    /// What a node needs directly.
    pub fn needs(&self, node: &Node) -> impl Iterator<Item = &Node> {
        let index = self.indexes.get(node).copied();
        index
            .into_iter()
            .flat_map(|index| self.nodes.neighbors_directed(index, Direction::Outgoing))
            .filter_map(|needed| self.nodes.node_weight(needed))
    }

    /// Brings the nodes into order. What is late waits for all that need not wait for it.
    fn sort(&mut self, is_late: impl Fn(&Node) -> bool) -> Result<(), Diagnostic> {
        if let Some(diagnostic) = self.cycle() {
            return Err(diagnostic);
        }
        let mut missing: HashMap<NodeIndex, usize> = self
            .nodes
            .node_indices()
            .map(|index| (index, self.nodes.edges_directed(index, Direction::Outgoing).count()))
            .collect();
        let late = |index: NodeIndex| (self.nodes.node_weight(index).is_some_and(&is_late), index);
        let mut ready: BTreeSet<(bool, NodeIndex)> =
            missing.iter().filter(|(_, count)| **count == 0).map(|(index, _)| late(*index)).collect();
        while let Some((_, index)) = ready.pop_first() {
            self.order.push(index);
            for dependent in self.nodes.neighbors_directed(index, Direction::Incoming) {
                if let Some(count) = missing.get_mut(&dependent) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        ready.insert(late(dependent));
                    }
                }
            }
        }
        Ok(())
    }

    /// The complaint about the first circle of nodes that need each other.
    fn cycle(&self) -> Option<Diagnostic> {
        let mut components = kosaraju_scc(&self.nodes);
        components.retain(|component| {
            component.len() > 1
                || component.first().is_some_and(|index| self.nodes.contains_edge(*index, *index))
        });
        let component = components.into_iter().min_by_key(|component| component.iter().min().copied())?;
        let steps = self.circle(&component.into_iter().collect());
        let (first, place) = steps.first()?;
        let names: Vec<String> =
            steps.iter().map(|(node, _)| node.to_string()).chain([first.to_string()]).collect();
        let mut diagnostic = Diagnostic::new(
            format!("cycle: {}", names.join(" → ")),
            place.clone(),
            "this reference closes the circle",
        )
        .with_hint("break the circle: one of these must not refer to the next");
        for (node, place) in steps.iter().skip(1) {
            diagnostic = diagnostic.with_place(place.clone(), format!("`{node}` needs the next one"));
        }
        Some(diagnostic)
    }

    /// A shortest circle within a component, from its first node: each node with the place where it refers to the
    /// next.
    fn circle(&self, component: &BTreeSet<NodeIndex>) -> Vec<(&Node, Place)> {
        let Some(start) = component.first().copied() else { return Vec::new() };
        let mut came: HashMap<NodeIndex, (NodeIndex, Place)> = HashMap::new();
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(index) = queue.pop_front() {
            for edge in self.nodes.edges_directed(index, Direction::Outgoing) {
                let target = edge.target();
                if component.contains(&target) && !came.contains_key(&target) {
                    came.insert(target, (index, edge.weight().clone()));
                    queue.push_back(target);
                }
            }
            if came.contains_key(&start) {
                break;
            }
        }
        let mut steps = Vec::new();
        let mut current = start;
        while let Some((before, place)) = came.remove(&current) {
            steps.extend(self.nodes.node_weight(before).map(|node| (node, place)));
            current = before;
        }
        steps.reverse();
        steps
    }
}
