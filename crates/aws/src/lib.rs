//! AWS as data: operations, errors, wire types, and one small signed client.
