//! Sessions.

use stackproof_aws::Members;

use crate::acceptance::arguments::Arguments;
use crate::acceptance::error::StepError;
use crate::acceptance::principals::{self, SESSION};
use crate::acceptance::sentence::{Attachment, Keyword, Sentence};
use crate::acceptance::world::{Request, World, operation};

pub(super) const SENTENCES: &[Sentence] = &[
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} assumes the role {role:text}[ with]",
        example: r#"the stranger assumes the role "aws_iam_role.data_migration""#,
        docs: "Calls `sts:AssumeRole`.",
        attachment: Attachment::Options(&[SESSION]),
        handler: |world, given| Box::pin(assume(world, given)),
    },
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} asks who it is",
        example: "the accessor asks who it is",
        docs: "Calls `sts:GetCallerIdentity`, which no policy can deny.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(identity(world, given)),
    },
];

async fn assume(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let who = given.who("who");
    let arn = if given.is_value("role") {
        given.get("role").to_owned()
    } else {
        principals::role_arn(&world.names, given.get("role"))?
    };
    let members = principals::assume_role(&arn, &who.to_string(), &given.options()?)?;
    world.act(&who, Request::new(operation("sts", "AssumeRole")?, members)).await
}

async fn identity(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let request = Request::new(operation("sts", "GetCallerIdentity")?, Members::new());
    world.act(&given.who("who"), request).await
}
