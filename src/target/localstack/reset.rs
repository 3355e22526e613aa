//! The reset of LocalStack's state, and the proof that it took place.

use http::{Method, StatusCode};

use super::page::Pages;

/// Gives free releases the page that later ones have of themselves.
pub(super) const HOOK: &str = include_str!("../../../localstack/init/start.d/reset.py");

/// Where LocalStack runs it, in its own process and before it is ready.
pub(super) const HOOK_PATH: &str = "/etc/localstack/init/start.d/stackproof-reset.py";

/// What must be gone: a bucket, which LocalStack's own store holds, and a user, who is in that of moto.
const BUCKET: &str = "/stackproof-reset-canary";
const MAKE_USER: &str = "Action=CreateUser&UserName=stackproof-reset-canary&Version=2010-05-08";
const SEE_USER: &str = "Action=GetUser&UserName=stackproof-reset-canary&Version=2010-05-08";

/// Empties every service. Both kinds of its stores are given something first, which must be there before and gone
/// after.
pub(super) async fn reset(pages: &Pages) -> Result<(), String> {
    // What an interrupted reset left behind may be there already.
    pages.ask(Method::PUT, BUCKET, Some("s3"), "").await?;
    pages.ask(Method::POST, "/", Some("iam"), MAKE_USER).await?;
    expect(canaries(pages).await?, StatusCode::OK, "could not be made")?;
    let (status, _) = pages.ask(Method::POST, "/_localstack/state/reset", None, "").await?;
    if !status.is_success() {
        return Err(format!("`/_localstack/state/reset` answers with {status}"));
    }
    expect(canaries(pages).await?, StatusCode::NOT_FOUND, "outlived it")
}

async fn canaries(pages: &Pages) -> Result<[(&'static str, StatusCode); 2], String> {
    let (bucket, _) = pages.ask(Method::HEAD, BUCKET, Some("s3"), "").await?;
    let (user, _) = pages.ask(Method::POST, "/", Some("iam"), SEE_USER).await?;
    Ok([("a bucket", bucket), ("a user", user)])
}

fn expect(
    canaries: [(&'static str, StatusCode); 2],
    expected: StatusCode,
    otherwise: &str,
) -> Result<(), String> {
    match canaries.iter().find(|(_, status)| *status != expected) {
        Some((what, status)) => Err(format!("{what} to tell it by {otherwise}: {status}")),
        None => Ok(()),
    }
}
