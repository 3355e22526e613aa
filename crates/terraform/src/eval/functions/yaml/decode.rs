//! Reads YAML: the parser gives events, what plain scalars mean is said here.

use std::collections::{BTreeMap, HashMap};

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput, Tag};

use crate::value::{Kind, Number, Type, Value, convert};

type Result<T> = std::result::Result<T, String>;

/// Levels of nesting.
const MAX_DEPTH: usize = 128;
/// Values in all, with what aliases repeat.
const MAX_VALUES: usize = 100_000;

/// The value of the only document.
pub(super) fn document(text: &str) -> Result<Value> {
    let mut reader = Reader {
        events: Parser::new_from_str(text),
        anchors: HashMap::new(),
        values: 0,
        // A block of text that no line break ends has none.
        cut: (!text.ends_with('\n')).then(|| text.chars().count()),
    };
    loop {
        match reader.next()? {
            Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
            Event::StreamEnd => return Err("there is no document".to_owned()),
            event => {
                let value = reader.node(event, 0)?;
                return match (reader.next()?, reader.next()?) {
                    (Event::DocumentEnd, Event::StreamEnd) => Ok(value),
                    _ => Err("only one document is expected".to_owned()),
                };
            }
        }
    }
}

struct Reader<'t> {
    events: Parser<'t, StrInput<'t>>,
    /// Finished values by the number of their anchor, with how many values each holds.
    anchors: HashMap<usize, (Value, usize)>,
    values: usize,
    /// The characters of a document that ends within a line.
    cut: Option<usize>,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<Event<'t>> {
        match self.events.next() {
            Some(event) => event
                .map(|(event, span)| self.ended(event, span.end.index()))
                .map_err(|error| error.to_string()),
            None => Ok(Event::StreamEnd),
        }
    }

    /// The event, without the line break at the end of a block of text that the parser makes up.
    fn ended(&self, event: Event<'t>, end: usize) -> Event<'t> {
        match event {
            Event::Scalar(text, style @ (ScalarStyle::Literal | ScalarStyle::Folded), anchor, tag)
                if self.cut.is_some_and(|cut| end >= cut) =>
            {
                let kept = text.strip_suffix('\n').unwrap_or(&text).to_owned();
                Event::Scalar(kept.into(), style, anchor, tag)
            }
            other => other,
        }
    }

    fn count(&mut self, values: usize) -> Result<()> {
        self.values = self.values.saturating_add(values);
        if self.values > MAX_VALUES { Err(format!("more than {MAX_VALUES} values")) } else { Ok(()) }
    }

    fn node(&mut self, event: Event<'t>, depth: usize) -> Result<Value> {
        if depth > MAX_DEPTH {
            return Err(format!("more than {MAX_DEPTH} levels"));
        }
        let before = self.values;
        self.count(1)?;
        let (anchor, value) = match event {
            Event::Scalar(text, style, anchor, tag) => (anchor, scalar(&text, style, tag.as_deref())?),
            Event::Alias(anchor) => {
                let known = self.anchors.get(&anchor).cloned();
                let (value, values) = known.ok_or("an alias stands within what it stands for")?;
                self.count(values)?;
                return Ok(value);
            }
            Event::SequenceStart(anchor, tag) => {
                expect(tag.as_deref(), "seq")?;
                (anchor, self.sequence(depth)?)
            }
            Event::MappingStart(anchor, tag) => {
                expect(tag.as_deref(), "map")?;
                (anchor, self.mapping(depth)?)
            }
            _ => return Err("a value is expected".to_owned()),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, (value.clone(), self.values - before));
        }
        Ok(value)
    }

    fn sequence(&mut self, depth: usize) -> Result<Value> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(Value::tuple(items)),
                event => items.push(self.node(event, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Value> {
        let mut entries = BTreeMap::new();
        loop {
            let event = match self.next()? {
                Event::MappingEnd => return Ok(Value::new(Kind::Object(entries))),
                event => event,
            };
            let merges =
                matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text.as_ref() == "<<");
            let key = self.node(event, depth + 1)?;
            let event = self.next()?;
            let value = self.node(event, depth + 1)?;
            if merges {
                let merged = value.as_entries().ok_or("a mapping is expected after `<<`")?;
                entries.extend(merged.clone());
                continue;
            }
            let key = convert(key, &Type::String).map_err(|_| "a key is a mapping or a sequence")?;
            let key = key.as_str().ok_or("a key is null")?;
            entries.insert(key.to_owned(), value);
        }
    }
}

