//! Key material, and what is made with it.
//!
//! A ciphertext is a version byte, the handle of the backing key, a nonce, and what AES-256-GCM made; only the handle
//! leads back to a key, and it is random.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::SystemRandom;
use ring::signature::{EcdsaKeyPair, KeyPair, UnparsedPublicKey};
use stackproof_aws::ApiError;

use super::context::EncryptionContext;
use super::error;
use super::rotation::Cause;
use super::spec::{Curve, Hash, Spec};
use crate::random;

const VERSION: u8 = 1;
const HANDLE_LEN: usize = 16;
const AES_KEY_LEN: usize = 32;

/// Bytes that must never be printed.
#[derive(Clone)]
pub(crate) struct SecretBytes(Arc<[u8]>);

impl SecretBytes {
    /// New random bytes.
    pub fn random(count: usize) -> Result<Self, ApiError> {
        Ok(Self(random::bytes(count)?.into()))
    }

    /// Hands the bytes out; each caller answers for where they go.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// One piece of a key's material: the current one, or one from before a rotation.
#[derive(Clone, Debug)]
pub(crate) struct Backing {
    handle: [u8; HANDLE_LEN],
    /// `KeyMaterialId`.
    pub id: String,
    /// When it became the current one.
    pub since: Timestamp,
    /// Which rotation made it; none where the key began with it.
    pub cause: Option<Cause>,
    secret: SecretBytes,
}

/// Whether the bytes have the form of a ciphertext, whatever made them.
pub(crate) fn is_ciphertext(bytes: &[u8]) -> bool {
    bytes.first() == Some(&VERSION) && bytes.len() > 1 + HANDLE_LEN + NONCE_LEN + AES_256_GCM.tag_len()
}

fn broken(what: &str) -> ApiError {
    ApiError::internal(format!("the key material cannot {what}"))
}

impl Backing {
    /// New material for a key of that spec: its first, or what a rotation makes.
    pub fn generate(spec: Spec, now: Timestamp, cause: Option<Cause>) -> Result<Self, ApiError> {
        let secret = match spec {
            Spec::Symmetric => SecretBytes::random(AES_KEY_LEN)?,
            Spec::Hmac(hash) => SecretBytes::random(hash.key_bytes())?,
            Spec::Ecc(curve) => private_key(curve)?,
        };
        let mut handle = [0; HANDLE_LEN];
        handle.copy_from_slice(&random::bytes(HANDLE_LEN)?);
        Ok(Self { handle, id: hex::encode(random::bytes(32)?), since: now, cause, secret })
    }

    /// Whether this is what a ciphertext was made with.
    pub fn made(&self, ciphertext: &[u8]) -> bool {
        ciphertext.first() == Some(&VERSION) && ciphertext.get(1..=HANDLE_LEN) == Some(&self.handle[..])
    }

    fn aes(&self) -> Result<LessSafeKey, ApiError> {
        let key = UnboundKey::new(&AES_256_GCM, self.secret.expose());
        key.map(LessSafeKey::new).map_err(|_| broken("encrypt"))
    }

