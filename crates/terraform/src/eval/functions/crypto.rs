//! Hashes of passwords, and RSA.

use base64::engine::general_purpose::{self, GeneralPurpose, STANDARD};
use base64::{Engine, alphabet};
use blowfish::Blowfish;
use num_bigint::BigUint;

use super::{Arguments, FunctionError};
use crate::value::{Type, Value};

type Result = std::result::Result<Value, FunctionError>;

/// What a hash costs where nothing is said, and below the least cost.
const DEFAULT_COST: u32 = 10;
const LEAST_COST: i64 = 4;
/// The longest password that the hash sees whole.
const LONGEST_PASSWORD: usize = 72;

pub(super) fn bcrypt(arguments: &Arguments<'_>) -> Result {
    let password = arguments.string(0)?;
    let cost = match arguments.values.len() {
        1 => i64::from(DEFAULT_COST),
        2 => arguments.whole(1)?,
        _ => return Err(FunctionError::argument(2, "takes a text and perhaps a cost")),
    };
    if password.len() > LONGEST_PASSWORD {
        return Err(FunctionError::argument(0, "longer than 72 bytes"));
    }
    let cost = if cost < LEAST_COST { Some(DEFAULT_COST) } else { u32::try_from(cost).ok() };
    let cost = cost.filter(|cost| *cost < 32);
    let cost = cost.ok_or_else(|| FunctionError::argument(1, "the cost must lie between 4 and 31"))?;
    let Some(moment) = arguments.names.moment() else { return Ok(Value::unknown(Type::String)) };
    let salt = moment.salt();
    let hash = hashed(password, cost, &salt);
    // The last byte is not kept.
    let kept = hash.get(..23).unwrap_or_default();
    Ok(format!("$2a${cost:02}${}{}", BCRYPT.encode(salt), BCRYPT.encode(kept)).into())
}

/// Base64 with the letters of bcrypt.
const BCRYPT: GeneralPurpose = GeneralPurpose::new(&alphabet::BCRYPT, general_purpose::NO_PAD);

/// Blowfish with an expensive key, run over a text of its own (Provos and Mazières, USENIX 1999).
fn hashed(password: &str, cost: u32, salt: &[u8]) -> Vec<u8> {
    let key = [password.as_bytes(), &[0]].concat();
    let mut state: Blowfish = Blowfish::bc_init_state();
    state.salted_expand_key(salt, &key);
    for _ in 0..1u32 << cost {
        state.bc_expand_key(&key);
        state.bc_expand_key(salt);
    }
    let (blocks, _) = b"OrpheanBeholderScryDoubt".as_chunks::<8>();
    let encrypted = blocks.iter().flat_map(|block| {
        let whole = u64::from_be_bytes(*block);
        let halves =
            [u32::try_from(whole >> 32).unwrap_or(0), u32::try_from(whole & 0xffff_ffff).unwrap_or(0)];
        (0..64).fold(halves, |halves, _| state.bc_encrypt(halves))
    });
    encrypted.flat_map(u32::to_be_bytes).collect()
}

/// What is left of a private key for decrypting: modulus and exponent.
struct PrivateKey {
    modulus: BigUint,
    exponent: BigUint,
}

pub(super) fn rsadecrypt(arguments: &Arguments<'_>) -> Result {
    let encrypted = STANDARD
        .decode(arguments.string(0)?.replace(['\r', '\n'], ""))
        .map_err(|error| FunctionError::argument(0, format!("not base64: {error}")))?;
    let key = private_key(arguments.string(1)?).ok_or_else(|| {
        FunctionError::argument(1, "a private RSA key in PEM without a passphrase is required")
    })?;
    let decrypted = decrypted(&encrypted, &key)
        .ok_or_else(|| FunctionError::argument(0, "was not encrypted for this key with PKCS #1 v1.5"))?;
    let text = String::from_utf8(decrypted)
        .map_err(|_| FunctionError::argument(0, "what was encrypted is not text in UTF-8"))?;
    Ok(text.into())
}

