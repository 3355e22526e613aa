//! Direct use of KMS keys, and facts about them.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};
use stackproof_aws::Members;

use super::upload::object;
use crate::acceptance::arguments::Arguments;
use crate::acceptance::error::StepError;
use crate::acceptance::names::Alias;
use crate::acceptance::options::{OptionError, OptionWord};
use crate::acceptance::sentence::{Attachment, Keyword, Sample, Sentence};
use crate::acceptance::world::{Request, World, answered, operation};

const CONTEXT: Attachment = Attachment::Table(Sample::new("the encryption context", "| tenant_id | acme |"));

/// What a generated data key is decrypted by.
const DATA_KEY: &str = "data key";

const FACTS: &[OptionWord] = &[
    OptionWord::new("state", "Enabled", "`KeyState`"),
    OptionWord::new("usage", "ENCRYPT_DECRYPT", "`KeyUsage`"),
    OptionWord::new("spec", "SYMMETRIC_DEFAULT", "`KeySpec`"),
    OptionWord::new("manager", "CUSTOMER", "`KeyManager`"),
    OptionWord::new("description", "call recordings", "`Description`"),
    OptionWord::new("account", "111111111111", "the id of the account that it is in"),
];

pub(super) const NAMING: Sentence = Sentence {
    keyword: Keyword::Given,
    pattern: "{new:text} is the key {resource:text}",
    example: r#""master" is the key "aws_kms_key.master""#,
    docs: "Names a KMS key, by its resource or by that of an alias.",
    attachment: Attachment::Nothing,
    handler: |world, given| Box::pin(name(world, given)),
};

pub(super) const ROTATION: Sentence = Sentence {
    keyword: Keyword::Fact,
    pattern: "[the key ]{key:name} has rotation {status:text}",
    example: r#"the key "master" has rotation "enabled""#,
    docs: "Whether the key's material is rotated by itself: `enabled` or `disabled`.",
    attachment: Attachment::Nothing,
    handler: |world, given| Box::pin(rotation(world, given)),
};

pub(super) const IS_SO: Sentence = Sentence {
    keyword: Keyword::Fact,
    pattern: "the key {key:text} has",
    example: r#"the key "master" has"#,
    docs: "The key is as the table says.",
    attachment: Attachment::Options(&[FACTS]),
    handler: |world, given| Box::pin(key_has(world, given)),
};

pub(super) const SENTENCES: &[Sentence] = &[
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} encrypts {text:text} with [the key ]{key:name}[ in the context]",
        example: r#""tenant acme" encrypts "secret" with the key "master" in the context"#,
        docs: "Calls `kms:Encrypt`. What comes of it is what the same text in `decrypts` means.",
        attachment: CONTEXT,
        handler: |world, given| Box::pin(encrypts(world, given)),
    },
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} decrypts {text:text}[ in the context]",
        example: r#""tenant acme" decrypts "secret" in the context"#,
        docs: "Calls `kms:Decrypt` on what was last encrypted from that text, whoever did it; `\"data key\"` is the data \
               key that was last generated. `the content is` judges what comes of it.",
        attachment: CONTEXT,
        handler: |world, given| Box::pin(decrypts(world, given)),
    },
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} generates a data key with [the key ]{key:name}[ in the context]",
        example: r#""tenant acme" generates a data key with the key "master" in the context"#,
        docs: "Calls `kms:GenerateDataKey` for 256 bits.",
        attachment: CONTEXT,
        handler: |world, given| Box::pin(generates(world, given)),
    },
];

async fn name(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let key = world.names.key(given.get("resource"))?;
    world.names.name(given.get("new"), Alias::Key(key));
    Ok(())
}

/// The key in the slot `key`, as KMS takes it. A text with `{…}` in it is the id, the ARN or the alias itself.
fn key_of(world: &World, given: &Arguments) -> Result<String, StepError> {
    if given.is_value("key") {
        return Ok(given.get("key").to_owned());
    }
    Ok(world.names.key(given.get("key"))?)
}

/// The request to encrypt that text.
pub(super) fn encrypt(key: &str, text: &str, context: &Members) -> Result<Request, StepError> {
    let members = json!({ "KeyId": key, "Plaintext": STANDARD.encode(text) });
    Ok(Request::new(operation("kms", "Encrypt")?, within(members, context)))
}

/// The request to decrypt that ciphertext, base64.
pub(super) fn decrypt(ciphertext: &str, context: &Members) -> Result<Request, StepError> {
    let members = json!({ "CiphertextBlob": ciphertext });
    Ok(Request::new(operation("kms", "Decrypt")?, within(members, context)))
}

