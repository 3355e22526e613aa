//! The outputs of another root module, from its state file.

use serde_json::{Value, json};

use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::state::State;

/// `terraform_remote_state`, of the backend that keeps files. A state that is kept elsewhere is not looked for.
pub fn remote(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let backend = arguments.text("/backend").unwrap_or_default();
    if backend != "local" {
        return Err(ResourceError::Impossible(format!(
            "the backend `{backend}` is not asked; give its `outputs` in stackproof.toml, under `[stacks.NAME.data.\"ADDRESS\"]`"
        )));
    }
    let path = arguments.text("/config/path").unwrap_or("terraform.tfstate");
    let file = match arguments.text("/workspace").filter(|name| *name != "default") {
        Some(workspace) => {
            let folder = arguments.text("/config/workspace_dir").unwrap_or("terraform.tfstate.d");
            operator.directory.join(folder).join(workspace).join("terraform.tfstate")
        }
        None => operator.directory.join(path),
    };
    let state = State::read(&file).map_err(|wrong| ResourceError::Impossible(wrong.message().to_owned()))?;
    let mut outputs = arguments.at("/defaults").as_object().cloned().unwrap_or_default();
    outputs.extend(state.outputs.iter().map(|(name, output)| (name.clone(), output.value.to_json())));
    Ok(json!({ "outputs": outputs }))
}
