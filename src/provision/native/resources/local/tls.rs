//! `tls_private_key`: a key pair in every form that the provider gives it. The key is the system's randomness and is kept
//! nowhere.

mod curve;
mod encoding;
mod rsa;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use md5::Md5;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair,
};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use self::curve::Curve;
use self::encoding::{bit_string, integer, octets, oid, pem, sequence, ssh, tagged};
use super::Computed;
use super::random::{bytes, numbers};
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::ResourceError;

/// `tls_private_key`.
pub struct PrivateKey;

/// Object identifiers of algorithms and curves (RFC 5480, 8017, 8410), encoded.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const P224: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x21];
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// A key pair, encoded.
struct Pair {
    /// The type of the PEM that holds the private key, and the key in it.
    private: (&'static str, Vec<u8>),
    pkcs8: Vec<u8>,
    public: Vec<u8>,
    /// The name of the key's kind in SSH, empty where SSH has none, what the public key holds after it, and what the private one does.
    ssh_name: String,
    ssh_public: Vec<u8>,
    ssh_private: Vec<u8>,
}

impl Computed for PrivateKey {
    fn computed(&self, arguments: &Attributes) -> Result<Value, ResourceError> {
        let pair = match arguments.text("/algorithm") {
            Some("RSA") => of_rsa(arguments.at("/rsa_bits").as_u64().unwrap_or(2048))?,
            Some("ECDSA") => of_curve(arguments.text("/ecdsa_curve").unwrap_or("P224"))?,
            Some("ED25519") => of_ed25519()?,
            _ => return Err(refused("`algorithm` is `RSA`, `ECDSA` or `ED25519`")),
        };
        pair.attributes()
    }
}

fn refused(reason: &str) -> ResourceError {
    ResourceError::Impossible(reason.to_owned())
}

impl Pair {
    fn attributes(&self) -> Result<Value, ResourceError> {
        let public_pem = pem("PUBLIC KEY", &self.public);
        let (kind, private) = &self.private;
        let known = json!({
            "id": hex::encode(Sha1::digest(&public_pem)),
            "private_key_pem": pem(kind, private),
            "private_key_pem_pkcs8": pem("PRIVATE KEY", &self.pkcs8),
            "public_key_pem": public_pem,
        });
        let of_ssh = match self.ssh_name.is_empty() {
            true => json!({
                "private_key_openssh": "",
                "public_key_fingerprint_md5": "",
                "public_key_fingerprint_sha256": "",
                "public_key_openssh": "",
            }),
            false => self.of_ssh()?,
        };
        Ok(Attributes::from(known).with(of_ssh).as_json().clone())
    }

    fn of_ssh(&self) -> Result<Value, ResourceError> {
        let public = [ssh(self.ssh_name.as_bytes()), self.ssh_public.clone()].concat();
        let md5: Vec<String> = Md5::digest(&public).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(json!({
            "private_key_openssh": pem("OPENSSH PRIVATE KEY", &self.openssh(&public)?),
            "public_key_fingerprint_md5": md5.join(":"),
            "public_key_fingerprint_sha256": format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(&public))),
            "public_key_openssh": format!("{} {}\n", self.ssh_name, STANDARD.encode(&public)),
        }))
    }

    /// The private key as OpenSSH keeps it, without a passphrase.
    fn openssh(&self, public: &[u8]) -> Result<Vec<u8>, ResourceError> {
        let [check] = numbers()?;
        let check = check.to_be_bytes();
        let check = check.get(..4).unwrap_or_default();
        let mut private =
            [check, check, &ssh(self.ssh_name.as_bytes()), &self.ssh_private, &ssh(b"")].concat();
        for padding in 1.. {
            if private.len().is_multiple_of(8) {
                break;
            }
            private.push(padding);
        }
        let none = ssh(b"none");
        let head = [b"openssh-key-v1\0", none.as_slice(), &none, &ssh(b""), &1u32.to_be_bytes()].concat();
        Ok([head, ssh(public), ssh(&private)].concat())
    }
}

fn of_rsa(bits: u64) -> Result<Pair, ResourceError> {
    let key = rsa::generated(bits)?;
    let numbers = [&key.modulus, &key.public, &key.private, &key.p, &key.q, &key.dp, &key.dq, &key.inverse];
    let own = sequence(&[integer(&[]), numbers.map(|number| integer(&number.to_bytes_be())).concat()]);
    let algorithm = sequence(&[oid(RSA), vec![0x05, 0x00]]);
    let both = sequence(&[integer(&key.modulus.to_bytes_be()), integer(&key.public.to_bytes_be())]);
    let ssh_numbers = |numbers: &[&num_bigint::BigUint]| {
        numbers.iter().flat_map(|number| encoding::ssh_number(&number.to_bytes_be())).collect()
    };
    Ok(Pair {
        pkcs8: sequence(&[integer(&[]), algorithm.clone(), octets(&own)]),
        private: ("RSA PRIVATE KEY", own),
        public: sequence(&[algorithm, bit_string(&both)]),
        ssh_name: "ssh-rsa".to_owned(),
        ssh_public: ssh_numbers(&[&key.public, &key.modulus]),
        ssh_private: ssh_numbers(&[&key.modulus, &key.public, &key.private, &key.inverse, &key.p, &key.q]),
    })
}

