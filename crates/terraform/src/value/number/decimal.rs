//! Decimal forms of numbers.

use num_bigint::BigUint;

use super::Number;

/// Decimal digits `0.d1d2d3…` × 10^`point`.
struct Decimal {
    digits: Vec<u8>,
    point: i64,
}

/// Forms of a number's magnitude; the sign is the caller's.
impl Number {
    /// All digits before the point and the shortest after it that read back as the number.
    pub(super) fn shortest_plain(&self) -> String {
        self.shortest().plain()
    }

    /// With so many digits after the point, as `%.Nf`.
    pub(crate) fn fixed(&self, places: usize) -> String {
        let mut decimal = self.exact();
        let wanted = decimal.point.saturating_add(i64::try_from(places).unwrap_or(i64::MAX));
        match usize::try_from(wanted) {
            Ok(length) if length < decimal.digits.len() => decimal.cut(length),
            Ok(_) => {}
            Err(_) => decimal = Decimal { digits: Vec::new(), point: 0 },
        }
        let plain = decimal.plain();
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        if places == 0 { whole.to_owned() } else { format!("{whole}.{fraction:0<places$}") }
    }

    /// With one digit before the point and so many after it, as `%.Ne`.
    pub(crate) fn exponential(&self, places: usize) -> String {
        let mut decimal = self.exact();
        if places + 1 < decimal.digits.len() {
            decimal.cut(places + 1);
        }
        decimal.scientific(Some(places))
    }

    /// The shorter of plain and exponential form, as `%g` or, with at most so many digits, `%.Ng`.
    pub(crate) fn general(&self, precision: Option<usize>) -> String {
        let decimal = match precision {
            Some(precision) => {
                let mut decimal = self.exact();
                if precision.max(1) < decimal.digits.len() {
                    decimal.cut(precision.max(1));
                }
                decimal
            }
            None => self.shortest(),
        };
        let limit = match precision {
            Some(precision) => i64::try_from(precision.max(1)).unwrap_or(i64::MAX),
            None => 6,
        };
        let exponent = decimal.exponent();
        if exponent < -4 || exponent >= limit { decimal.scientific(None) } else { decimal.plain() }
    }

    fn exact(&self) -> Decimal {
        Decimal::of(self.mantissa.magnitude(), self.exponent)
    }

    /// The shortest digits that lie within half a unit of the last place of this number's precision.
    fn shortest(&self) -> Decimal {
        let magnitude = self.mantissa.magnitude();
        let widened = (self.precision + 1).saturating_sub(magnitude.bits());
        let mantissa = magnitude << widened;
        let exponent = self.exponent.saturating_sub(i64::try_from(widened).unwrap_or(i64::MAX));
        let mut exact = Decimal::of(&mantissa, exponent);
        if magnitude.bits() == 0 {
            return exact;
        }
        let lower = Decimal::of(&(&mantissa - 1u8), exponent);
        let upper = Decimal::of(&(&mantissa + 1u8), exponent);
        let inclusive = !mantissa.bit(1);
        for place in 0..exact.digits.len() {
            let digit = exact.at(place);
            let (below, above) = (lower.at(place), upper.at(place));
            let down = below != digit || (inclusive && place + 1 == lower.digits.len());
            let up = digit != above && (inclusive || digit + 1 < above || place + 1 < upper.digits.len());
            match (down, up) {
                (true, true) => exact.cut(place + 1),
                (true, false) => exact.cut_to(place + 1, false),
                (false, true) => exact.cut_to(place + 1, true),
                (false, false) => continue,
            }
            break;
        }
        exact
    }
}

impl Decimal {
    fn of(mantissa: &BigUint, exponent: i64) -> Decimal {
        let scale = exponent.unsigned_abs();
        let (whole, fraction_digits) = if exponent >= 0 {
            (mantissa << scale, 0)
        } else {
            let power = BigUint::from(5u8).pow(u32::try_from(scale).unwrap_or(u32::MAX));
            (mantissa * power, i64::try_from(scale).unwrap_or(i64::MAX))
        };
        let digits = whole.to_string().into_bytes();
        let point = i64::try_from(digits.len()).unwrap_or(i64::MAX) - fraction_digits;
        let mut decimal = Decimal { digits, point };
        decimal.trim();
        decimal
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
    }

    fn at(&self, place: usize) -> u8 {
        self.digits.get(place).copied().unwrap_or(b'0')
    }

    /// The power of ten of the first digit.
    fn exponent(&self) -> i64 {
        if self.digits.is_empty() { 0 } else { self.point - 1 }
    }

    /// Keeps so many digits, rounding to the nearest, a half to the even digit.
    fn cut(&mut self, length: usize) {
        let next = self.at(length);
        let half = next == b'5' && length + 1 == self.digits.len();
        let odd = length.checked_sub(1).is_some_and(|last| (self.at(last) - b'0') % 2 == 1);
        self.cut_to(length, if half { odd } else { next >= b'5' });
    }

    fn cut_to(&mut self, length: usize, round_up: bool) {
        self.digits.truncate(length);
        if round_up {
            while self.digits.last() == Some(&b'9') {
                self.digits.pop();
            }
            match self.digits.last_mut() {
                Some(digit) => *digit += 1,
                None => {
                    self.digits.push(b'1');
                    self.point += 1;
                }
            }
        }
        self.trim();
    }

    fn text(&self) -> String {
        self.digits.iter().copied().map(char::from).collect()
    }

    fn plain(&self) -> String {
        let digits = self.text();
        if digits.is_empty() {
            return "0".to_owned();
        }
        let Ok(point) = usize::try_from(self.point) else {
            let zeros = usize::try_from(self.point.unsigned_abs()).unwrap_or(0);
            return format!("0.{}{digits}", "0".repeat(zeros));
        };
        match digits.split_at_checked(point) {
            Some((whole, "")) => whole.to_owned(),
            Some(("", fraction)) => format!("0.{fraction}"),
            Some((whole, fraction)) => format!("{whole}.{fraction}"),
            None => format!("{digits}{}", "0".repeat(point.saturating_sub(digits.len()))),
        }
    }

    /// `d.ddde±xx`, padded to so many digits after the point.
    fn scientific(&self, places: Option<usize>) -> String {
        let digits = self.text();
        let (first, rest) = digits.split_at_checked(1).unwrap_or(("0", ""));
        let places = places.unwrap_or(rest.len());
        let fraction = if places > 0 { format!(".{rest:0<places$}") } else { String::new() };
        let exponent = self.exponent();
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{first}{fraction}e{sign}{:02}", exponent.unsigned_abs())
    }
}
