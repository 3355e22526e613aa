//! What is known of a value beside its content: that it is secret, that it must not be kept.

use std::ops::{BitOr, BitOrAssign};

/// The marks of a value; what is made of marked values has all their marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// It does not show.
    pub(crate) sensitive: bool,
    /// It lasts as long as the run and is kept nowhere.
    pub(crate) ephemeral: bool,
}

impl Marks {
    pub(crate) const NONE: Marks = Marks { sensitive: false, ephemeral: false };
    pub(crate) const SENSITIVE: Marks = Marks { sensitive: true, ephemeral: false };
    pub(crate) const EPHEMERAL: Marks = Marks { sensitive: false, ephemeral: true };

    /// The marks where `holds` does.
    pub(crate) fn when(self, holds: bool) -> Marks {
        if holds { self } else { Marks::NONE }
    }
}

impl BitOr for Marks {
    type Output = Marks;

    fn bitor(self, other: Marks) -> Marks {
        Marks { sensitive: self.sensitive | other.sensitive, ephemeral: self.ephemeral | other.ephemeral }
    }
}

impl BitOrAssign for Marks {
    fn bitor_assign(&mut self, other: Marks) {
        *self = *self | other;
    }
}

impl FromIterator<Marks> for Marks {
    fn from_iter<I: IntoIterator<Item = Marks>>(marks: I) -> Marks {
        marks.into_iter().fold(Marks::NONE, BitOr::bitor)
    }
}
