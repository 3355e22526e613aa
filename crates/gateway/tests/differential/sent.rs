//! A request as it goes over the wire.

use std::fmt;

use stackproof_fuzz::Random;

/// Who sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// May do everything.
    Operator,
    /// May do what is done with objects below one prefix.
    Tenant,
    /// Signs nothing.
    Nobody,
    /// Signs with another secret than it should.
    Forger,
}

/// Where the signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    InHeader,
    InQuery,
    /// In the form's own fields, or nowhere.
    Elsewhere,
}

/// How the payload is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    Hashed,
    Unsigned,
    /// In chunks, each signed.
    Chunks,
    /// In chunks with a trailer, unsigned.
    Trailer,
}

/// One request.
#[derive(Clone)]
pub struct Sent {
    pub who: Who,
    pub signed: Signed,
    pub payload: Payload,
    pub method: String,
    pub path: Vec<u8>,
    /// Members of the query, encoded already.
    pub query: Vec<Vec<u8>>,
    /// What stands before the path, in the absolute form.
    pub authority: Vec<u8>,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl Sent {
    pub fn new(method: &str, path: Vec<u8>) -> Self {
        Self {
            who: Who::Operator,
            signed: Signed::InHeader,
            payload: Payload::Hashed,
            method: method.to_owned(),
            path,
            query: Vec::new(),
            authority: Vec::new(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub fn header(&mut self, name: &str, value: impl AsRef<[u8]>) {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
    }

    pub fn query(&mut self, member: impl AsRef<[u8]>) {
        self.query.push(member.as_ref().to_vec());
    }

    /// The values of that header, joined.
    pub fn value(&self, name: &str) -> Option<String> {
        let of = self.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        let values: Vec<_> = of.map(|(_, value)| String::from_utf8_lossy(value).trim().to_owned()).collect();
        (!values.is_empty()).then(|| values.join(","))
    }

    /// The value of that member of the query, decoded.
    pub fn member(&self, name: &str) -> Option<String> {
        self.query.iter().find_map(|member| {
            let text = String::from_utf8_lossy(member);
            let (own, value) = text.split_once('=').unwrap_or((&text, ""));
            (own == name)
                .then(|| percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
        })
    }

    /// As bytes, without a word on the body's length where a header has one already.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{} ", self.method).into_bytes();
        bytes.extend(&self.authority);
        bytes.extend(&self.path);
        if !self.query.is_empty() {
            bytes.push(b'?');
            bytes.extend(self.query.join(&b'&'));
        }
        bytes.extend(b" HTTP/1.1\r\n");
        for (name, value) in &self.headers {
            bytes.extend(name.as_bytes());
            bytes.extend(b": ");
            bytes.extend(value);
            bytes.extend(b"\r\n");
        }
        if self.value("content-length").is_none() && self.value("transfer-encoding").is_none() {
            bytes.extend(format!("content-length: {}\r\n", self.body.len()).into_bytes());
        }
        bytes.extend(b"connection: close\r\n\r\n");
        match self.value("transfer-encoding") {
            None => bytes.extend(&self.body),
            Some(_) => {
                let (first, second) = self.body.split_at(self.body.len() / 3);
                for chunk in [first, second].into_iter().filter(|chunk| !chunk.is_empty()).chain([&[][..]]) {
                    bytes.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
                    bytes.extend(chunk);
                    bytes.extend(b"\r\n");
                }
            }
        }
        bytes
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "by {:?}:\n{}", self.who, self.bytes().escape_ascii().to_string().replace("\\r\\n", "\n"))
    }
}

/// One of these, which there have to be.
pub fn one<T: Clone>(random: &mut Random, items: &[T]) -> T {
    random.pick(items).unwrap().clone()
}

/// Whether a chance of one in so many came about.
pub fn rarely(random: &mut Random, chance: usize) -> bool {
    random.below(chance) == 0
}
