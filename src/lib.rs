//! Proves what an AWS stack allows and denies.
