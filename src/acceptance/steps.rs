//! The sentences of the language, one file a subject.

pub(crate) mod call;
mod checksum;
mod clock;
mod facts;
mod isolation;
mod key;
mod object;
pub(crate) mod outcome;
mod policies;
mod recorded;
mod setting;
mod sts;
mod upload;

use super::sentence::Sentence;

/// Every sentence, subject by subject.
pub(crate) const ALL: &[(&str, &[Sentence])] = &[
    ("Setting", setting::SENTENCES),
    ("Objects", object::SENTENCES),
    ("Keys", key::SENTENCES),
    ("Sessions", sts::SENTENCES),
    ("Any call", call::SENTENCES),
    ("Recorded requests", recorded::SENTENCES),
    ("The clock", clock::SENTENCES),
    ("Outcome of the last call", outcome::SENTENCES),
    ("Facts", facts::SENTENCES),
    ("Matrices", isolation::SENTENCES),
];

#[cfg(test)]
mod tests;
