//! Items from bytes.

use std::collections::BTreeMap;

use serde_json::{Number, Value};

use super::Item;

/// How deep items may nest: far above any request, far below any stack.
const MAX_DEPTH: usize = 64;

/// What is wrong.
type Malformed = String;

/// The one item that the bytes are.
pub(super) fn item(bytes: &[u8]) -> Result<Item, Malformed> {
    let mut reader = Reader { left: bytes };
    let item = reader.item(MAX_DEPTH)?;
    match reader.left {
        [] => Ok(item),
        _ => Err("bytes stand behind the end".to_owned()),
    }
}

struct Reader<'a> {
    left: &'a [u8],
}

/// What an item begins with: its major type, and its argument, none where its end is marked instead.
struct Head {
    major: u8,
    argument: Option<u64>,
}

/// The marker of an end.
const BREAK: u8 = 0xff;

impl<'a> Reader<'a> {
    fn take(&mut self, count: u64) -> Result<&'a [u8], Malformed> {
        let taken = usize::try_from(count).ok().and_then(|count| self.left.split_at_checked(count));
        let (taken, left) = taken.ok_or_else(|| "it ends early".to_owned())?;
        self.left = left;
        Ok(taken)
    }

    fn unsigned(&mut self, count: u64) -> Result<u64, Malformed> {
        Ok(self.take(count)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    fn head(&mut self) -> Result<Head, Malformed> {
        let first = self.unsigned(1)?;
        let argument = match first & 0x1f {
            small @ 0..24 => Some(small),
            size @ 24..28 => Some(self.unsigned(1 << (size - 24))?),
            31 => None,
            _ => return Err("a length has no such form".to_owned()),
        };
        Ok(Head { major: (first >> 5) as u8, argument })
    }

    /// Whether the end is here, which is then passed.
    fn ended(&mut self) -> bool {
        match self.left.split_first() {
            Some((&BREAK, left)) => {
                self.left = left;
                true
            }
            _ => false,
        }
    }

    fn item(&mut self, depth: usize) -> Result<Item, Malformed> {
        let depth = depth.checked_sub(1).ok_or_else(|| "it nests too deep".to_owned())?;
        if let Some(first @ 0xe0..) = self.left.first().copied() {
            self.left = self.left.get(1..).unwrap_or_default();
            return self.simple(first).map(Item::Plain);
        }
        let head = self.head()?;
        match (head.major, head.argument) {
            (0, Some(number)) => Ok(Item::Plain(number.into())),
            (1, Some(number)) => match i64::try_from(number) {
                Ok(number) => Ok(Item::Plain((-1 - number).into())),
                Err(_) => Err("a number is too small".to_owned()),
            },
            (2, _) => self.string(&head).map(Item::Bytes),
            (3, _) => self.text(&head).map(|text| Item::Plain(text.into())),
            (4, length) => self.list(length, depth).map(Item::List),
            (5, length) => self.map(length, depth).map(Item::Map),
            (6, Some(1)) => self.time(depth).map(Item::Time),
            (6, Some(tag)) => Err(format!("tag {tag} is not known")),
            _ => Err("a length has no such form".to_owned()),
        }
    }

    fn simple(&mut self, first: u8) -> Result<Value, Malformed> {
        let number = match first {
            0xf4 => return Ok(false.into()),
            0xf5 => return Ok(true.into()),
            0xf6 => return Ok(Value::Null),
            0xfa => f64::from(f32::from_bits(self.unsigned(4)? as u32)),
            0xfb => f64::from_bits(self.unsigned(8)?),
            BREAK => return Err("an end stands where nothing began".to_owned()),
            other => return Err(format!("the simple value {other:#x} is not known")),
        };
        Number::from_f64(number).map(Value::Number).ok_or_else(|| "a number without a value".to_owned())
    }

    /// The bytes of a string, of one length or in chunks of the same type.
    fn string(&mut self, head: &Head) -> Result<Vec<u8>, Malformed> {
        if let Some(length) = head.argument {
            return Ok(self.take(length)?.to_vec());
        }
        let mut all = Vec::new();
        while !self.ended() {
            match self.head()? {
                Head { major, argument: Some(length) } if major == head.major => {
                    all.extend_from_slice(self.take(length)?);
                }
                _ => return Err("a chunk is no chunk of its string".to_owned()),
            }
        }
        Ok(all)
    }

    fn text(&mut self, head: &Head) -> Result<String, Malformed> {
        String::from_utf8(self.string(head)?).map_err(|_| "a text is not UTF-8".to_owned())
    }

    /// Whether another of so many follows, or another before the end.
    fn more(&mut self, length: &mut Option<u64>) -> bool {
        match length {
            None => !self.ended(),
            Some(left) => match left.checked_sub(1) {
                Some(fewer) => {
                    *left = fewer;
                    true
                }
                None => false,
            },
        }
    }

    fn list(&mut self, mut length: Option<u64>, depth: usize) -> Result<Vec<Item>, Malformed> {
        let mut items = Vec::new();
        while self.more(&mut length) {
            items.push(self.item(depth)?);
        }
        Ok(items)
    }

    fn map(&mut self, mut length: Option<u64>, depth: usize) -> Result<BTreeMap<String, Item>, Malformed> {
        let mut entries = BTreeMap::new();
        while self.more(&mut length) {
            let name = match self.head()? {
                head if head.major == 3 => self.text(&head)?,
                _ => return Err("a name is no text".to_owned()),
            };
            if entries.contains_key(&name) {
                return Err(format!("duplicate member `{name}`"));
            }
            entries.insert(name, self.item(depth)?);
        }
        Ok(entries)
    }

    /// Parts of a millisecond are rounded.
    fn time(&mut self, depth: usize) -> Result<i64, Malformed> {
        let Item::Plain(Value::Number(number)) = self.item(depth)? else {
            return Err("a time is no number".to_owned());
        };
        let rounded = || number.as_f64().map(f64::round).filter(|ms| ms.abs() < 9e15).map(|ms| ms as i64);
        number.as_i64().or_else(rounded).ok_or_else(|| "a time is out of range".to_owned())
    }
}
