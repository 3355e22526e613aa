//! The enforcing gateway: authenticates, identifies, authorizes, forwards and records every call.
