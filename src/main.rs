//! The command line of stackproof.
fn main() {}