/// RSAES-PKCS1-v1_5 (RFC 8017, section 7.2.2).
fn decrypted(encrypted: &[u8], key: &PrivateKey) -> Option<Vec<u8>> {
    let length = usize::try_from(key.modulus.bits().div_ceil(8)).ok()?;
    let number = BigUint::from_bytes_be(encrypted);
    if encrypted.len() > length || number >= key.modulus {
        return None;
    }
    let bytes = number.modpow(&key.exponent, &key.modulus).to_bytes_be();
    // The number begins with bytes 0 and 2, of which the first is not written.
    let padded = bytes.strip_prefix(&[2]).filter(|_| bytes.len() + 1 == length)?;
    let end = padded.iter().position(|byte| *byte == 0).filter(|end| *end >= 8)?;
    padded.get(end + 1..).map(<[u8]>::to_vec)
}

fn private_key(pem: &str) -> Option<PrivateKey> {
    let (_, rest) = pem.split_once("-----BEGIN ")?;
    let (kind, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once("-----END")?;
    let der = STANDARD.decode(body.split_whitespace().collect::<String>()).ok()?;
    match kind {
        "RSA PRIVATE KEY" => rsa_private_key(&der),
        "PRIVATE KEY" => {
            let mut outer = Der(Der(&der).take(0x30)?);
            outer.take(0x02)?;
            outer.take(0x30)?;
            rsa_private_key(outer.take(0x04)?)
        }
        "OPENSSH PRIVATE KEY" => openssh_key(&der),
        _ => None,
    }
}

/// `RSAPrivateKey` (RFC 8017, appendix A.1.2): version, modulus, public and private exponent.
fn rsa_private_key(der: &[u8]) -> Option<PrivateKey> {
    let mut key = Der(Der(der).take(0x30)?);
    key.take(0x02)?;
    let modulus = BigUint::from_bytes_be(key.take(0x02)?);
    key.take(0x02)?;
    Some(PrivateKey { modulus, exponent: BigUint::from_bytes_be(key.take(0x02)?) })
}

/// A key as OpenSSH writes it, without a passphrase.
fn openssh_key(bytes: &[u8]) -> Option<PrivateKey> {
    let mut outer = Fields(bytes.strip_prefix(b"openssh-key-v1\0")?);
    let unencrypted = outer.take()? == b"none" && outer.take()? == b"none";
    outer.take()?;
    outer.number()?;
    outer.take()?;
    let mut key = Fields(outer.take().filter(|_| unencrypted)?);
    let same = key.number()? == key.number()?;
    let kind = key.take()?;
    let modulus = BigUint::from_bytes_be(key.take()?);
    key.take()?;
    let exponent = BigUint::from_bytes_be(key.take()?);
    (same && kind == b"ssh-rsa").then_some(PrivateKey { modulus, exponent })
}

/// Elements of DER, one after another.
struct Der<'d>(&'d [u8]);

impl<'d> Der<'d> {
    /// The content of the next element, which must have this tag.
    fn take(&mut self, tag: u8) -> Option<&'d [u8]> {
        let (&[found, first], rest) = self.0.split_first_chunk::<2>()?;
        let (length, rest) = match first {
            0..0x80 => (usize::from(first), rest),
            _ => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                let add = |length: usize, byte: &u8| length.checked_mul(256)?.checked_add(usize::from(*byte));
                (bytes.iter().try_fold(0, add)?, rest)
            }
        };
        let (content, rest) = rest.split_at_checked(length).filter(|_| found == tag)?;
        self.0 = rest;
        Some(content)
    }
}

/// Fields of the SSH protocol (RFC 4251, section 5), one after another.
struct Fields<'d>(&'d [u8]);

impl<'d> Fields<'d> {
    fn number(&mut self) -> Option<usize> {
        let (bytes, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        usize::try_from(u32::from_be_bytes(*bytes)).ok()
    }

    fn take(&mut self) -> Option<&'d [u8]> {
        let length = self.number()?;
        let (content, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(content)
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::DecodePaddingMode;

    use super::*;

    /// A vector that implementations of bcrypt share (crypt_blowfish, wrapper.c).
    #[test]
    fn hashes_are_those_of_other_implementations() {
        let lenient = general_purpose::NO_PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let salt = GeneralPurpose::new(&alphabet::BCRYPT, lenient).decode("CCCCCCCCCCCCCCCCCCCCC.").unwrap();
        let hash = hashed("U*U", 5, &salt);
        assert_eq!(BCRYPT.encode(&hash[..23]), "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW");
    }
}
