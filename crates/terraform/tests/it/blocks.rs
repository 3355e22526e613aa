//! Blocks that may be written as arguments.

use crate::support::module;
use serde_json::{Value as Json, json};
use stackproof_terraform::{Configuration, Inputs, Instance, plan};

const HEAD: &str = "resource \"aws_security_group\" \"a\" {\n  name = \"a\"\n";

fn planned(file: &str, text: &str) -> Result<Instance, String> {
    let directory = module(&[(file, text)]);
    let planned = Configuration::load(directory.path(), &Inputs::default()).and_then(|it| plan(&it));
    let planned =
        planned.map_err(|wrong| wrong.to_string().replace(&directory.path().display().to_string(), "DIR"))?;
    Ok(planned.creates.first().unwrap().clone())
}

fn group(body: &str) -> Result<Instance, String> {
    planned("main.tf", &format!("{HEAD}{body}}}\n"))
}

fn ingress(body: &str) -> Json {
    group(body).unwrap().arguments.get("ingress").unwrap().to_json()
}

const WHOLE: &str = "{ from_port = 443, to_port = 443, protocol = \"tcp\", cidr_blocks = [\"10.0.0.0/8\"], description = null, \
                     ipv6_cidr_blocks = null, prefix_list_ids = null, security_groups = null, self = null }";

#[test]
fn every_form_says_the_same() {
    let content =
        "from_port = 443\n    to_port = 443\n    protocol = \"tcp\"\n    cidr_blocks = [\"10.0.0.0/8\"]\n";
    let block = ingress(&format!("  ingress {{\n    {content}  }}\n"));
    assert_eq!(block.as_array().map(Vec::len), Some(1));
    let dynamic =
        format!("  dynamic \"ingress\" {{\n    for_each = [1]\n    content {{\n    {content}    }}\n  }}\n");
    assert_eq!(ingress(&dynamic), block);
    assert_eq!(ingress(&format!("  ingress = [{WHOLE}]\n")), block);
    assert_eq!(ingress(&format!("  ingress = toset([{WHOLE}])\n")), block);
    let json = json!({ "resource": { "aws_security_group": { "a": { "name": "a", "ingress": block } } } });
    let of_json = planned("main.tf.json", &json.to_string()).unwrap();
    assert_eq!(of_json.arguments.get("ingress").unwrap().to_json(), block);
}

#[test]
fn an_empty_list_is_none_and_nothing_is_the_provider_s() {
    assert_eq!(ingress("  ingress = []\n"), json!([]));
    let absent = group("").unwrap();
    assert!(absent.arguments.get("ingress").unwrap().is_unknown());
    assert!(absent.unknown.is_empty());
    let null = group("  ingress = null\n").unwrap();
    assert!(null.arguments.get("ingress").unwrap().is_unknown());
    let none = group(
        "  dynamic \"ingress\" {\n    for_each = []\n    content {\n    from_port = 1\n    to_port = 1\n    protocol = \"tcp\"\n    }\n  }\n",
    );
    assert_eq!(none.unwrap().arguments.get("ingress").unwrap().to_json(), json!([]));
}

#[test]
fn an_object_has_all_attributes() {
    let wrong = group("  ingress = [{ from_port = 1, to_port = 1, protocol = \"tcp\" }]\n").unwrap_err();
    let missing =
        "`cidr_blocks`, `description`, `ipv6_cidr_blocks`, `prefix_list_ids`, `security_groups`, `self`";
    let expected = format!("DIR/main.tf:3:13: wrong type of value: `[0]`: attributes {missing} are required");
    assert_eq!(wrong, expected);
    let wrong = group(
        "  ingress = []\n  ingress {\n    from_port = 1\n    to_port = 1\n    protocol = \"tcp\"\n  }\n",
    )
    .unwrap_err();
    assert_eq!(wrong, "DIR/main.tf:3:3: `ingress` is written both as a block and as an argument");
    let wrong = planned("main.tf", "resource \"aws_s3_bucket_versioning\" \"a\" {\n  bucket = \"a\"\n  versioning_configuration = []\n}\n").unwrap_err();
    assert!(wrong.contains("main.tf:3:3: `versioning_configuration` is a block"), "{wrong}");
}

#[test]
fn types_that_are_kept_have_them_as_well() {
    let list = |entries: &str| {
        let head = "resource \"aws_ec2_managed_prefix_list\" \"a\" {\n  name = \"a\"\n  address_family = \"IPv4\"\n  max_entries = 5\n";
        let planned = planned("main.tf", &format!("{head}{entries}}}\n")).unwrap();
        planned.arguments.get("entry").unwrap().to_json()
    };
    assert_eq!(list("  entry = []\n"), json!([]));
    let block = list("  entry {\n    cidr = \"10.0.0.0/8\"\n  }\n");
    assert_eq!(block[0]["cidr"], "10.0.0.0/8");
    assert_eq!(list("  entry = [{ cidr = \"10.0.0.0/8\", description = null }]\n"), block);
}
