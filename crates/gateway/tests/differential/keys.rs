//! Keys and the ways to spell them.

use stackproof_fuzz::Random;

use super::sent::{one, rarely};

/// Keys that a careless reader takes for others.
const ODD: [&str; 40] = [
    "acme/../../secret/a",
    "acme/../globex/a",
    "acme/..",
    "acme/../acme/a",
    "../acme/a",
    "..",
    ".",
    "./acme/a",
    "acme/./../globex/a",
    "acme//../globex/a",
    "//globex/a",
    "/",
    "//",
    "acme/a/",
    "acme/a//",
    "acme/%2e%2e/globex/a",
    "acme/..%2fglobex/a",
    "acme%2F..%2Fglobex/a",
    "acme\\..\\globex\\a",
    "acme/..\\globex/a",
    "acme/a\u{0}",
    "globex/a\u{0}acme/",
    "acme/\r\nx-evil: 1",
    "acme/a\u{7f}",
    "acme/\u{202e}a",
    "acme/\u{feff}a",
    "acme/\u{ff0e}\u{ff0e}/globex/a",
    "acme/a?versionId=null",
    "acme/a?tagging",
    "globex/a?acme/",
    "globex/a#acme/",
    "acme/a;globex/a",
    "acme/a:b",
    "acme/a*",
    "acme/${aws:username}",
    "acme/+",
    "acme/ ",
    "acme/a&delete",
    "acme/a\t",
    "acme/\u{1f4be}",
];

/// What is put into a path as it is.
const SPLINTERS: [&[u8]; 40] = [
    b"/../",
    b"/./",
    b"//",
    b"/..",
    b"..",
    b"%2e%2e/",
    b"..%2f",
    b"%2E%2E%2F",
    b"%2F",
    b"%2f",
    b"/",
    b"%00",
    b"%0a",
    b"%0d%0a",
    b"%c0%af",
    b"%c0%ae%c0%ae/",
    b"%e0%80%af",
    b"%ff",
    b"%ed%a0%80",
    b"\xff",
    b"\xc3\xa9",
    b"%C3%A9",
    b"e%CC%81",
    b"%25",
    b"%252F",
    b"%252e%252e/",
    b"\\",
    b"%5c",
    b";x=1",
    b"?acl",
    b"?versionId=null&",
    b"%3Facl",
    b"%3fversionId=null",
    b"#x",
    b"%23",
    b"+",
    b"%20",
    b"%2B",
    b"%",
    b"%u002f",
];

/// A key that is odd, and now and then longer than keys may be.
pub fn odd(random: &mut Random) -> String {
    match random.below(24) {
        0 => format!("acme/{}", "a".repeat(1019)),
        1 => format!("acme/{}", "é".repeat(510)),
        2 => format!("acme/{}", "a".repeat(1020)),
        3 => format!("acme/{}a", "../".repeat(random.below(4))),
        4 => format!("acme/{}", random.number()),
        _ => one(random, &ODD).to_owned(),
    }
}

/// The key in one of its spellings.
pub fn spelled(random: &mut Random, key: &str) -> Vec<u8> {
    let manner = random.below(8);
    let mut out = Vec::new();
    for byte in key.bytes() {
        let unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let allowed = b"+;=&@:,$!'()*".contains(&byte);
        let plain = match (manner, byte) {
            // As clients do.
            (0..4, b'/') => true,
            (0..4, _) => unreserved,
            // Some of it encoded without need.
            (4 | 5, b'/') => !rarely(random, 4),
            (4 | 5, _) => (unreserved || allowed) && !rarely(random, 6),
            // What may stand as it is does.
            (6, _) => unreserved || allowed || byte == b'/',
            // All of it as it is.
            _ => byte > b' ' && byte != 0x7f,
        };
        match plain {
            true => out.push(byte),
            false if rarely(random, 2) => out.extend(format!("%{byte:02x}").into_bytes()),
            false => out.extend(format!("%{byte:02X}").into_bytes()),
        }
    }
    out
}

/// A path with something in it that does not belong there.
pub fn splintered(random: &mut Random, path: &mut Vec<u8>) {
    let splinter = one(random, &SPLINTERS);
    let slashes: Vec<_> =
        path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at).collect();
    let at = match random.pick(&slashes) {
        Some(at) if rarely(random, 2) => *at,
        _ => random.below(path.len() + 1),
    };
    path.splice(at..at, splinter.iter().copied());
}

/// A name of an object in a header: `bucket/key`, maybe with a version.
pub fn source(random: &mut Random, bucket: &str, key: &str, version: Option<&str>) -> Vec<u8> {
    let mut source = match random.below(8) {
        0 => Vec::new(),
        1 => b"//".to_vec(),
        2 => b"arn:aws:s3:::".to_vec(),
        3 => b"%2F".to_vec(),
        4 => b"./".to_vec(),
        _ => b"/".to_vec(),
    };
    source.extend(bucket.as_bytes());
    source.extend(if rarely(random, 6) { &b"%2F"[..] } else { b"/" });
    source.extend(spelled(random, key));
    if rarely(random, 12) {
        splintered(random, &mut source);
    }
    let name = match random.below(12) {
        0 => "?versionid=",
        1 => "%3FversionId=",
        2 => "&versionId=",
        3 => "?x=1&versionId=",
        4 => "?versionId%3D",
        _ => "?versionId=",
    };
    if let Some(version) = version {
        source.extend(format!("{name}{version}").into_bytes());
    }
    if rarely(random, 20) {
        source.extend(b"?versionId=null");
    }
    source
}
