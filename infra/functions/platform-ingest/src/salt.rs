//! The salt that hides whose records they are.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;
use stackproof_functions::Error;

/// A keyed hash. It has no `Debug`: nothing of the salt can get into a log.
pub struct Salt(Hmac<Sha256>);

/// What the secret holds.
#[derive(Deserialize)]
struct Secret {
    salt: String,
}

impl Salt {
    /// The salt of a secret's value, `{"salt": "…"}`.
    ///
    /// # Errors
    /// If the value is anything else, which the error does not say.
    pub fn of_secret(name: &str, value: &str) -> Result<Self, Error> {
        let secret: Option<Secret> = serde_json::from_str(value).ok();
        secret
            .filter(|secret| !secret.salt.is_empty())
            .and_then(|secret| Hmac::new_from_slice(secret.salt.as_bytes()).ok())
            .map(Self)
            .ok_or_else(|| {
                Error::new(format!("`{name}` has no salt"))
                    .hint("its value is an object with the member `salt`")
            })
    }

    /// What stands for `text`: the same for the same text, and of no use to whoever has not the salt.
    pub fn hide(&self, text: &str) -> String {
        let mut hash = self.0.clone();
        hash.update(text.as_bytes());
        hex::encode(hash.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_hidden_by_its_salt() {
        // RFC 4231, test case 2.
        let salt = Salt::of_secret("s", r#"{"salt":"Jefe"}"#).ok().unwrap();
        assert_eq!(
            salt.hide("what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_ne!(salt.hide("a"), salt.hide("b"));
        assert_ne!(salt.hide("a"), Salt::of_secret("s", r#"{"salt":"x"}"#).ok().unwrap().hide("a"));
    }

    #[test]
    fn a_secret_that_is_none_is_not_told() {
        for value in ["", "hush", r#"{"salt":""}"#, r#"{"pepper":"hush"}"#, r#"{"salt":7}"#] {
            let error = Salt::of_secret("dev/ingest", value).err().unwrap().to_string();
            assert_eq!(
                error,
                "`dev/ingest` has no salt; hint: its value is an object with the member `salt`"
            );
        }
    }
}
