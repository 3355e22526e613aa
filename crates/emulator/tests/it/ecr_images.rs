//! ECR's layers and images.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};
use crate::lambda_functions::minimal;

/// SHA-256 of `config` and `layer`, as they are known elsewhere.
const CONFIG: &str = "sha256:b79606fb3afea5bd1609ed40b622142f1c98125abcfe89a76a661b0e8e343910";
const LAYER: &str = "sha256:dac1d7cfa95021764849fd102524e141488c5e3a90f861dbb5a12d9ac8584f85";

fn with_repository() -> Cloud {
    let cloud = Cloud::new().of("ecr");
    cloud.ok("CreateRepository", json!({ "repositoryName": "app" }));
    cloud
}

fn upload(cloud: &Cloud, content: &str, digest: &str) {
    let id = cloud.ok("InitiateLayerUpload", json!({ "repositoryName": "app" })).text("uploadId").to_owned();
    let part = json!({
        "repositoryName": "app", "uploadId": id, "partFirstByte": 0, "partLastByte": content.len() - 1,
        "layerPartBlob": STANDARD.encode(content),
    });
    assert_eq!(cloud.ok("UploadLayerPart", part).members["lastByteReceived"], content.len() - 1);
    let done = json!({ "repositoryName": "app", "uploadId": id, "layerDigests": [digest] });
    assert_eq!(cloud.ok("CompleteLayerUpload", done).text("layerDigest"), digest);
}

/// A manifest of the two; the annotation makes it another.
fn manifest(note: &str) -> String {
    json!({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": { "mediaType": "application/vnd.oci.image.config.v1+json", "digest": CONFIG, "size": 6 },
        "layers": [{ "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": LAYER, "size": 5 }],
        "annotations": { "note": note },
    })
    .to_string()
}

fn with_layers() -> Cloud {
    let cloud = with_repository();
    upload(&cloud, "config", CONFIG);
    upload(&cloud, "layer", LAYER);
    cloud
}

fn image(manifest: &str, tag: Option<&str>) -> Value {
    json!({ "repositoryName": "app", "imageManifest": manifest, "imageTag": tag })
}

fn put(cloud: &Cloud, note: &str, tag: Option<&str>) -> String {
    let put = cloud.ok("PutImage", image(&manifest(note), tag)).members;
    put["image"]["imageId"]["imageDigest"].as_str().unwrap().to_owned()
}

#[test]
fn layers_are_uploaded_in_parts() {
    let cloud = with_repository();
    upload(&cloud, "layer", LAYER);
    let id = cloud.ok("InitiateLayerUpload", json!({ "repositoryName": "app" })).text("uploadId").to_owned();
    let part = |first: usize, content: &str| {
        json!({
            "repositoryName": "app", "uploadId": id, "partFirstByte": first, "partLastByte": first + content.len() - 1,
            "layerPartBlob": STANDARD.encode(content),
        })
    };
    let complete =
        |digest: &str| json!({ "repositoryName": "app", "uploadId": id, "layerDigests": [digest] });
    assert_eq!(cloud.refused("CompleteLayerUpload", complete(LAYER)).1, "EmptyUploadException");
    assert_eq!(cloud.refused("UploadLayerPart", part(1, "ayer")).1, "InvalidLayerPartException");
    let mut long = part(0, "layer");
    long["partLastByte"] = json!(5);
    assert_eq!(cloud.refused("UploadLayerPart", long).1, "InvalidLayerPartException");
    cloud.ok("UploadLayerPart", part(0, "layer"));
    assert_eq!(cloud.refused("CompleteLayerUpload", complete(CONFIG)).1, "InvalidLayerException");
    assert_eq!(cloud.refused("CompleteLayerUpload", complete(LAYER)).1, "LayerAlreadyExistsException");
    cloud.ok("UploadLayerPart", part(5, "s"));
    assert_eq!(cloud.refused("CompleteLayerUpload", complete(CONFIG)).1, "LayerPartTooSmallException");
    let none = json!({ "repositoryName": "app", "uploadId": "none", "layerDigests": [LAYER] });
    assert_eq!(cloud.refused("CompleteLayerUpload", none).1, "UploadNotFoundException");
    let digests = json!({ "repositoryName": "app", "layerDigests": [LAYER, CONFIG, "md5:x"] });
    let known = cloud.ok("BatchCheckLayerAvailability", digests);
    assert_eq!(known.column("layers", "layerAvailability"), ["AVAILABLE", "UNAVAILABLE"]);
    assert_eq!(known.members["layers"][0]["layerSize"], 5);
    assert_eq!(known.column("failures", "failureCode"), ["InvalidLayerDigest"]);
    let url = json!({ "repositoryName": "app", "layerDigest": LAYER });
    assert_eq!(cloud.refused("GetDownloadUrlForLayer", url), (501, "NotImplemented".into()));
}

