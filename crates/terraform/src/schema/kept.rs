//! What the types of the AWS provider take and give that nothing else is known of: `data/kept.tsv`, of which a line is
//! read when its type is asked for. `data/kept.py` writes it, and says what a line means.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::{Attribute, BlockType, NestedBlock};
use crate::value::{Field, Type};

/// A type that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// How its id is made of its arguments, which stand in braces, or nothing where that is not known.
    pub id: Option<&'static str>,
    /// The form of its ARN, likewise.
    pub arn: Option<&'static str>,
    /// Whether its id is its ARN.
    pub id_is_arn: bool,
}

struct Line {
    kept: Kept,
    members: &'static str,
}

static LINES: LazyLock<BTreeMap<&'static str, Line>> = LazyLock::new(|| {
    let arns: BTreeMap<&str, (&str, bool)> = include_str!("../../data/arns.tsv")
        .lines()
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some((columns.next()?, (columns.next()?, columns.next() == Some("id"))))
        })
        .collect();
    let read = |line: &'static str| {
        let mut columns = line.split('\t');
        let (name, id, members) = (columns.next()?, columns.next()?, columns.next()?);
        let of_id = id.starts_with("arn:").then_some((id, true));
        let arn = arns.get(name).copied().or(of_id);
        let kept = Kept {
            id: (id != "-").then_some(id),
            arn: arn.map(|(arn, _)| arn),
            id_is_arn: arn.is_some_and(|(_, is_id)| is_id),
        };
        Some((name, Line { kept, members }))
    };
    include_str!("../../data/kept.tsv").lines().filter_map(read).collect()
});

/// Types that were asked for.
static READ: Mutex<BTreeMap<&'static str, &'static BlockType>> = Mutex::new(BTreeMap::new());

/// The names of all types that are kept.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    LINES.keys().copied()
}

/// The type of that name.
pub(super) fn named(type_name: &str) -> Option<Kept> {
    LINES.get(type_name).map(|line| line.kept)
}

/// What the type of that name takes and gives.
pub(super) fn block(type_name: &str) -> Option<&'static BlockType> {
    let (name, line) = LINES.get_key_value(type_name)?;
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    // As many as there are lines at most, each once.
    Some(read.entry(name).or_insert_with(|| Box::leak(Box::new(of_resource(line.members)))))
}

fn of_resource(members: &'static str) -> BlockType {
    let mut block = BlockType::default();
    Reader { rest: members.chars().peekable() }.members(&mut block);
    if let Some(region) = block.attributes.get_mut("region") {
        region.computed = true;
    }
    block
}

fn attribute(ty: Type, marks: &str) -> Attribute {
    let (required, computed) = (marks.contains('!'), marks.contains('~'));
    Attribute {
        ty,
        required,
        optional: !required && !computed,
        computed,
        sensitive: marks.contains('^'),
        write_only: false,
        policy: false,
        default: None,
    }
}

struct Reader {
    rest: Peekable<Chars<'static>>,
}

impl Reader {
    /// Reads members up to the end of their block.
    fn members(&mut self, block: &mut BlockType) {
        loop {
            while self.rest.next_if_eq(&' ').is_some() {}
            if matches!(self.rest.peek(), None | Some(')')) {
                self.rest.next();
                return;
            }
            let marks = self.word(|character| matches!(character, '!' | '~' | '^'));
            let name = self.word(|character| character.is_ascii_alphanumeric() || character == '_');
            match self.rest.next() {
                Some(':') => {
                    // What is only handed over is told by its name.
                    let write_only = name.ends_with("_wo");
                    let attribute = attribute(self.ty(), &marks);
                    block.attributes.insert(name, Attribute { write_only, ..attribute });
                }
                Some(how_often @ ('?' | '*' | '+')) => {
                    self.rest.next();
                    let mut inner = BlockType::default();
                    self.members(&mut inner);
                    if marks.contains('~') {
                        block.attributes.insert(name, attribute(Type::List(Box::new(given(&inner))), "~"));
                        continue;
                    }
                    let (min, max) = (usize::from(marks.contains('!')), (how_often == '?').then_some(1));
                    let as_argument = how_often == '+';
                    let nested = NestedBlock { block: inner, min, max, computed: as_argument, as_argument };
                    block.blocks.insert(name, nested);
                }
                // Never with the data that is built in; its test reads all of it.
                _ => return,
            }
        }
    }

    fn word(&mut self, is_of_it: impl Fn(char) -> bool) -> String {
        let mut word = String::new();
        while let Some(character) = self.rest.next_if(|character| is_of_it(*character)) {
            word.push(character);
        }
        word
    }

    fn ty(&mut self) -> Type {
        match self.rest.next() {
            Some('[') => Type::List(Box::new(self.ty())),
            Some('<') => Type::Set(Box::new(self.ty())),
            Some('{') => Type::Map(Box::new(self.ty())),
            Some('n') => Type::Number,
            Some('b') => Type::Bool,
            Some('s') => Type::String,
            _ => Type::Dynamic,
        }
    }
}

/// The type of what is only given.
fn given(block: &BlockType) -> Type {
    let fields = block.attributes.iter().map(|(name, it)| (name.clone(), Field::required(it.ty.clone())));
    Type::Object(fields.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_read_to_its_end() {
        assert!(names().count() > 1_000);
        for (name, line) in LINES.iter() {
            let mut reader = Reader { rest: line.members.chars().peekable() };
            let mut block = BlockType::default();
            reader.members(&mut block);
            assert_eq!(reader.rest.next(), None, "{name}");
            assert!(block.attributes.contains_key("id"), "{name}");
        }
        let text = include_str!("../../data/kept.tsv");
        assert_eq!(text.lines().count(), LINES.len());
        assert!(!text.contains(":?"), "a type is missing");
    }

    #[test]
    fn a_type_is_what_the_provider_has_of_it() {
        let distribution = block("aws_cloudfront_distribution").unwrap();
        assert!(distribution.attributes["domain_name"].computed);
        assert_eq!(distribution.attributes["aliases"].ty, Type::Set(Box::new(Type::String)));
        let behaviour = &distribution.blocks["default_cache_behavior"];
        assert_eq!((behaviour.min, behaviour.max), (1, Some(1)));
        assert!(behaviour.block.attributes["viewer_protocol_policy"].required);
        let certificate = block("aws_acm_certificate").unwrap();
        assert!(certificate.attributes["private_key"].sensitive);
        assert!(matches!(certificate.attributes["domain_validation_options"].ty, Type::List(_)));
        let machine = named("aws_sfn_state_machine").unwrap();
        assert_eq!(machine.arn, Some("arn:aws:states:{region}:{account}:stateMachine:{name}"));
        assert!(machine.id_is_arn);
        assert_eq!(named("aws_no_such_thing"), None);
    }
}
