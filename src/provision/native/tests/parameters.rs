//! Parameters of Systems Manager.

use super::*;

const PARAMETERS: &str = include_str!("../../../../tests/data/fields/parameters/main.tf");

#[tokio::test]
async fn parameters_are_read_as_they_were_put() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(PARAMETERS);
    let provisioned = apply(&environment, &request).await.unwrap();
    assert_eq!(
        provisioned.stack().outputs["read"].value,
        json!({
            "plain": "12", "secret": "hidden", "count": 14, "version": 1,
            "arn": "arn:aws:ssm:eu-west-2:111111111111:parameter/shop/keys/api",
        })
    );
    let secret = &provisioned.stack().resources["aws_ssm_parameter.secret"];
    assert_eq!((&secret["tier"], &secret["data_type"]), (&json!("Advanced"), &json!("text")));
    provisioned.destroy().await.unwrap();
    let operator = Operators::of(&environment).unwrap().main;
    let left = operator.call("ssm", "DescribeParameters", json!({})).await.unwrap();
    assert!(left.list("/Parameters").is_empty());
}