#[test]
fn large_layers_have_many_parts() {
    let cloud = with_repository();
    let content = "x".repeat(5 << 20);
    let id = cloud.ok("InitiateLayerUpload", json!({ "repositoryName": "app" })).text("uploadId").to_owned();
    for (first, part) in [(0, content.as_str()), (5 << 20, "end")] {
        let members = json!({
            "repositoryName": "app", "uploadId": id, "partFirstByte": first, "partLastByte": first + part.len() - 1,
            "layerPartBlob": STANDARD.encode(part),
        });
        cloud.ok("UploadLayerPart", members);
    }
    let digest = "sha256:8d14188b4b407471691ef0463352ac7e889853a94d31935c9b10c9f319cf4ab4";
    let done = json!({ "repositoryName": "app", "uploadId": id, "layerDigests": [digest] });
    cloud.ok("CompleteLayerUpload", done);
}

#[test]
fn images_are_kept() {
    let cloud = with_layers();
    let text = manifest("one");
    let made = cloud.ok("PutImage", image(&text, Some("v1"))).members["image"].clone();
    let digest = made["imageId"]["imageDigest"].as_str().unwrap();
    assert_eq!(made["imageManifest"], text);
    let got = cloud.ok(
        "BatchGetImage",
        json!({ "repositoryName": "app", "imageIds": [{ "imageTag": "v1" }, { "imageTag": "no" }] }),
    );
    assert_eq!(got.members["images"], json!([made]));
    assert_eq!(got.column("failures", "failureCode"), ["ImageNotFound"]);
    let details =
        cloud.ok("DescribeImages", json!({ "repositoryName": "app" })).members["imageDetails"].clone();
    assert_eq!(
        details,
        json!([{
            "registryId": ACCOUNT, "repositoryName": "app", "imageDigest": digest, "imageTags": ["v1"],
            "imageSizeInBytes": 11, "imagePushedAt": "2026-01-15T10:00:00Z", "imageStatus": "ACTIVE",
            "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
            "artifactMediaType": "application/vnd.oci.image.config.v1+json",
        }])
    );
    assert_eq!(
        cloud.refused("DeleteRepository", json!({ "repositoryName": "app" })).1,
        "RepositoryNotEmptyException"
    );
    for (manifest, more, code) in [
        (text.as_str(), json!({ "imageTag": "v1" }), "ImageAlreadyExistsException"),
        (&text, json!({}), "ImageAlreadyExistsException"),
        (&text, json!({ "imageTag": "v2", "imageDigest": CONFIG }), "ImageDigestDoesNotMatchException"),
        (&text, json!({ "imageTag": "a b" }), "InvalidParameterException"),
        (&text, json!({ "imageTag": "v2", "imageManifestMediaType": "other" }), "InvalidParameterException"),
        ("no json", json!({}), "InvalidParameterException"),
        (r#"{"schemaVersion":1}"#, json!({}), "InvalidParameterException"),
        (r#"{"schemaVersion":2,"mediaType":"m"}"#, json!({}), "InvalidParameterException"),
        (
            r#"{"schemaVersion":2,"mediaType":"m","layers":[{"digest":"sha256:0"}]}"#,
            json!({}),
            "LayersNotFoundException",
        ),
        (
            r#"{"schemaVersion":2,"mediaType":"m","manifests":[{"digest":"sha256:0"}]}"#,
            json!({}),
            "ReferencedImagesNotFoundException",
        ),
    ] {
        let mut members = image(manifest, None);
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(cloud.refused("PutImage", members).1, code, "{manifest} {more}");
    }
    let accepted = json!({ "repositoryName": "app", "imageIds": [{ "imageTag": "v1" }], "acceptedMediaTypes": ["other"] });
    assert_eq!(cloud.refused("BatchGetImage", accepted).0, 501);
    let missing = json!({ "repositoryName": "app", "imageIds": [{ "imageTag": "v9" }] });
    assert_eq!(cloud.refused("DescribeImages", missing).1, "ImageNotFoundException");
}

#[test]
fn tags_move_unless_they_may_not() {
    let cloud = with_layers();
    let one = put(&cloud, "one", Some("v1"));
    let two = put(&cloud, "two", Some("v1"));
    put(&cloud, "two", Some("v2"));
    let list = |filter: Value| {
        let listed = cloud.ok("ListImages", json!({ "repositoryName": "app", "filter": filter })).members;
        listed["imageIds"].as_array().unwrap().clone()
    };
    assert_eq!(list(json!({ "tagStatus": "UNTAGGED" })), [json!({ "imageDigest": one })]);
    assert_eq!(
        list(json!({ "tagStatus": "TAGGED" })),
        [json!({ "imageDigest": two, "imageTag": "v1" }), json!({ "imageDigest": two, "imageTag": "v2" })]
    );
    assert_eq!(list(json!({})).len(), 3);
    let untagged = json!({ "repositoryName": "app", "filter": { "tagStatus": "UNTAGGED" } });
    assert_eq!(cloud.ok("DescribeImages", untagged).column("imageDetails", "imageDigest"), [one.as_str()]);
    cloud.ok("PutImageTagMutability", json!({ "repositoryName": "app", "imageTagMutability": "IMMUTABLE" }));
    let error = cloud.err("PutImage", image(&manifest("three"), Some("v1")));
    assert_eq!(error.code, "ImageTagAlreadyExistsException");
    put(&cloud, "three", Some("v3"));
    cloud.ok(
        "PutImageTagMutability",
        json!({
            "repositoryName": "app", "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
            "imageTagMutabilityExclusionFilters": [{ "filterType": "WILDCARD", "filter": "v1*" }],
        }),
    );
    put(&cloud, "three", Some("v1"));
    assert_eq!(
        cloud.refused("PutImage", image(&manifest("three"), Some("v2"))).1,
        "ImageTagAlreadyExistsException"
    );
}

#[test]
fn images_go_with_their_last_tag() {
    let cloud = with_layers();
    let one = put(&cloud, "one", Some("v1"));
    put(&cloud, "one", Some("v2"));
    let list = json!({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [{ "digest": one }],
    });
    let index =
        cloud.ok("PutImage", image(&list.to_string(), Some("all"))).members["image"]["imageId"].clone();
    let delete =
        |ids: Value| cloud.ok("BatchDeleteImage", json!({ "repositoryName": "app", "imageIds": ids }));
    let gone = delete(json!([{ "imageTag": "v1" }, { "imageTag": "v2" }, { "imageTag": "none" }, {}]));
    assert_eq!(gone.members["imageIds"], json!([{ "imageDigest": one, "imageTag": "v1" }]));
    assert_eq!(
        gone.column("failures", "failureCode"),
        ["ImageReferencedByManifestList", "ImageNotFound", "MissingDigestAndTag"]
    );
    let mismatch = json!([{ "imageDigest": one, "imageTag": "all" }]);
    assert_eq!(delete(mismatch).column("failures", "failureCode"), ["ImageTagDoesNotMatchDigest"]);
    delete(json!([{ "imageDigest": index["imageDigest"] }]));
    delete(json!([{ "imageTag": "v2" }]));
    assert_eq!(cloud.ok("ListImages", json!({ "repositoryName": "app" })).members, json!({ "imageIds": [] }));
    cloud.ok("DeleteRepository", json!({ "repositoryName": "app" }));
}

#[test]
fn functions_are_made_of_images() {
    let cloud = with_layers();
    let digest = put(&cloud, "one", Some("v1"));
    let lambda = cloud.of("lambda");
    let uri = format!("{ACCOUNT}.dkr.ecr.eu-west-2.amazonaws.com/app");
    let mut members = minimal(&lambda, "f");
    for name in ["Runtime", "Handler"] {
        members.as_object_mut().unwrap().remove(name);
    }
    members["PackageType"] = json!("Image");
    members["Code"] = json!({ "ImageUri": format!("{uri}:v1") });
    members["ImageConfig"] = json!({ "EntryPoint": ["a"], "Command": ["b"], "WorkingDirectory": "/w" });
    let made = lambda.ok("CreateFunction", members.clone()).members;
    assert_eq!(made["ImageConfigResponse"], json!({ "ImageConfig": members["ImageConfig"] }));
    assert_eq!(made["CodeSha256"], digest.strip_prefix("sha256:").unwrap());
    let code = lambda.ok("GetFunction", json!({ "FunctionName": "f" })).members["Code"].clone();
    assert_eq!(
        code,
        json!({ "RepositoryType": "ECR", "ImageUri": format!("{uri}:v1"), "ResolvedImageUri": format!("{uri}@{digest}") })
    );
    lambda.ok("UpdateFunctionCode", json!({ "FunctionName": "f", "ImageUri": format!("{uri}@{digest}") }));
    for wrong in [format!("{uri}:v9"), uri.clone(), "nginx:latest".to_owned()] {
        let update = json!({ "FunctionName": "f", "ImageUri": wrong });
        assert_eq!(
            lambda.refused("UpdateFunctionCode", update).1,
            "InvalidParameterValueException",
            "{wrong}"
        );
    }
    members["FunctionName"] = json!("g");
    members["Runtime"] = json!("python3.13");
    assert_eq!(lambda.refused("CreateFunction", members).1, "InvalidParameterValueException");
}