fn of_curve(curve: &str) -> Result<Pair, ResourceError> {
    let other = |curve: Option<Curve>, id, name| {
        let key = curve.ok_or_else(|| refused("no key could be made"))?.generated()?;
        let algorithm = sequence(&[oid(EC), oid(id)]);
        let inner = sequence(&[integer(&[1]), octets(&key.scalar), tagged(0xa1, &bit_string(&key.point))]);
        let pkcs8 = sequence(&[integer(&[]), algorithm, octets(&inner)]);
        Ok(of_point(&key.scalar, &key.point, pkcs8, id, name))
    };
    let (signing, id, length, name): (&EcdsaSigningAlgorithm, _, u8, _) = match curve {
        "P224" => return other(Curve::p224(), P224, ""),
        "P521" => return other(Curve::p521(), P521, "nistp521"),
        "P256" => (&ECDSA_P256_SHA256_FIXED_SIGNING, P256, 32, "nistp256"),
        "P384" => (&ECDSA_P384_SHA384_FIXED_SIGNING, P384, 48, "nistp384"),
        _ => return Err(refused("`ecdsa_curve` is `P224`, `P256`, `P384` or `P521`")),
    };
    let failed = |_| refused("no key could be made");
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(signing, &SystemRandom::new()).map_err(failed)?;
    let pkcs8 = pkcs8.as_ref().to_vec();
    let pair = EcdsaKeyPair::from_pkcs8(signing, &pkcs8, &SystemRandom::new())
        .map_err(|_| refused("no key could be made"))?;
    let point = pair.public_key().as_ref().to_vec();
    // The scalar stands after the version of the key within (RFC 5915).
    let mark = [0x02, 0x01, 0x01, 0x04, length];
    let start = pkcs8.windows(mark.len()).position(|bytes| bytes == mark).map(|at| at + mark.len());
    let scalar = start.and_then(|start| pkcs8.get(start..start + usize::from(length)));
    let scalar = scalar.ok_or_else(|| refused("no key could be made"))?.to_vec();
    Ok(of_point(&scalar, &point, pkcs8, id, name))
}

/// A key on a curve, whose name in SSH may be none.
fn of_point(scalar: &[u8], point: &[u8], pkcs8: Vec<u8>, id: &[u8], name: &str) -> Pair {
    let own =
        sequence(&[integer(&[1]), octets(scalar), tagged(0xa0, &oid(id)), tagged(0xa1, &bit_string(point))]);
    let algorithm = sequence(&[oid(EC), oid(id)]);
    let ssh_public = [ssh(name.as_bytes()), ssh(point)].concat();
    Pair {
        private: ("EC PRIVATE KEY", own),
        public: sequence(&[algorithm, bit_string(point)]),
        ssh_name: if name.is_empty() { String::new() } else { format!("ecdsa-sha2-{name}") },
        ssh_private: [ssh_public.clone(), encoding::ssh_number(scalar)].concat(),
        ssh_public,
        pkcs8,
    }
}

fn of_ed25519() -> Result<Pair, ResourceError> {
    let seed = bytes(32)?;
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| refused("no key could be made"))?;
    let public = pair.public_key().as_ref().to_vec();
    let algorithm = sequence(&[oid(ED25519)]);
    let pkcs8 = sequence(&[integer(&[]), algorithm.clone(), octets(&octets(&seed))]);
    Ok(Pair {
        private: ("PRIVATE KEY", pkcs8.clone()),
        public: sequence(&[algorithm, bit_string(&public)]),
        ssh_name: "ssh-ed25519".to_owned(),
        ssh_public: ssh(&public),
        ssh_private: [ssh(&public), ssh(&[seed, public.clone()].concat())].concat(),
        pkcs8,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(arguments: Value) -> Value {
        PrivateKey.computed(&Attributes::from(arguments)).unwrap()
    }

    #[test]
    fn keys_have_every_form() {
        for (arguments, kind, name) in [
            (json!({ "algorithm": "ED25519" }), "-----BEGIN PRIVATE KEY-----\n", "ssh-ed25519 AAAAC3Nz"),
            (
                json!({ "algorithm": "ECDSA", "ecdsa_curve": "P256" }),
                "-----BEGIN EC PRIVATE KEY-----\n",
                "ecdsa-sha2-nistp256 ",
            ),
            (
                json!({ "algorithm": "ECDSA", "ecdsa_curve": "P521" }),
                "-----BEGIN EC PRIVATE KEY-----\n",
                "ecdsa-sha2-nistp521 ",
            ),
            (
                json!({ "algorithm": "RSA", "rsa_bits": 1024 }),
                "-----BEGIN RSA PRIVATE KEY-----\n",
                "ssh-rsa AAAAB3Nz",
            ),
        ] {
            let key = made(arguments);
            let text = |name: &str| key[name].as_str().unwrap().to_owned();
            assert!(text("private_key_pem").starts_with(kind), "{name}");
            assert!(
                text("public_key_openssh").starts_with(name) && text("public_key_openssh").ends_with('\n')
            );
            assert!(text("private_key_openssh").starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
            assert!(text("public_key_pem").ends_with("-----END PUBLIC KEY-----\n"));
            assert_eq!(text("public_key_fingerprint_md5").len(), 47);
            assert!(text("public_key_fingerprint_sha256").starts_with("SHA256:"));
        }
        // SSH has no name for the provider's own choice of a curve.
        let key = made(json!({ "algorithm": "ECDSA", "ecdsa_curve": null }));
        assert_eq!((&key["private_key_openssh"], &key["public_key_openssh"]), (&json!(""), &json!("")));
        assert!(key["private_key_pem_pkcs8"].as_str().unwrap().starts_with("-----BEGIN PRIVATE KEY-----\n"));
        let refused =
            PrivateKey.computed(&Attributes::from(json!({ "algorithm": "ECDSA", "ecdsa_curve": "P192" })));
        assert!(refused.unwrap_err().to_string().contains("P256"));
    }
}
