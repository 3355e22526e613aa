use http::HeaderValue;
use proptest::prelude::*;
use stackproof_aws::wire;

use super::*;
use crate::authenticate::payload::filtered;

type Read = Result<(Vec<(String, String)>, String, Vec<u8>), ApiError>;

/// The fields, the file's name and its content, of a body that comes in pieces of that size.
fn parse(body: &[u8], piece: usize) -> Read {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
        let pieces: Vec<_> = body.chunks(piece).map(Bytes::copy_from_slice).collect();
        let (fields, file) = read(filtered(wire::empty(), Pieces(pieces)), b"XX").await?;
        let content = filtered(file.body, file.content).collect().await?.to_bytes();
        Ok((fields, file.name, content.to_vec()))
    })
}

/// Gives out what it holds, before a body that is empty.
struct Pieces(Vec<Bytes>);

impl Filter for Pieces {
    fn feed(&mut self, _: Bytes) {}

    fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        Ok((!self.0.is_empty()).then(|| self.0.remove(0)))
    }

    fn finish(&mut self) -> Result<(), ApiError> {
        Ok(())
    }
}

fn part(disposition: &str, content: &str) -> String {
    format!("--XX\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n")
}

#[test]
fn forms_are_read_in_pieces_of_any_size() {
    let body = [
        part("name=\"key\"", "a/${filename}"),
        part("name=acl", ""),
        "--XX\r\nContent-Type: audio/wav\r\ncontent-disposition: form-data; name=\"file\"; filename=\"C:\\calls\\a \\\"b\\\".wav\"\r\n\r\n\r\n--X\r\n--XY\r\n".to_owned(),
        part("name=\"submit\"", "ignored"),
        "--XX--\r\n".to_owned(),
    ]
    .concat();
    for piece in [1, 2, 3, 7, 64, 4096] {
        let (fields, name, content) = parse(body.as_bytes(), piece).unwrap();
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(fields, [("key", "a/${filename}"), ("acl", "")]);
        assert_eq!(name, "a \"b\".wav");
        assert_eq!(content, b"\r\n--X\r\n--XY");
    }
}

#[test]
fn what_is_no_form_is_refused() {
    let file = part("name=\"file\"; filename=\"a\"", "x");
    let long = part("name=\"key\"", &"k".repeat(MAX_BEFORE_FILE));
    for (body, code) in [
        (String::new(), "MalformedPOSTRequest"),
        ("hello".to_owned(), "MalformedPOSTRequest"),
        (file.clone(), "MalformedPOSTRequest"),
        (format!("preamble\r\n{file}--XX--"), "MalformedPOSTRequest"),
        ("--XXfile".to_owned(), "MalformedPOSTRequest"),
        ("--XX--\r\n".to_owned(), "IncorrectNumberOfFilesInPostRequest"),
        (part("name=\"key\"", "k") + "--XX--", "IncorrectNumberOfFilesInPostRequest"),
        (long.clone() + &file + "--XX--", "MaxPostPreDataLengthExceededError"),
        (long, "MaxPostPreDataLengthExceededError"),
        (part("filename=\"a\"", "x"), "MalformedPOSTRequest"),
        (part("name=\"a\"; name=\"file\"", "x"), "MalformedPOSTRequest"),
        (part("name=\"file", "x"), "MalformedPOSTRequest"),
        (
            "--XX\r\nContent-Disposition: attachment; name=\"file\"\r\n\r\nx\r\n--XX--".to_owned(),
            "MalformedPOSTRequest",
        ),
        ("--XX\r\n\r\nx\r\n--XX--".to_owned(), "MalformedPOSTRequest"),
    ] {
        let ended = parse(body.as_bytes(), 100).map(|(_, name, _)| name);
        assert_eq!(ended.unwrap_err().code, code, "{body}");
    }
}

#[test]
fn boundaries() {
    let of = |text: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_str(text).unwrap());
        boundary(&headers)
    };
    for text in ["multipart/form-data; boundary=XX", "Multipart/Form-Data;charset=x; boundary=\"XX\""] {
        assert_eq!(of(text).unwrap().unwrap(), b"XX");
    }
    assert_eq!(of("multipart/mixed; boundary=XX").unwrap(), None);
    for text in [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=a; boundary=b",
    ] {
        assert_eq!(of(text).unwrap_err().code, "MalformedPOSTRequest", "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_content_comes_back(content in "[-X\r\na]{0,40}", piece in 1..20_usize) {
        prop_assume!(!format!("\r\n{content}").contains("\r\n--XX"));
        let body = part("name=\"file\"", &content) + "--XX--\r\n";
        prop_assert_eq!(parse(body.as_bytes(), piece).unwrap().2, content.as_bytes());
    }

    #[test]
    fn nothing_makes_it_panic(body in prop::collection::vec(any::<u8>(), 0..200), piece in 1..20_usize) {
        let _ = parse(&body, piece);
        let _ = parse(&[b"--XX\r\nContent-Disposition: form-data; ", body.as_slice()].concat(), piece);
    }
}
