//! Multipart uploads.

use serde_json::{Value, json};

use crate::cloud::{Cloud, Reply};

const MIB: usize = 1024 * 1024;

fn m(more: Value) -> Value {
    let mut members = json!({ "Bucket": "logs", "Key": "m" });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

fn start(cloud: &Cloud, more: Value) -> String {
    cloud.ok("CreateMultipartUpload", m(more)).text("UploadId").to_owned()
}

fn part(cloud: &Cloud, id: &str, number: i64, body: Vec<u8>) -> Reply {
    cloud.ok_with("UploadPart", m(json!({ "UploadId": id, "PartNumber": number })), body)
}

/// Completes with the given parts: number and ETag.
fn parts(id: &str, parts: &[(i64, &str)]) -> Value {
    let parts: Vec<_> =
        parts.iter().map(|(number, etag)| json!({ "PartNumber": number, "ETag": etag })).collect();
    m(json!({ "UploadId": id, "MultipartUpload": { "Parts": parts } }))
}

#[test]
fn parts_become_one_object() {
    let cloud = Cloud::with_bucket();
    let id =
        start(&cloud, json!({ "ContentType": "text/plain", "Metadata": { "a": "1" }, "Tagging": "t=1" }));
    assert_eq!(cloud.refused("GetObject", m(json!({}))).1, "NoSuchKey");
    part(&cloud, &id, 2, b"replaced".to_vec());
    let second = part(&cloud, &id, 2, b"end".to_vec());
    let first = part(&cloud, &id, 1, vec![b'x'; 5 * MIB]);
    let wanted = parts(&id, &[(1, first.text("ETag")), (2, second.text("ETag"))]);
    let done = cloud.ok("CompleteMultipartUpload", wanted.clone());
    assert_eq!(done.text("Location"), "https://logs.s3.eu-west-2.amazonaws.com/m");
    assert_eq!(done.text("ETag").len(), 36);
    assert!(done.text("ETag").ends_with("-2\""));
    assert_eq!(done.text("ChecksumType"), "FULL_OBJECT");

    let object = cloud.get("m");
    assert_eq!(object.bytes().len(), 5 * MIB + 3);
    assert!(object.bytes().ends_with(b"xend"));
    assert_eq!((object.text("ContentType"), object.text("ETag")), ("text/plain", done.text("ETag")));
    assert_eq!((&object.members["Metadata"]["a"], &object.members["TagCount"]), (&json!("1"), &json!(1)));

    assert_eq!(cloud.ok("CompleteMultipartUpload", wanted).members, done.members);
    assert_eq!(cloud.refused("CompleteMultipartUpload", parts(&id, &[(1, "other")])).1, "NoSuchUpload");
    assert_eq!(cloud.refused("ListParts", m(json!({ "UploadId": id }))), (404, "NoSuchUpload".into()));

    let last = cloud.ok("GetObject", m(json!({ "PartNumber": 2 })));
    assert_eq!((last.status, last.bytes()), (Some(206), b"end".as_slice()));
    assert_eq!(last.members["PartsCount"], 2);
    assert_eq!(last.text("ContentRange"), format!("bytes {}-{}/{}", 5 * MIB, 5 * MIB + 2, 5 * MIB + 3));
    assert_eq!(cloud.refused("HeadObject", m(json!({ "PartNumber": 3 }))), (416, "InvalidPartNumber".into()));
}

#[test]
fn the_etag_is_made_of_the_parts() {
    let cloud = Cloud::with_bucket();
    let id = start(&cloud, json!({}));
    let only = part(&cloud, &id, 1, b"hello".to_vec());
    assert_eq!(only.text("ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
    let done = cloud.ok("CompleteMultipartUpload", parts(&id, &[(1, only.text("ETag"))]));
    assert_eq!(done.text("ETag"), "\"62109206880d38a4010a98e11243924a-1\"");
}

#[test]
fn completing_is_refused_for_what_is_wrong() {
    let cloud = Cloud::with_bucket();
    let id = start(&cloud, json!({}));
    let (one, two) = (part(&cloud, &id, 1, b"small".to_vec()), part(&cloud, &id, 2, b"last".to_vec()));
    let (one, two) = (one.text("ETag"), two.text("ETag"));
    for (wanted, code) in [
        (parts(&id, &[(1, one), (2, two)]), "EntityTooSmall"),
        (parts(&id, &[(2, two), (1, one)]), "InvalidPartOrder"),
        (parts(&id, &[(1, one), (1, one)]), "InvalidPartOrder"),
        (parts(&id, &[(1, two)]), "InvalidPart"),
        (parts(&id, &[(3, one)]), "InvalidPart"),
        (parts(&id, &[(-1, one)]), "InvalidPart"),
        (parts(&id, &[]), "MalformedXML"),
        (parts("nonsense", &[(1, one)]), "NoSuchUpload"),
    ] {
        assert_eq!(cloud.refused("CompleteMultipartUpload", wanted.clone()).1, code, "{wanted}");
    }
    let with = |more: Value| {
        let mut members = parts(&id, &[(1, one)]);
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    assert_eq!(
        cloud.refused("CompleteMultipartUpload", with(json!({ "MpuObjectSize": 6 }))).1,
        "InvalidRequest"
    );
    assert_eq!(cloud.refused("CompleteMultipartUpload", with(json!({ "IfMatch": "\"x\"" }))).1, "NoSuchKey");
    assert_eq!(
        cloud.refused("CompleteMultipartUpload", with(json!({ "ChecksumCRC64NVME": "AAAAAAAAAAA=" }))).1,
        "BadDigest"
    );
    cloud.ok("CompleteMultipartUpload", with(json!({ "IfNoneMatch": "*", "MpuObjectSize": 5 })));
    let id = start(&cloud, json!({}));
    let again = part(&cloud, &id, 1, b"x".to_vec());
    let mut members = parts(&id, &[(1, again.text("ETag"))]);
    members["IfNoneMatch"] = json!("*");
    assert_eq!(cloud.refused("CompleteMultipartUpload", members), (412, "PreconditionFailed".into()));
}

#[test]
fn uploads_belong_to_their_key() {
    let cloud = Cloud::with_bucket();
    let id = start(&cloud, json!({}));
    let elsewhere = json!({ "Bucket": "logs", "Key": "other", "UploadId": id, "PartNumber": 1 });
    assert_eq!(cloud.refused("UploadPart", elsewhere).1, "NoSuchUpload");
    for number in [0, -1, 10_001] {
        let wrong = m(json!({ "UploadId": id, "PartNumber": number }));
        assert_eq!(cloud.refused("UploadPart", wrong).1, "InvalidArgument", "{number}");
    }
    cloud.ok("AbortMultipartUpload", m(json!({ "UploadId": id })));
    assert_eq!(
        cloud.refused("AbortMultipartUpload", m(json!({ "UploadId": id }))),
        (404, "NoSuchUpload".into())
    );
}

#[test]
fn parts_are_listed_in_pages() {
    let cloud = Cloud::with_bucket();
    let id = start(&cloud, json!({ "ChecksumAlgorithm": "SHA1" }));
    for number in [3_usize, 1, 2] {
        let members = m(json!({ "UploadId": id, "PartNumber": number, "ChecksumAlgorithm": "SHA1" }));
        cloud.ok_with("UploadPart", members, vec![b'x'; number]);
    }
    let page = cloud.ok("ListParts", m(json!({ "UploadId": id, "MaxParts": 2 }))).members;
    let numbers: Vec<_> =
        page["Parts"].as_array().unwrap().iter().map(|part| part["PartNumber"].clone()).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!((&page["IsTruncated"], &page["NextPartNumberMarker"]), (&json!(true), &json!(2)));
    assert!(page["Parts"][0]["ChecksumSHA1"].is_string());
    let rest = cloud.ok("ListParts", m(json!({ "UploadId": id, "PartNumberMarker": 2 }))).members;
    assert_eq!((&rest["Parts"][0]["Size"], &rest["IsTruncated"]), (&json!(3), &json!(false)));
    assert_eq!((&rest["ChecksumAlgorithm"], &rest["ChecksumType"]), (&json!("SHA1"), &json!("COMPOSITE")));
}

#[test]
fn composite_checksums_are_made_of_the_parts() {
    let cloud = Cloud::with_bucket();
    let id = start(&cloud, json!({ "ChecksumAlgorithm": "SHA256" }));
    let sum = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    let upload = |more: Value| {
        let mut members = m(json!({ "UploadId": id, "PartNumber": 1 }));
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        cloud.call("UploadPart", members, "hello")
    };
    assert_eq!(upload(json!({})).unwrap_err().code, "InvalidRequest", "a part without its checksum");
    let first = upload(json!({ "ChecksumSHA256": sum })).unwrap();
    let etag = first.text("ETag");
    assert_eq!(cloud.refused("CompleteMultipartUpload", parts(&id, &[(1, etag)])).1, "InvalidRequest");
    let complete = |sum: &str| {
        let part = json!({ "PartNumber": 1, "ETag": etag, "ChecksumSHA256": sum });
        m(json!({ "UploadId": id, "MultipartUpload": { "Parts": [part] } }))
    };
    assert_eq!(cloud.refused("CompleteMultipartUpload", complete("AAAA")).1, "InvalidPart");
    let done = cloud.ok("CompleteMultipartUpload", complete(sum));
    assert_eq!(done.text("ChecksumType"), "COMPOSITE");
    assert_eq!(done.text("ChecksumSHA256"), "lZXJ35AHUUjrBoYDZd8zWEt1v/eCpRDGzUiDpBmDPVA=-1");
    let wanted = json!({ "ObjectAttributes": ["ObjectParts", "Checksum"] });
    let attributes = cloud.ok("GetObjectAttributes", m(wanted)).members;
    assert_eq!(
        attributes["ObjectParts"]["Parts"],
        json!([{ "PartNumber": 1, "Size": 5, "ChecksumSHA256": sum }])
    );
    let read = cloud.ok("GetObject", m(json!({ "PartNumber": 1, "ChecksumMode": "ENABLED" })));
    assert_eq!(read.text("ChecksumSHA256"), sum);
}

#[test]
fn algorithms_and_types_must_fit() {
    let cloud = Cloud::with_bucket();
    for (algorithm, kind) in
        [("SHA1", "FULL_OBJECT"), ("SHA256", "FULL_OBJECT"), ("CRC64NVME", "COMPOSITE"), ("CRC32", "HALF")]
    {
        let members = m(json!({ "ChecksumAlgorithm": algorithm, "ChecksumType": kind }));
        assert_eq!(cloud.refused("CreateMultipartUpload", members).1, "InvalidRequest", "{algorithm} {kind}");
    }
    let id = start(&cloud, json!({ "ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT" }));
    let other = m(json!({ "UploadId": id, "PartNumber": 1, "ChecksumAlgorithm": "SHA1" }));
    assert_eq!(cloud.refused("UploadPart", other).1, "InvalidRequest");
    let body = b"hello".to_vec();
    let sent = m(json!({ "UploadId": id, "PartNumber": 1, "ChecksumCRC32": "NhCmhg==" }));
    let uploaded = cloud.ok_with("UploadPart", sent, body);
    let with_type = |kind: &str| {
        let mut members = parts(&id, &[(1, uploaded.text("ETag"))]);
        members["ChecksumType"] = json!(kind);
        members
    };
    assert_eq!(cloud.refused("CompleteMultipartUpload", with_type("COMPOSITE")).1, "InvalidRequest");
    let done = cloud.ok("CompleteMultipartUpload", with_type("FULL_OBJECT"));
    assert_eq!((done.text("ChecksumCRC32"), done.text("ChecksumType")), ("NhCmhg==", "FULL_OBJECT"));
    // Algorithms that S3 has and this upstream does not are refused by name.
    assert_eq!(cloud.refused("CreateMultipartUpload", m(json!({ "ChecksumAlgorithm": "XXHASH3" }))).0, 501);
}

#[test]
fn parts_are_named_by_checksums_that_they_came_with() {
    let cloud = Cloud::with_bucket();
    let hello = "NhCmhg==";
    let named = |id: &str, etag: &str| {
        let part = json!({ "PartNumber": 1, "ETag": etag, "ChecksumCRC32": hello });
        m(json!({ "UploadId": id, "MultipartUpload": { "Parts": [part] } }))
    };
    // Begun without an algorithm, whatever its parts came with.
    let id = start(&cloud, json!({}));
    let sent = m(json!({ "UploadId": id, "PartNumber": 1, "ChecksumCRC32": hello }));
    let etag = cloud.ok_with("UploadPart", sent, "hello").text("ETag").to_owned();
    let listed = cloud.ok("ListParts", m(json!({ "UploadId": id })));
    assert!(listed.members["Parts"][0].get("ChecksumCRC32").is_none());
    let error = cloud.err("CompleteMultipartUpload", named(&id, &etag));
    assert_eq!(error.code, "InvalidPart");
    assert!(error.details.contains(&("UploadId", id.clone())), "{:?}", error.details);
    let mut typed = parts(&id, &[(1, &etag)]);
    typed["ChecksumType"] = json!("FULL_OBJECT");
    let error = cloud.err("CompleteMultipartUpload", typed);
    assert!(error.message.contains("created using the null checksum mode"), "{}", error.message);
    // Begun with one.
    let id = start(&cloud, json!({ "ChecksumAlgorithm": "CRC32" }));
    let again = m(json!({ "UploadId": id, "PartNumber": 1, "ChecksumCRC32": hello }));
    let etag = cloud.ok_with("UploadPart", again, "hello").text("ETag").to_owned();
    cloud.ok("CompleteMultipartUpload", named(&id, &etag));
    // The checksums of parts are told where the object's is made of them.
    let part = cloud.ok("GetObject", m(json!({ "PartNumber": 1, "ChecksumMode": "enabled" })));
    assert_eq!((part.text("ChecksumCRC32"), part.text("ChecksumType")), (hello, "COMPOSITE"));
    let whole = cloud.ok("HeadObject", m(json!({ "ChecksumMode": "ENABLED" })));
    let (value, count) = whole.text("ChecksumCRC32").split_once('-').unwrap();
    let attributes = cloud.ok("GetObjectAttributes", m(json!({ "ObjectAttributes": ["Checksum"] })));
    assert_eq!(
        (attributes.members["Checksum"]["ChecksumCRC32"].as_str(), count),
        (Some(value), "1"),
        "the number of parts stands elsewhere"
    );
}

#[test]
fn conditions_hold_from_the_beginning_of_the_upload() {
    let cloud = Cloud::with_bucket();
    let upload = || {
        let id = start(&cloud, json!({}));
        let etag = part(&cloud, &id, 1, b"part".to_vec()).text("ETag").to_owned();
        move |condition: &str, value: &str| {
            let mut members = parts(&id, &[(1, &etag)]);
            members[condition] = json!(value);
            members
        }
    };
    let conflict = (409, "ConditionalRequestConflict".to_owned());
    // Deleted meanwhile, also where it was not there when the upload began.
    cloud.put("m", "first");
    let before = upload();
    assert_eq!(cloud.refused("CompleteMultipartUpload", before("IfNoneMatch", "*")).0, 412);
    cloud.ok("DeleteObject", m(json!({})));
    assert_eq!(cloud.refused("CompleteMultipartUpload", before("IfNoneMatch", "*")), conflict);
    let between = upload();
    cloud.put("m", "second");
    cloud.ok("DeleteObject", m(json!({})));
    assert_eq!(cloud.refused("CompleteMultipartUpload", between("IfNoneMatch", "*")), conflict);
    let undisturbed = upload();
    cloud.put("other", "x");
    cloud.ok("DeleteObject", json!({ "Bucket": "logs", "Key": "other" }));
    cloud.ok("CompleteMultipartUpload", undisturbed("IfNoneMatch", "*"));
    // Written meanwhile, be it as it was.
    let tag = cloud.put("m", "same").text("ETag").to_owned();
    let later = upload();
    assert_eq!(cloud.refused("CompleteMultipartUpload", later("IfMatch", "\"x\"")).0, 412);
    cloud.put("m", "same");
    assert_eq!(cloud.refused("CompleteMultipartUpload", later("IfMatch", &tag)), conflict);
    cloud.ok("DeleteObject", m(json!({})));
    assert_eq!(cloud.refused("CompleteMultipartUpload", later("IfMatch", &tag)), (404, "NoSuchKey".into()));
    cloud.put("m", "same");
    let in_time = upload();
    cloud.ok("CompleteMultipartUpload", in_time("IfMatch", &tag));
    // In a versioned bucket a marker deletes.
    cloud.versioned("Enabled");
    let covered = upload();
    cloud.ok("DeleteObject", m(json!({})));
    assert_eq!(cloud.refused("CompleteMultipartUpload", covered("IfNoneMatch", "*")), conflict);
}

#[test]
fn parts_are_copied() {
    let cloud = Cloud::with_bucket();
    cloud.put("source", "0123456789");
    let id = start(&cloud, json!({}));
    let copy = |more: Value| {
        let mut members = m(json!({ "UploadId": id, "PartNumber": 1, "CopySource": "logs/source" }));
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    assert_eq!(
        cloud.refused("UploadPartCopy", copy(json!({ "CopySourceRange": "bytes=5-10" }))).1,
        "InvalidArgument"
    );
    let failed = cloud.err("UploadPartCopy", copy(json!({ "CopySourceIfMatch": "\"x\"" })));
    assert_eq!(failed.details, [("Condition", "x-amz-copy-source-If-Match".to_owned())]);
    assert_eq!(failed.status, 412);
    let copied = cloud.ok("UploadPartCopy", copy(json!({ "CopySourceRange": "bytes=2-4" })));
    let etag = copied.members["CopyPartResult"]["ETag"].as_str().unwrap();
    let empty = cloud.ok("ListParts", m(json!({ "UploadId": id, "PartNumberMarker": 1 })));
    assert_eq!((&empty.members["NextPartNumberMarker"], empty.members.get("Parts")), (&json!(0), None));
    assert!(copied.members["CopyPartResult"].get("ChecksumCRC64NVME").is_none(), "it was not asked for");
    cloud.ok("CompleteMultipartUpload", parts(&id, &[(1, etag)]));
    assert_eq!(cloud.get("m").bytes(), b"234");
}
