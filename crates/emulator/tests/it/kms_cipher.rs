//! Encrypting and decrypting: what comes back, and what never does.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::cloud::Cloud;

/// A key, by its ARN.
fn key(cloud: &Cloud, members: Value) -> String {
    cloud.ok("CreateKey", members).members["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
}

fn encrypt(cloud: &Cloud, key: &str, plaintext: &[u8], context: &Value) -> String {
    let plaintext = STANDARD.encode(plaintext);
    let members = json!({ "KeyId": key, "Plaintext": plaintext, "EncryptionContext": context });
    cloud.ok("Encrypt", members).text("CiphertextBlob").to_owned()
}

fn bytes(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap()
}

#[test]
fn what_was_encrypted_comes_back() {
    let cloud = Cloud::new();
    let arn = key(&cloud, json!({}));
    let blob = encrypt(&cloud, &arn, b"hello", &json!({ "case": "42", "tenant": "a" }));
    assert!(!bytes(&blob).windows(5).any(|part| part == b"hello"));
    assert!(!String::from_utf8_lossy(&bytes(&blob)).contains(arn.rsplit('/').next().unwrap()));
    let other_order = json!({ "tenant": "a", "case": "42" });
    for members in [
        json!({ "CiphertextBlob": blob, "EncryptionContext": other_order }),
        json!({ "CiphertextBlob": blob, "EncryptionContext": other_order, "KeyId": arn }),
    ] {
        let read = cloud.ok("Decrypt", members);
        assert_eq!((read.text("Plaintext"), read.text("KeyId")), ("aGVsbG8=", arn.as_str()));
        assert_eq!(read.text("EncryptionAlgorithm"), "SYMMETRIC_DEFAULT");
    }
    assert_ne!(blob, encrypt(&cloud, &arn, b"hello", &other_order), "each ciphertext is another");
}

#[test]
fn another_context_key_or_ciphertext_opens_nothing() {
    let cloud = Cloud::new();
    let (arn, other) = (key(&cloud, json!({})), key(&cloud, json!({})));
    let blob = encrypt(&cloud, &arn, b"hello", &json!({ "case": "42" }));
    for context in
        [json!({}), json!({ "case": "43" }), json!({ "Case": "42" }), json!({ "case": "42", "a": "" })]
    {
        let members = json!({ "CiphertextBlob": blob, "EncryptionContext": context });
        assert_eq!(
            cloud.refused("Decrypt", members),
            (400, "InvalidCiphertextException".into()),
            "{context}"
        );
    }
    let decrypt = |blob: &str, key: &str| {
        let members = json!({ "CiphertextBlob": blob, "EncryptionContext": { "case": "42" }, "KeyId": key });
        cloud.refused("Decrypt", members).1
    };
    assert_eq!(decrypt(&blob, &other), "IncorrectKeyException");
    assert_eq!(decrypt("AAAA", &arn), "InvalidCiphertextException");
    let elsewhere = cloud.in_region("us-east-1");
    assert_eq!(
        elsewhere.refused("Decrypt", json!({ "CiphertextBlob": blob })).1,
        "InvalidCiphertextException"
    );
}

#[test]
fn contexts_are_told_apart_by_their_parts() {
    let cloud = Cloud::new();
    let arn = key(&cloud, json!({}));
    let blob = encrypt(&cloud, &arn, b"x", &json!({ "ab": "c" }));
    for context in [json!({ "a": "bc" }), json!({ "abc": "" }), json!({ "": "abc" })] {
        let members = json!({ "CiphertextBlob": blob, "EncryptionContext": context });
        assert_eq!(cloud.refused("Decrypt", members).1, "InvalidCiphertextException");
    }
}

#[test]
fn other_accounts_use_a_key_by_its_arn() {
    let cloud = Cloud::new();
    let arn = key(&cloud, json!({}));
    let other = cloud.other_account();
    let blob = encrypt(&other, &arn, b"hello", &json!({}));
    assert_eq!(other.ok("Decrypt", json!({ "CiphertextBlob": blob })).text("KeyId"), arn);
    let id = arn.rsplit('/').next().unwrap();
    let error = other.err("Encrypt", json!({ "KeyId": id, "Plaintext": "AA==" }));
    assert_eq!(error.message, format!("Key 'arn:aws:kms:eu-west-2:222222222222:key/{id}' does not exist"));
    let elsewhere = cloud.in_region("us-east-1").err("Encrypt", json!({ "KeyId": arn, "Plaintext": "AA==" }));
    assert_eq!(
        (elsewhere.code.as_ref(), elsewhere.message.as_str()),
        ("NotFoundException", "Invalid arn eu-west-2")
    );
}

#[test]
fn re_encryption_moves_a_ciphertext_to_another_key() {
    let cloud = Cloud::new();
    let (from, to) = (key(&cloud, json!({})), key(&cloud, json!({})));
    let blob = encrypt(&cloud, &from, b"hello", &json!({ "a": "1" }));
    let members = json!({
        "CiphertextBlob": blob, "SourceEncryptionContext": { "a": "1" },
        "DestinationKeyId": to, "DestinationEncryptionContext": { "b": "2" },
    });
    let moved = cloud.ok("ReEncrypt", members.clone());
    assert_eq!((moved.text("SourceKeyId"), moved.text("KeyId")), (from.as_str(), to.as_str()));
    let open = json!({ "CiphertextBlob": moved.text("CiphertextBlob"), "EncryptionContext": { "b": "2" } });
    assert_eq!(cloud.ok("Decrypt", open).text("Plaintext"), "aGVsbG8=");
    let mut wrong = members;
    wrong["SourceKeyId"] = json!(to);
    assert_eq!(cloud.refused("ReEncrypt", wrong).1, "IncorrectKeyException");
}

#[test]
fn data_keys_are_encrypted_under_the_key() {
    let cloud = Cloud::new();
    let arn = key(&cloud, json!({}));
    for (size, count) in [
        (json!({ "KeySpec": "AES_256" }), 32),
        (json!({ "KeySpec": "AES_128" }), 16),
        (json!({ "NumberOfBytes": 1024 }), 1024),
    ] {
        let mut members = json!({ "KeyId": arn, "EncryptionContext": { "a": "1" } });
        members.as_object_mut().unwrap().extend(size.as_object().unwrap().clone());
        let made = cloud.ok("GenerateDataKey", members.clone());
        assert_eq!(bytes(made.text("Plaintext")).len(), count);
        let open =
            json!({ "CiphertextBlob": made.text("CiphertextBlob"), "EncryptionContext": { "a": "1" } });
        assert_eq!(cloud.ok("Decrypt", open).text("Plaintext"), made.text("Plaintext"));
        let silent = cloud.ok("GenerateDataKeyWithoutPlaintext", members);
        assert!(silent.members.get("Plaintext").is_none());
    }
    for size in [json!({}), json!({ "KeySpec": "AES_256", "NumberOfBytes": 32 })] {
        let mut members = size;
        members["KeyId"] = json!(arn);
        let error = cloud.err("GenerateDataKey", members);
        assert_eq!(error.code, "ValidationException");
        assert_eq!(error.message, "Please specify either number of bytes or key spec.");
    }
}

#[test]
fn data_key_pairs_sign() {
    let cloud = Cloud::new();
    let arn = key(&cloud, json!({}));
    for (spec, length) in [("ECC_NIST_P256", 91), ("ECC_NIST_P384", 120)] {
        let made = cloud.ok("GenerateDataKeyPair", json!({ "KeyId": arn, "KeyPairSpec": spec }));
        assert_eq!(bytes(made.text("PublicKey")).len(), length);
        let open = cloud.ok("Decrypt", json!({ "CiphertextBlob": made.text("PrivateKeyCiphertextBlob") }));
        assert_eq!(open.text("Plaintext"), made.text("PrivateKeyPlaintext"));
        let silent =
            cloud.ok("GenerateDataKeyPairWithoutPlaintext", json!({ "KeyId": arn, "KeyPairSpec": spec }));
        assert!(silent.members.get("PrivateKeyPlaintext").is_none());
    }
    let error = cloud.err("GenerateDataKeyPair", json!({ "KeyId": arn, "KeyPairSpec": "RSA_2048" }));
    assert_eq!((error.status, error.message.contains("RSA_2048")), (501, true));
}

#[test]
fn rotated_keys_decrypt_what_they_encrypted_before() {
    let cloud = Cloud::new();
    let arn = key(&cloud, json!({}));
    let before = encrypt(&cloud, &arn, b"old", &json!({}));
    cloud.ok("RotateKeyOnDemand", json!({ "KeyId": arn }));
    let after = encrypt(&cloud, &arn, b"new", &json!({}));
    let (old, new) = (
        cloud.ok("Decrypt", json!({ "CiphertextBlob": before })),
        cloud.ok("Decrypt", json!({ "CiphertextBlob": after })),
    );
    assert_eq!(
        (bytes(old.text("Plaintext")), bytes(new.text("Plaintext"))),
        (b"old".to_vec(), b"new".to_vec())
    );
    assert_ne!(old.text("KeyMaterialId"), new.text("KeyMaterialId"));
    let metadata = cloud.ok("DescribeKey", json!({ "KeyId": arn }));
    assert_eq!(metadata.members["KeyMetadata"]["CurrentKeyMaterialId"], new.members["KeyMaterialId"]);
}

#[test]
fn keys_of_another_use_are_refused() {
    let cloud = Cloud::new();
    let signing = key(&cloud, json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY" }));
    for (operation, more) in [
        ("Encrypt", json!({ "Plaintext": "AA==" })),
        ("GenerateDataKey", json!({ "KeySpec": "AES_256" })),
        ("GenerateDataKeyWithoutPlaintext", json!({ "KeySpec": "AES_256" })),
        ("GenerateDataKeyPair", json!({ "KeyPairSpec": "ECC_NIST_P256" })),
        ("GenerateMac", json!({ "Message": "AA==", "MacAlgorithm": "HMAC_SHA_256" })),
    ] {
        let mut members = more;
        members["KeyId"] = json!(signing);
        let error = cloud.err(operation, members);
        assert_eq!(error.code, "InvalidKeyUsageException");
        let text = format!("{signing} key usage is SIGN_VERIFY which is not valid for {operation}.");
        assert_eq!(error.message, text);
    }
    let symmetric = key(&cloud, json!({}));
    // What encrypts nothing has made no ciphertext, which is all that Decrypt says of it.
    let blob = encrypt(&cloud, &symmetric, b"hello", &json!({}));
    let members = json!({ "CiphertextBlob": blob, "KeyId": signing });
    assert_eq!(cloud.refused("Decrypt", members), (400, "IncorrectKeyException".into()));
    let hmac = key(&cloud, json!({ "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC" }));
    let error =
        cloud.err("GenerateMac", json!({ "KeyId": hmac, "Message": "AA==", "MacAlgorithm": "HMAC_SHA_512" }));
    assert_eq!(error.message, "Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256.");
    let members =
        json!({ "KeyId": symmetric, "Plaintext": "AA==", "EncryptionAlgorithm": "RSAES_OAEP_SHA_1" });
    let error = cloud.err("Encrypt", members);
    assert_eq!(error.message, "Algorithm RSAES_OAEP_SHA_1 and key spec SYMMETRIC_DEFAULT are incompatible.");
}

#[test]
fn members_are_bounded() {
    let cloud = Cloud::new();
    let arn = key(&cloud, json!({}));
    let plaintext = |count: usize| json!({ "KeyId": arn, "Plaintext": STANDARD.encode(vec![0; count]) });
    cloud.ok("Encrypt", plaintext(4096));
    let error = cloud.err("Encrypt", plaintext(4097));
    assert_eq!(
        error.message,
        "1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=4097 cap=4097]' at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096"
    );
    assert!(cloud.err("Encrypt", plaintext(0)).message.ends_with("greater than or equal to 1"));
    let missing = cloud.err("Encrypt", json!({ "KeyId": arn }));
    assert_eq!(
        missing.message,
        "1 validation error detected: Value null at 'plaintext' failed to satisfy constraint: Member must not be null"
    );
    let long = json!({ "KeyId": arn, "Plaintext": "AA==", "EncryptionContext": { "a": "x".repeat(8192) } });
    assert_eq!(cloud.refused("Encrypt", long).1, "ValidationException");
    assert_eq!(cloud.refused("GenerateRandom", json!({ "NumberOfBytes": 1025 })).1, "ValidationException");
    assert_eq!(bytes(cloud.ok("GenerateRandom", json!({ "NumberOfBytes": 7 })).text("Plaintext")).len(), 7);
}

#[test]
fn a_dry_run_does_nothing_but_check() {
    let cloud = Cloud::new();
    let arn = key(&cloud, json!({}));
    let error = cloud.err("Encrypt", json!({ "KeyId": arn, "Plaintext": "AA==", "DryRun": true }));
    assert_eq!((error.status, error.code.as_ref()), (400, "DryRunOperationException"));
    let grant = json!({
        "KeyId": arn, "Operations": ["Decrypt"], "DryRun": true, "GranteePrincipal": "arn:aws:iam::111111111111:role/r",
    });
    assert_eq!(cloud.refused("CreateGrant", grant).1, "DryRunOperationException");
    assert_eq!(cloud.ok("ListGrants", json!({ "KeyId": arn })).members["Grants"], json!([]));
}

#[test]
fn signatures_are_verified() {
    let cloud = Cloud::new();
    for (spec, algorithm) in [("ECC_NIST_P256", "ECDSA_SHA_256"), ("ECC_NIST_P384", "ECDSA_SHA_384")] {
        let arn = key(&cloud, json!({ "KeySpec": spec, "KeyUsage": "SIGN_VERIFY" }));
        let message = json!({ "KeyId": arn, "Message": "aGVsbG8=", "SigningAlgorithm": algorithm });
        let signed = cloud.ok("Sign", message.clone());
        let mut verify = message.clone();
        verify["Signature"] = json!(signed.text("Signature"));
        assert_eq!(cloud.ok("Verify", verify.clone()).members["SignatureValid"], true);
        verify["Message"] = json!("aGVsbG8h");
        assert_eq!(cloud.refused("Verify", verify).1, "KMSInvalidSignatureException");
        let public = cloud.ok("GetPublicKey", json!({ "KeyId": arn }));
        assert_eq!(public.members["SigningAlgorithms"], json!([algorithm]));
        let mut other = message.clone();
        other["SigningAlgorithm"] = json!("ECDSA_SHA_512");
        assert_eq!(cloud.refused("Sign", other).1, "InvalidKeyUsageException");
        let mut digest = message;
        digest["MessageType"] = json!("DIGEST");
        assert_eq!(cloud.refused("Sign", digest).0, 501);
    }
}

#[test]
fn codes_are_verified() {
    let cloud = Cloud::new();
    for (spec, algorithm, length) in
        [("HMAC_256", "HMAC_SHA_256", 32), ("HMAC_384", "HMAC_SHA_384", 48), ("HMAC_512", "HMAC_SHA_512", 64)]
    {
        let arn = key(&cloud, json!({ "KeySpec": spec, "KeyUsage": "GENERATE_VERIFY_MAC" }));
        let message = json!({ "KeyId": arn, "Message": "aGVsbG8=", "MacAlgorithm": algorithm });
        let made = cloud.ok("GenerateMac", message.clone());
        assert_eq!(bytes(made.text("Mac")).len(), length);
        assert_eq!(made.text("Mac"), cloud.ok("GenerateMac", message.clone()).text("Mac"));
        let mut verify = message;
        verify["Mac"] = json!(made.text("Mac"));
        assert_eq!(cloud.ok("VerifyMac", verify.clone()).members["MacValid"], true);
        verify["Message"] = json!("aGVsbG8h");
        assert_eq!(cloud.refused("VerifyMac", verify).1, "KMSInvalidMacException");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn only_the_same_context_opens(
        plaintext in prop::collection::vec(any::<u8>(), 1..64),
        context in prop::collection::btree_map("[a-zä]{0,3}", "[a-zä]{0,3}", 0..4),
        other in prop::collection::btree_map("[a-zä]{0,3}", "[a-zä]{0,3}", 0..4),
    ) {
        let cloud = Cloud::new();
        let blob = encrypt(&cloud, &key(&cloud, json!({})), &plaintext, &json!(context));
        let open = |context| cloud.call("Decrypt", json!({ "CiphertextBlob": blob, "EncryptionContext": context }), "");
        let read = open(json!(context)).unwrap();
        prop_assert_eq!(bytes(read.text("Plaintext")), plaintext);
        prop_assert_eq!(open(json!(other)).is_ok(), other == context);
    }

    #[test]
    fn an_altered_ciphertext_opens_nothing(place in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let cloud = Cloud::new();
        let arn = key(&cloud, json!({}));
        let mut blob = bytes(&encrypt(&cloud, &arn, b"hello", &json!({})));
        let place = place.index(blob.len());
        blob[place] ^= 1 << bit;
        let members = json!({ "CiphertextBlob": STANDARD.encode(blob), "KeyId": arn });
        prop_assert_eq!(cloud.refused("Decrypt", members).1, "InvalidCiphertextException");
    }
}