/// Complains about a tag that is not the one that this kind of node has anyway.
fn expect(tag: Option<&Tag>, expected: &str) -> Result<()> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == expected) => Err(unknown(tag)),
        _ => Ok(()),
    }
}

fn unknown(tag: &Tag) -> String {
    format!("the tag `{}{}` is not known", tag.handle, tag.suffix)
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value> {
    let suffix = match tag {
        Some(tag) if tag.is_yaml_core_schema() => tag.suffix.as_str(),
        Some(tag) if tag.handle.is_empty() && tag.suffix == "!" => "str",
        Some(tag) => return Err(unknown(tag)),
        None => "",
    };
    match suffix {
        "str" | "binary" => Ok(text.into()),
        "" | "int" | "float" | "bool" | "null" | "timestamp" if style == ScalarStyle::Plain => plain(text),
        "" | "int" | "float" | "bool" | "null" | "timestamp" => Ok(text.into()),
        _ => Err(format!("the tag `!!{suffix}` is not known")),
    }
}

/// What plain text means in YAML 1.1, except numbers with underscores or to the base of 2 or 60.
fn plain(text: &str) -> Result<Value> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::null(),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => true.into(),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => false.into(),
        _ if is_infinite(text) => return Err(format!("`{text}` is no number that can be held")),
        _ => match number(text) {
            Some(number) => number.into(),
            None => midnight(text).or_else(|| timestamp(text)).unwrap_or_else(|| text.to_owned()).into(),
        },
    })
}

fn is_infinite(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

fn number(text: &str) -> Option<Number> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    let based = match (digits.strip_prefix("0x"), digits.strip_prefix("0o")) {
        (Some(digits), _) => i64::from_str_radix(digits, 16),
        (None, Some(digits)) => i64::from_str_radix(digits, 8),
        (None, None) => digits.parse(),
    };
    match based {
        Ok(whole) => {
            let number = Number::from(whole);
            Some(if sign < 0 { number.negated() } else { number })
        }
        Err(_) => {
            let number = Number::parse(digits.strip_suffix('.').unwrap_or(digits))?;
            Some(if sign < 0 { number.negated() } else { number })
        }
    }
}

/// A date stands for its midnight, a time without offset for one in UTC.
fn timestamp(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.splitn(3, '-').collect();
    let &[year, month, rest] = parts.as_slice() else { return None };
    let day_length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (day, time) = rest.split_at_checked(day_length)?;
    let date = format!("{year}-{month:0>2}-{day:0>2}");
    let is_date = year.len() == 4 && date.len() == 10 && date.parse::<jiff::civil::Date>().is_ok();
    let time = match time.split_at_checked(1)? {
        _ if !is_date => return None,
        (_, "") => return None,
        ("T" | "t", time) => time,
        (" ", time) => time.trim_start(),
        _ => return None,
    };
    let (clock, zone) = match time.find(['Z', '+', '-']) {
        Some(at) => time.split_at_checked(at)?,
        None => (time, "Z"),
    };
    let (hour, rest) = clock.split_once(':')?;
    let (minute, second) = rest.split_once(':')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = second.split_once('.').unwrap_or((second, ""));
    if !([hour, minute, whole].iter().all(|part| digits(part)) && (fraction.is_empty() || digits(fraction))) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let fraction = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
    let written = format!("{date}T{hour:0>2}:{minute:0>2}:{whole:0>2}{fraction}{zone}");
    written.parse::<jiff::Timestamp>().ok().map(|_| written)
}

/// The midnight that a date alone stands for.
fn midnight(text: &str) -> Option<String> {
    let date: jiff::civil::Date = text.get(..10)?.parse().ok()?;
    (text.len() == 10).then(|| format!("{date}T00:00:00Z"))
}