    /// Encrypts under a context.
    pub fn encrypt(&self, plaintext: &[u8], context: &EncryptionContext) -> Result<Vec<u8>, ApiError> {
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&random::bytes(NONCE_LEN)?);
        let mut sealed = plaintext.to_vec();
        let aad = Aad::from(context.authenticated());
        let sealing =
            self.aes()?.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed);
        sealing.map_err(|_| broken("encrypt"))?;
        Ok([&[VERSION][..], &self.handle, &nonce, &sealed].concat())
    }

    /// Decrypts what this material made under the same context.
    ///
    /// # Errors
    /// `InvalidCiphertextException` for anything else.
    pub fn decrypt(&self, ciphertext: &[u8], context: &EncryptionContext) -> Result<SecretBytes, ApiError> {
        let behind = ciphertext.get(1 + HANDLE_LEN..).filter(|_| self.made(ciphertext));
        let parts = behind.and_then(|behind| behind.split_at_checked(NONCE_LEN));
        let (nonce, sealed) = parts.ok_or_else(error::invalid_ciphertext)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| error::invalid_ciphertext())?;
        let mut sealed = sealed.to_vec();
        let aad = Aad::from(context.authenticated());
        let opened = self.aes()?.open_in_place(nonce, aad, &mut sealed);
        opened.map(|plaintext| SecretBytes((&*plaintext).into())).map_err(|_| error::invalid_ciphertext())
    }

    /// The message authentication code of a message.
    pub fn mac(&self, hash: Hash, message: &[u8]) -> Vec<u8> {
        let key = ring::hmac::Key::new(hash.ring(), self.secret.expose());
        ring::hmac::sign(&key, message).as_ref().to_vec()
    }

    /// Whether a code is that of a message, in constant time.
    pub fn verify_mac(&self, hash: Hash, message: &[u8], mac: &[u8]) -> bool {
        let key = ring::hmac::Key::new(hash.ring(), self.secret.expose());
        ring::hmac::verify(&key, message, mac).is_ok()
    }

    /// An ECDSA signature of a message, in DER.
    pub fn sign(&self, curve: Curve, message: &[u8]) -> Result<Vec<u8>, ApiError> {
        let signed = key_pair(curve, &self.secret)?.sign(&SystemRandom::new(), message);
        signed.map(|signature| signature.as_ref().to_vec()).map_err(|_| broken("sign"))
    }

    /// Whether a signature is of this key and message.
    pub fn verify(&self, curve: Curve, message: &[u8], signature: &[u8]) -> Result<bool, ApiError> {
        let pair = key_pair(curve, &self.secret)?;
        let public = UnparsedPublicKey::new(curve.verification(), pair.public_key());
        Ok(public.verify(message, signature).is_ok())
    }

    /// The public key as a DER `SubjectPublicKeyInfo`.
    pub fn public_key(&self, curve: Curve) -> Result<Vec<u8>, ApiError> {
        public_key(curve, &self.secret)
    }
}

/// A new private key, as PKCS #8.
pub(crate) fn private_key(curve: Curve) -> Result<SecretBytes, ApiError> {
    let made = EcdsaKeyPair::generate_pkcs8(curve.signing(), &SystemRandom::new());
    made.map(|document| SecretBytes(document.as_ref().into())).map_err(|_| broken("be made"))
}

fn key_pair(curve: Curve, private: &SecretBytes) -> Result<EcdsaKeyPair, ApiError> {
    EcdsaKeyPair::from_pkcs8(curve.signing(), private.expose(), &SystemRandom::new())
        .map_err(|_| broken("be read"))
}

/// The public key of a private one, as a DER `SubjectPublicKeyInfo`.
pub(crate) fn public_key(curve: Curve, private: &SecretBytes) -> Result<Vec<u8>, ApiError> {
    Ok([curve.spki_prefix(), key_pair(curve, private)?.public_key().as_ref()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backing(secret: &[u8]) -> Backing {
        let secret = SecretBytes(secret.into());
        Backing {
            handle: [7; HANDLE_LEN],
            id: String::new(),
            since: Timestamp::UNIX_EPOCH,
            cause: None,
            secret,
        }
    }

    /// Test case 14 of "The Galois/Counter Mode of Operation" (McGrew, Viega): all of it is zero.
    #[test]
    fn a_published_ciphertext_is_opened() {
        let sealed = hex::decode("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919").unwrap();
        let ciphertext = [&[VERSION][..], &[7; HANDLE_LEN], &[0; NONCE_LEN], &sealed].concat();
        let opened = backing(&[0; AES_KEY_LEN]).decrypt(&ciphertext, &EncryptionContext::default()).unwrap();
        assert_eq!(opened.expose(), [0; 16]);
    }

    /// RFC 4231, test case 2.
    #[test]
    fn a_published_code_is_made() {
        let key = backing(b"Jefe");
        for (hash, begins) in
            [(Hash::Sha256, "5bdcc146"), (Hash::Sha384, "af45d2e3"), (Hash::Sha512, "164b7a7b")]
        {
            let code = key.mac(hash, b"what do ya want for nothing?");
            assert!(hex::encode(&code).starts_with(begins), "{hash:?}");
            assert!(key.verify_mac(hash, b"what do ya want for nothing?", &code));
        }
    }

    #[test]
    fn material_is_never_printed() {
        let shown = format!("{:?}", backing(b"Jefe"));
        assert!(shown.contains("[redacted]") && !shown.contains("74"), "{shown}");
    }

    #[test]
    fn a_ciphertext_that_is_cut_short_opens_nothing() {
        let key = Backing::generate(Spec::Symmetric, Timestamp::UNIX_EPOCH, None).unwrap();
        let whole = key.encrypt(b"hello", &EncryptionContext::default()).unwrap();
        for length in 0..whole.len() {
            let cut = key.decrypt(&whole[..length], &EncryptionContext::default());
            assert_eq!(cut.unwrap_err().code, "InvalidCiphertextException", "{length}");
        }
    }
}
