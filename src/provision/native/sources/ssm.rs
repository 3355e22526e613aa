//! Parameters that are there already.

use serde_json::{Value, json};

use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};

/// `aws_ssm_parameters_by_path`: those below a path, on all pages.
pub(super) async fn by_path(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let path = arguments.at("/path");
    let mut parameters = Vec::new();
    let mut token = Value::Null;
    loop {
        let members = json!({
            "Path": path,
            "Recursive": arguments.at("/recursive"),
            "WithDecryption": arguments.at("/with_decryption"),
            "NextToken": token,
        });
        let page = operator.call("ssm", "GetParametersByPath", members).await?;
        parameters.extend_from_slice(page.list("/Parameters"));
        token = page.at("/NextToken").clone();
        if token.is_null() {
            break;
        }
    }
    let column = |member: &str| parameters.iter().filter_map(|it| it.get(member).cloned()).collect::<Value>();
    Ok(json!({
        "id": path,
        "region": operator.region,
        "arns": column("ARN"),
        "names": column("Name"),
        "types": column("Type"),
        "values": column("Value"),
    }))
}
