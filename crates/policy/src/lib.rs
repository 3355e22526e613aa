//! The IAM policy engine of stackproof: documents, conditions, evaluation, explanation.