/// The request for a data key.
pub(super) fn data_key(key: &str, context: &Members) -> Result<Request, StepError> {
    let members = json!({ "KeyId": key, "KeySpec": "AES_256" });
    Ok(Request::new(operation("kms", "GenerateDataKey")?, within(members, context)))
}

fn within(members: Value, context: &Members) -> Members {
    let mut members = object(members);
    if !context.is_empty() {
        members.insert("EncryptionContext".to_owned(), Value::Object(context.clone()));
    }
    members
}

fn context(given: &Arguments) -> Result<Members, OptionError> {
    let mut context = Members::new();
    for (name, value) in given.options()?.0 {
        if context.insert(name.clone(), json!(value)).is_some() {
            return Err(OptionError::Twice(name));
        }
    }
    Ok(context)
}

async fn encrypts(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let text = given.get("text");
    let request = encrypt(&key_of(world, given)?, text, &context(given)?)?;
    world.act(&given.who("who"), request).await?;
    keep(world, text)
}

async fn generates(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let request = data_key(&key_of(world, given)?, &context(given)?)?;
    world.act(&given.who("who"), request).await?;
    keep(world, DATA_KEY)
}

/// Keeps the last call's ciphertext under that text.
fn keep(world: &mut World, text: &str) -> Result<(), StepError> {
    let reply = &world.last()?.reply;
    if let Some(blob) = reply.result.as_ref().ok().and_then(|it| it.get("CiphertextBlob")?.as_str()) {
        let blob = blob.to_owned();
        world.sealed.insert(text.to_owned(), blob);
    }
    Ok(())
}

async fn decrypts(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let text = given.get("text");
    let ciphertext = world.sealed.get(text).cloned().ok_or_else(|| {
        StepError::usage(format!("nobody encrypted `{text}` in this scenario"))
            .hint("begin with `… encrypts \"…\" with the key \"…\"`")
    })?;
    world.act(&given.who("who"), decrypt(&ciphertext, &context(given)?)?).await?;
    let reply = &world.last()?.reply;
    let plaintext = reply.result.as_ref().ok().and_then(|it| it.get("Plaintext")?.as_str());
    if let Some(content) = plaintext.and_then(|text| STANDARD.decode(text).ok()) {
        world.gave(Bytes::from(content));
    }
    Ok(())
}

/// What KMS says of the key, read as the operator of its account.
async fn described(world: &mut World, given: &Arguments) -> Result<Value, StepError> {
    let key = key_of(world, given)?;
    let account = key.split(':').nth(4).map(str::to_owned);
    let account = match account {
        Some(account) => account,
        None => world.account(None)?,
    };
    let members = object(json!({ "KeyId": key }));
    let reply = world.read(&account, operation("kms", "DescribeKey")?, members).await?;
    let answer = reply
        .result
        .map_err(|error| StepError::mismatch(format!("a key `{}`", given.get("key")), answered(&error)))?;
    Ok(answer.get("KeyMetadata").cloned().unwrap_or_default())
}

async fn rotation(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let wanted = given.get("status");
    let expected = format!("rotation of `{}` to be `{wanted}`", given.get("key"));
    if !matches!(wanted, "enabled" | "disabled") {
        return Err(StepError::usage(format!("rotation is `enabled` or `disabled`, not `{wanted}`")));
    }
    let key = described(world, given).await?;
    let text = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let members = object(json!({ "KeyId": text("KeyId") }));
    let reply = world.read(&text("AWSAccountId"), operation("kms", "GetKeyRotationStatus")?, members).await?;
    let answer = reply.result.map_err(|error| StepError::mismatch(expected.clone(), answered(&error)))?;
    let on = answer.get("KeyRotationEnabled").and_then(Value::as_bool).unwrap_or_default();
    let found = if on { "enabled" } else { "disabled" };
    match found == wanted {
        true => Ok(()),
        false => Err(StepError::mismatch(expected, format!("it is `{found}`"))),
    }
}

async fn key_has(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let options = given.options()?;
    let key = described(world, given).await?;
    for (word, value) in &options.0 {
        let member = match word.as_str() {
            "state" => "KeyState",
            "usage" => "KeyUsage",
            "spec" => "KeySpec",
            "manager" => "KeyManager",
            "description" => "Description",
            _ => "AWSAccountId",
        };
        let found = key.get(member).and_then(Value::as_str).unwrap_or_default();
        if found != value {
            let expected = format!("{word} of `{}` to be `{value}`", given.get("key"));
            return Err(StepError::mismatch(expected, format!("it is `{found}`")));
        }
    }
    Ok(())
}
