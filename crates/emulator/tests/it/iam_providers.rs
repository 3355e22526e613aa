//! Identity providers.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

const URL: &str = "https://token.actions.githubusercontent.com";
const THUMBPRINT: &str = "6938fd4d98bab03faadb97b34396831e3780aea1";

fn oidc() -> String {
    format!("arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com")
}

fn of_oidc(more: Value) -> Value {
    let mut members = json!({ "OpenIDConnectProviderArn": oidc() });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

fn with_oidc() -> Cloud {
    let cloud = Cloud::new();
    let members =
        json!({ "Url": URL, "ClientIDList": ["sts.amazonaws.com"], "ThumbprintList": [THUMBPRINT] });
    assert_eq!(cloud.ok("CreateOpenIDConnectProvider", members).text("OpenIDConnectProviderArn"), oidc());
    cloud
}

fn metadata(attributes: &str) -> String {
    let padding = "x".repeat(1000);
    format!(
        "<?xml version=\"1.0\"?><md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"idp\" {attributes}><!--{padding}--></md:EntityDescriptor>"
    )
}

fn saml() -> Value {
    json!({ "SAMLProviderArn": format!("arn:aws:iam::{ACCOUNT}:saml-provider/corporate") })
}

#[test]
fn an_openid_connect_provider_has_what_it_was_given() {
    let cloud = with_oidc();
    let got = cloud.ok("GetOpenIDConnectProvider", of_oidc(json!({}))).members;
    assert_eq!(
        got,
        json!({
            "Url": "token.actions.githubusercontent.com", "ClientIDList": ["sts.amazonaws.com"],
            "ThumbprintList": [THUMBPRINT], "CreateDate": "2026-01-15T10:00:00Z",
        })
    );
    let listed = cloud.ok("ListOpenIDConnectProviders", json!({}));
    assert_eq!(listed.column("OpenIDConnectProviderList", "Arn"), [oidc()]);
}

#[test]
fn an_openid_connect_provider_changes() {
    let cloud = with_oidc();
    let other = "a".repeat(40);
    cloud.ok("UpdateOpenIDConnectProviderThumbprint", of_oidc(json!({ "ThumbprintList": [other] })));
    cloud.ok("AddClientIDToOpenIDConnectProvider", of_oidc(json!({ "ClientID": "app" })));
    cloud.ok("AddClientIDToOpenIDConnectProvider", of_oidc(json!({ "ClientID": "app" })));
    let remove = of_oidc(json!({ "ClientID": "sts.amazonaws.com" }));
    cloud.ok("RemoveClientIDFromOpenIDConnectProvider", remove.clone());
    cloud.ok("RemoveClientIDFromOpenIDConnectProvider", remove);
    cloud.ok("TagOpenIDConnectProvider", of_oidc(json!({ "Tags": [{ "Key": "a", "Value": "1" }] })));
    let got = cloud.ok("GetOpenIDConnectProvider", of_oidc(json!({}))).members;
    assert_eq!((&got["ThumbprintList"], &got["ClientIDList"]), (&json!([other]), &json!(["app"])));
    assert_eq!(got["Tags"], json!([{ "Key": "a", "Value": "1" }]));
    cloud.ok("UntagOpenIDConnectProvider", of_oidc(json!({ "TagKeys": ["a"] })));
    assert_eq!(cloud.ok("ListOpenIDConnectProviderTags", of_oidc(json!({}))).members["Tags"], json!([]));
    cloud.ok("DeleteOpenIDConnectProvider", of_oidc(json!({})));
    cloud.ok("DeleteOpenIDConnectProvider", of_oidc(json!({})));
    let gone = cloud.err("GetOpenIDConnectProvider", of_oidc(json!({})));
    assert_eq!((gone.status, gone.code.as_ref()), (404, "NoSuchEntity"));
    assert_eq!(gone.message, format!("OpenIDConnect Provider not found for arn {}", oidc()));
}

#[test]
fn an_openid_connect_provider_that_does_not_fit_is_refused() {
    let cloud = with_oidc();
    let many: Vec<String> = (0..101).map(|number| format!("client-{number}")).collect();
    for (members, code, text) in [
        (json!({ "Url": URL }), "EntityAlreadyExists", "Provider with url https://token"),
        (json!({ "Url": "http://a.example" }), "InvalidInput", "URL"),
        (json!({ "Url": "https://a.example:8443" }), "InvalidInput", "URL"),
        (json!({ "Url": "https://a.example/?b" }), "InvalidInput", "URL"),
        (json!({}), "ValidationError", "Value null at 'url'"),
        (json!({ "Url": "https://a.example", "ThumbprintList": ["abc"] }), "ValidationError", "equal to 40"),
        (json!({ "Url": "https://a.example", "ThumbprintList": vec![THUMBPRINT; 6] }), "InvalidInput", "5"),
        (json!({ "Url": "https://a.example", "ClientIDList": many }), "LimitExceeded", ": 100"),
        (json!({ "Url": "https://a.example", "ClientIDList": [""] }), "ValidationError", "clientID"),
    ] {
        let error = cloud.err("CreateOpenIDConnectProvider", members.clone());
        assert_eq!(error.code, code, "{members}: {error}");
        assert!(error.message.contains(text), "{members}: {error}");
    }
    for arn in [oidc().replace(ACCOUNT, "222222222222"), oidc().replace("github", "gitlab")] {
        let members = json!({ "OpenIDConnectProviderArn": arn });
        assert_eq!(cloud.refused("GetOpenIDConnectProvider", members).1, "NoSuchEntity");
    }
    let role = json!({ "OpenIDConnectProviderArn": format!("arn:aws:iam::{ACCOUNT}:role/some") });
    assert_eq!(cloud.refused("GetOpenIDConnectProvider", role).1, "InvalidInput");
}

#[test]
fn a_saml_provider_has_what_it_was_given() {
    let cloud = Cloud::new();
    let tags = json!([{ "Key": "a", "Value": "1" }]);
    let members = json!({ "Name": "corporate", "SAMLMetadataDocument": metadata(""), "Tags": tags });
    let made = cloud.ok("CreateSAMLProvider", members.clone()).members;
    assert_eq!((&made["SAMLProviderArn"], &made["Tags"]), (&saml()["SAMLProviderArn"], &tags));
    let got = cloud.ok("GetSAMLProvider", saml()).members;
    assert_eq!((&got["SAMLMetadataDocument"], &got["Tags"]), (&json!(metadata("")), &tags));
    assert_eq!(got["ValidUntil"], "2126-01-15T10:00:00Z");
    let until = metadata("validUntil=\"2030-01-01T00:00:00Z\"");
    let mut update = saml();
    update["SAMLMetadataDocument"] = json!(until);
    assert_eq!(cloud.ok("UpdateSAMLProvider", update).members, saml());
    let listed = cloud.ok("ListSAMLProviders", json!({})).members;
    assert_eq!(listed["SAMLProviderList"][0]["ValidUntil"], "2030-01-01T00:00:00Z");
    assert_eq!(cloud.ok("ListSAMLProviderTags", saml()).column("Tags", "Key"), ["a"]);
    assert_eq!(cloud.refused("CreateSAMLProvider", members), (409, "EntityAlreadyExists".into()));
    cloud.ok("DeleteSAMLProvider", saml());
    for operation in ["GetSAMLProvider", "DeleteSAMLProvider"] {
        assert_eq!(cloud.refused(operation, saml()), (404, "NoSuchEntity".into()), "{operation}");
    }
}

#[test]
fn a_saml_provider_that_does_not_fit_is_refused() {
    let cloud = Cloud::new();
    for (name, document, code) in [
        ("a b", metadata(""), "ValidationError"),
        ("a", "<EntityDescriptor/>".to_owned(), "ValidationError"),
        ("a", "x".repeat(1000), "InvalidInput"),
        ("a", metadata("").replace("EntityDescriptor", "Other"), "InvalidInput"),
        ("a", metadata("validUntil=\"soon\""), "InvalidInput"),
    ] {
        let members = json!({ "Name": name, "SAMLMetadataDocument": document });
        assert_eq!(cloud.refused("CreateSAMLProvider", members).1, code, "{name} {document}");
    }
}
