//! Points on the curves that *ring* does not have (FIPS 186-4, D.1.2): their equation is `y² = x³ - 3x + b`.
//!
//! Nothing here takes the same time for each key: what it makes lives as long as a run, and nobody else can watch it.

use num_bigint::BigUint;

use super::super::random::bytes;
use crate::provision::native::operator::ResourceError;

/// A curve with the point that all others are multiples of.
pub(super) struct Curve {
    prime: BigUint,
    order: BigUint,
    base: Point,
    length: usize,
}

/// None is the point at infinity.
type Point = Option<(BigUint, BigUint)>;

/// A key: its number, and its point without compression (SEC 1, 2.3.3).
pub(super) struct Key {
    pub(super) scalar: Vec<u8>,
    pub(super) point: Vec<u8>,
}

impl Curve {
    /// The curve P-224; none never, with the numbers that are written here.
    pub(super) fn p224() -> Option<Self> {
        let one = BigUint::from(1u8);
        Some(Self {
            prime: (&one << 224u32) - (&one << 96u32) + &one,
            order: hexadecimal("ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d")?,
            base: Some((
                hexadecimal("b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21")?,
                hexadecimal("bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34")?,
            )),
            length: 28,
        })
    }

    /// The curve P-521, likewise.
    pub(super) fn p521() -> Option<Self> {
        Some(Self {
            prime: (BigUint::from(1u8) << 521u32) - 1u8,
            order: hexadecimal(
                "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
            )?,
            base: Some((
                hexadecimal(
                    "c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
                )?,
                hexadecimal(
                    "11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
                )?,
            )),
            length: 66,
        })
    }

    /// A new key.
    ///
    /// # Errors
    /// A system without randomness.
    pub(super) fn generated(&self) -> Result<Key, ResourceError> {
        loop {
            let excess = u64::try_from(self.length * 8).unwrap_or(0).saturating_sub(self.order.bits());
            let scalar = BigUint::from_bytes_be(&bytes(self.length)?) >> excess;
            if scalar >= self.order {
                continue;
            }
            if let Some((x, y)) = self.multiple(&scalar) {
                let point = [vec![4], self.padded(&x), self.padded(&y)].concat();
                return Ok(Key { scalar: self.padded(&scalar), point });
            }
        }
    }

    fn padded(&self, number: &BigUint) -> Vec<u8> {
        let bytes = number.to_bytes_be();
        [vec![0; self.length.saturating_sub(bytes.len())], bytes].concat()
    }

    fn multiple(&self, scalar: &BigUint) -> Point {
        (0..scalar.bits()).rev().fold(None, |sum, bit| {
            let twice = self.sum(&sum, &sum);
            if scalar.bit(bit) { self.sum(&twice, &self.base) } else { twice }
        })
    }

    fn sum(&self, one: &Point, other: &Point) -> Point {
        let (Some((x1, y1)), Some((x2, y2))) = (one, other) else {
            return one.clone().or_else(|| other.clone());
        };
        let prime = &self.prime;
        let minus = |from: &BigUint, what: &BigUint| ((from + prime) - what % prime) % prime;
        let slope = if x1 != x2 {
            minus(y2, y1) * minus(x2, x1).modinv(prime)?
        } else if y1 == y2 {
            minus(&(x1 * x1 * 3u8), &BigUint::from(3u8)) * (y1 * 2u8).modinv(prime)?
        } else {
            return None;
        } % prime;
        let x = minus(&minus(&(&slope * &slope), x1), x2);
        let y = minus(&(&slope * minus(x1, &x)), y1);
        Some((x, y))
    }
}

fn hexadecimal(digits: &str) -> Option<BigUint> {
    BigUint::parse_bytes(digits.as_bytes(), 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiples_of_the_base_are_those_of_the_curves() {
        for curve in [Curve::p224().unwrap(), Curve::p521().unwrap()] {
            assert_eq!(curve.multiple(&curve.order), None);
            let before = curve.multiple(&(&curve.order - 1u8)).unwrap();
            let (x, y) = curve.base.clone().unwrap();
            assert_eq!(before, (x, &curve.prime - y));
            let key = curve.generated().unwrap();
            assert_eq!((key.scalar.len(), key.point.len()), (curve.length, 2 * curve.length + 1));
        }
        // The vectors of NIST for small multiples: https://www.nist.gov/itl/csd/cryptographic-standards-and-guidelines.
        let twice = Curve::p224().unwrap().multiple(&BigUint::from(2u8)).unwrap();
        assert_eq!(twice.0, hexadecimal("706a46dc76dcb76798e60e6d89474788d16dc18032d268fd1a704fa6").unwrap());
    }
}
