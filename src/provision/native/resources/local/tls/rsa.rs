//! RSA keys (RFC 8017, section 3).

use num_bigint::BigUint;

use super::super::random::bytes;
use crate::provision::native::operator::ResourceError;

/// Witnesses that a number must stand; chance passes one that is no prime less often than once in 2^80.
const WITNESSES: usize = 40;
/// Below this, every prime is tried as a divisor first.
const SMALL: u32 = 2000;

/// A key with what makes computing with it quick.
pub(super) struct Key {
    pub(super) modulus: BigUint,
    pub(super) public: BigUint,
    pub(super) private: BigUint,
    pub(super) p: BigUint,
    pub(super) q: BigUint,
    pub(super) dp: BigUint,
    pub(super) dq: BigUint,
    pub(super) inverse: BigUint,
}

/// A new key of so many bits.
///
/// # Errors
/// A length that no key has, or a system without randomness.
pub(super) fn generated(bits: u64) -> Result<Key, ResourceError> {
    if !(1024..=8192).contains(&bits) || !bits.is_multiple_of(16) {
        let reason = "`rsa_bits` must be a multiple of 16 between 1024 and 8192";
        return Err(ResourceError::Impossible(reason.to_owned()));
    }
    let public = BigUint::from(65_537u32);
    let small = small_primes();
    loop {
        let (p, q) = (prime(bits / 2, &small)?, prime(bits / 2, &small)?);
        let (below_p, below_q) = (&p - 1u8, &q - 1u8);
        let (Some(private), Some(inverse)) = (public.modinv(&(&below_p * &below_q)), q.modinv(&p)) else {
            continue;
        };
        let (dp, dq) = (&private % &below_p, &private % &below_q);
        return Ok(Key { modulus: &p * &q, public, private, p, q, dp, dq, inverse });
    }
}

fn small_primes() -> Vec<u32> {
    let is_prime =
        |number: &u32| (2..*number).take_while(|it| it * it <= *number).all(|it| !number.is_multiple_of(it));
    (2..SMALL).filter(is_prime).collect()
}

/// A prime whose two highest bits are set, so that the product of two has all the bits that are wanted.
fn prime(bits: u64, small: &[u32]) -> Result<BigUint, ResourceError> {
    let length = usize::try_from(bits / 8).unwrap_or(0);
    loop {
        let mut candidate = BigUint::from_bytes_be(&bytes(length)?);
        for bit in [0, bits - 2, bits - 1] {
            candidate.set_bit(bit, true);
        }
        let divides = |prime: &u32| (&candidate % *prime) == BigUint::ZERO;
        if !small.iter().any(divides) && is_prime(&candidate, length)? {
            return Ok(candidate);
        }
    }
}

/// Miller and Rabin's test of an odd number.
fn is_prime(number: &BigUint, length: usize) -> Result<bool, ResourceError> {
    let below = number - 1u8;
    let twos = below.trailing_zeros().unwrap_or(0);
    let odd = &below >> twos;
    let one = BigUint::from(1u8);
    for _ in 0..WITNESSES {
        let witness = BigUint::from_bytes_be(&bytes(length)?) % (number - 3u8) + 2u8;
        let mut power = witness.modpow(&odd, number);
        if power == one || power == below {
            continue;
        }
        let mut passes = false;
        for _ in 1..twos {
            power = power.modpow(&BigUint::from(2u8), number);
            if power == below {
                passes = true;
                break;
            }
        }
        if !passes {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encrypted_is_decrypted() {
        let key = generated(1024).unwrap();
        assert_eq!(key.modulus.bits(), 1024);
        let message = BigUint::from(123_456_789u32);
        let encrypted = message.modpow(&key.public, &key.modulus);
        assert_eq!(encrypted.modpow(&key.private, &key.modulus), message);
        assert!(generated(1000).is_err());
    }

    #[test]
    fn primes_are_told_from_products() {
        let prime = (BigUint::from(1u8) << 127) - 1u8;
        assert!(is_prime(&prime, 16).unwrap());
        assert!(!is_prime(&(&prime * 3u8), 16).unwrap());
    }
}
