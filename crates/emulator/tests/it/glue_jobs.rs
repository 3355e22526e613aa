//! Glue's crawlers, jobs and triggers.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};
use crate::filled::assert_has;

/// With a role that crawlers and jobs can have.
pub fn glue() -> (Cloud, String) {
    let cloud = Cloud::new();
    let role = cloud.role("glue");
    (cloud.of("glue"), role)
}

fn crawler(role: &str) -> Value {
    let paths = json!(["s3://results/a"]);
    json!({
        "Name": "c", "Role": role, "DatabaseName": "cci", "Description": "d",
        "Targets": {
            "S3Targets": [{
                "Path": "s3://results/", "Exclusions": ["x"], "ConnectionName": "n", "SampleSize": 3,
                "EventQueueArn": "q", "DlqEventQueueArn": "d",
            }],
            "JdbcTargets": [{
                "ConnectionName": "n", "Path": "p", "Exclusions": [], "EnableAdditionalMetadata": ["COMMENTS"],
            }],
            "MongoDBTargets": [{ "ConnectionName": "n", "Path": "p", "ScanAll": true }],
            "DynamoDBTargets": [{ "Path": "t", "scanAll": true, "scanRate": 0.5 }],
            "CatalogTargets": [{
                "DatabaseName": "d", "Tables": ["t"], "ConnectionName": "n", "EventQueueArn": "q", "DlqEventQueueArn": "d",
            }],
            "DeltaTargets": [{
                "DeltaTables": paths, "ConnectionName": "n", "WriteManifest": true, "CreateNativeDeltaTable": false,
            }],
            "IcebergTargets": [{
                "Paths": paths, "ConnectionName": "n", "Exclusions": [], "MaximumTraversalDepth": 2,
            }],
            "HudiTargets": [{ "Paths": paths, "ConnectionName": "n", "Exclusions": [], "MaximumTraversalDepth": 2 }],
        },
        "Schedule": "cron(15 12 * * ? *)", "Classifiers": ["x"], "TablePrefix": "t_",
        "SchemaChangePolicy": { "UpdateBehavior": "LOG", "DeleteBehavior": "LOG" },
        "RecrawlPolicy": { "RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY" },
        "LineageConfiguration": { "CrawlerLineageSettings": "ENABLE" },
        "LakeFormationConfiguration": { "UseLakeFormationCredentials": true, "AccountId": ACCOUNT },
        "Configuration": "{}", "CrawlerSecurityConfiguration": "s", "CatalogId": ACCOUNT,
    })
}

pub fn get(cloud: &Cloud, kind: &str, member: &str, name: &str) -> Value {
    cloud.ok(&format!("Get{kind}"), json!({ member: name })).members[kind].clone()
}

#[test]
fn every_member_of_a_crawler_is_kept() {
    let (cloud, role) = glue();
    let given = crawler(&role);
    let mut members = given.clone();
    members["Tags"] = json!({ "team": "data" });
    cloud.ok("CreateCrawler", members);
    let held = get(&cloud, "Crawler", "Name", "c");
    assert_has(&held, &given, &["Role", "Schedule"]);
    assert_eq!(
        (&held["Role"], &held["State"], &held["Version"]),
        (&json!("glue"), &json!("READY"), &json!(1))
    );
    let schedule = json!({ "ScheduleExpression": "cron(15 12 * * ? *)", "State": "SCHEDULED" });
    assert_eq!(held["Schedule"], schedule);
    assert_eq!(cloud.ok("GetCrawlers", json!({})).members["Crawlers"], json!([held]));
    assert_eq!(
        cloud.ok("ListCrawlers", json!({ "Tags": { "team": "data" } })).members["CrawlerNames"],
        json!(["c"])
    );
    assert_eq!(
        cloud.ok("ListCrawlers", json!({ "Tags": { "team": "x" } })).members["CrawlerNames"],
        json!([])
    );
    let batch = cloud.ok("BatchGetCrawlers", json!({ "CrawlerNames": ["c", "x"] })).members;
    assert_eq!((&batch["Crawlers"], &batch["CrawlersNotFound"]), (&json!([held]), &json!(["x"])));
}

#[test]
fn crawlers_change_and_go() {
    let (cloud, role) = glue();
    let targets = json!({ "S3Targets": [{ "Path": "s3://results/" }] });
    cloud.ok("CreateCrawler", json!({ "Name": "c", "Role": role, "Targets": targets }));
    let held = get(&cloud, "Crawler", "Name", "c");
    assert_eq!(held["Targets"]["S3Targets"], json!([{ "Path": "s3://results/", "Exclusions": [] }]));
    assert_eq!((&held["Targets"]["JdbcTargets"], &held["Schedule"]), (&json!([]), &Value::Null));
    assert_eq!(held["RecrawlPolicy"], json!({ "RecrawlBehavior": "CRAWL_EVERYTHING" }));
    assert_eq!(cloud.refused("StartCrawlerSchedule", json!({ "CrawlerName": "c" })).1, "NoScheduleException");
    cloud.later(1);
    cloud.ok("UpdateCrawler", json!({ "Name": "c", "Description": "d", "Schedule": "cron(0 1 * * ? *)" }));
    let held = get(&cloud, "Crawler", "Name", "c");
    assert_eq!((&held["Description"], &held["Version"]), (&json!("d"), &json!(2)));
    assert_eq!(held["LastUpdated"], "2026-01-15T10:00:01Z");
    assert_eq!(held["Targets"]["S3Targets"][0]["Path"], "s3://results/");
    assert_eq!(
        cloud.refused("StartCrawlerSchedule", json!({ "CrawlerName": "c" })).1,
        "SchedulerRunningException"
    );
    cloud.ok("StopCrawlerSchedule", json!({ "CrawlerName": "c" }));
    assert_eq!(get(&cloud, "Crawler", "Name", "c")["Schedule"]["State"], "NOT_SCHEDULED");
    cloud.ok("UpdateCrawlerSchedule", json!({ "CrawlerName": "c", "Schedule": "" }));
    assert_eq!(get(&cloud, "Crawler", "Name", "c")["Schedule"], Value::Null);
    assert_eq!(cloud.refused("StopCrawler", json!({ "Name": "c" })).1, "CrawlerNotRunningException");
    let fork = cloud.fork();
    cloud.ok("DeleteCrawler", json!({ "Name": "c" }));
    assert_eq!(cloud.refused("DeleteCrawler", json!({ "Name": "c" })).1, "EntityNotFoundException");
    get(&fork, "Crawler", "Name", "c");
    for (members, code) in [
        (json!({ "Name": "c", "Role": "missing", "Targets": targets }), "InvalidInputException"),
        (json!({ "Name": "c", "Role": role, "Targets": {} }), "InvalidInputException"),
        (
            json!({ "Name": "c", "Role": role, "Targets": targets, "Schedule": "rate(1 day)" }),
            "InvalidInputException",
        ),
        (json!({ "Name": "c", "Role": role }), "ValidationException"),
    ] {
        assert_eq!(cloud.refused("CreateCrawler", members.clone()).1, code, "{members}");
    }
    assert_eq!(
        fork.refused("CreateCrawler", json!({ "Name": "c", "Role": role, "Targets": targets })).1,
        "AlreadyExistsException"
    );
}

#[test]
fn every_member_of_a_job_is_kept() {
    let (cloud, role) = glue();
    let given = json!({
        "Name": "j", "JobMode": "SCRIPT", "JobRunQueuingEnabled": true, "Description": "d", "LogUri": "l", "Role": role,
        "ExecutionProperty": { "MaxConcurrentRuns": 2 },
        "Command": {
            "Name": "glueetl", "ScriptLocation": "s3://code/a.py", "PythonVersion": "3", "Runtime": "r",
        },
        "DefaultArguments": { "--a": "b" }, "NonOverridableArguments": { "--c": "d" },
        "Connections": { "Connections": ["n"] }, "MaxRetries": 1, "Timeout": 10, "SecurityConfiguration": "s",
        "NotificationProperty": { "NotifyDelayAfter": 3 }, "GlueVersion": "4.0", "NumberOfWorkers": 3,
        "WorkerType": "G.2X", "ExecutionClass": "FLEX", "MaintenanceWindow": "Sun:23",
        "SourceControlDetails": {
            "Provider": "GITHUB", "Repository": "r", "Owner": "o", "Branch": "b", "Folder": "f", "LastCommitId": "c",
            "AuthStrategy": "AWS_SECRETS_MANAGER", "AuthToken": "t",
        },
        "CodeGenConfigurationNodes": { "n1": { "SelectFields": { "Name": "s", "Inputs": ["i"], "Paths": [["p"]] } } },
    });
    let mut members = given.clone();
    members["Tags"] = json!({ "team": "data" });
    assert_eq!(cloud.ok("CreateJob", members).text("Name"), "j");
    let held = get(&cloud, "Job", "JobName", "j");
    assert_has(&held, &given, &[]);
    assert_eq!((&held["MaxCapacity"], &held["AllocatedCapacity"]), (&json!(6.0), &json!(6)));
    assert_eq!(held["CreatedOn"], "2026-01-15T10:00:00Z");
    assert_eq!(cloud.ok("GetJobs", json!({})).members["Jobs"], json!([held]));
    assert_eq!(cloud.ok("ListJobs", json!({})).members["JobNames"], json!(["j"]));
    assert_eq!(cloud.ok("BatchGetJobs", json!({ "JobNames": ["x"] })).members["JobsNotFound"], json!(["x"]));
    let arn = format!("arn:aws:glue:eu-west-2:{ACCOUNT}:job/j");
    assert_eq!(cloud.ok("GetTags", json!({ "ResourceArn": arn })).members["Tags"], json!({ "team": "data" }));
    assert_eq!(cloud.ok("GetJobRuns", json!({ "JobName": "j" })).members["JobRuns"], json!([]));
}

#[test]
fn jobs_change_and_go() {
    let (cloud, role) = glue();
    let command = json!({ "Name": "pythonshell", "ScriptLocation": "s3://code/a.py" });
    cloud.ok("CreateJob", json!({ "Name": "j", "Role": "glue", "Command": command, "Description": "d" }));
    let held = get(&cloud, "Job", "JobName", "j");
    assert_eq!((&held["MaxCapacity"], &held["MaxRetries"]), (&json!(0.0625), &json!(0)));
    let update = json!({ "Role": role, "Command": command, "MaxCapacity": 1.0 });
    cloud.ok("UpdateJob", json!({ "JobName": "j", "JobUpdate": update }));
    let held = get(&cloud, "Job", "JobName", "j");
    assert_eq!((&held["MaxCapacity"], &held["Description"]), (&json!(1.0), &Value::Null));
    let both = json!({ "Role": role, "MaxCapacity": 1.0, "WorkerType": "G.1X", "NumberOfWorkers": 2 });
    for (operation, members, code) in [
        ("UpdateJob", json!({ "JobName": "j", "JobUpdate": both }), "InvalidInputException"),
        ("UpdateJob", json!({ "JobName": "x", "JobUpdate": update }), "EntityNotFoundException"),
        (
            "CreateJob",
            json!({ "Name": "j", "Role": role, "Command": command }),
            "IdempotentParameterMismatchException",
        ),
        ("CreateJob", json!({ "Name": "k", "Role": "missing", "Command": command }), "InvalidInputException"),
        (
            "CreateJob",
            json!({ "Name": "k", "Role": role, "Command": command, "WorkerType": "G.9X" }),
            "ValidationException",
        ),
        ("GetJob", json!({ "JobName": "x" }), "EntityNotFoundException"),
        ("GetJobRun", json!({ "JobName": "j", "RunId": "r" }), "EntityNotFoundException"),
    ] {
        assert_eq!(
            cloud.refused(operation, members.clone()),
            (400, code.to_owned()),
            "{operation} {members}"
        );
    }
    assert_eq!(cloud.ok("DeleteJob", json!({ "JobName": "j" })).text("JobName"), "j");
    cloud.ok("DeleteJob", json!({ "JobName": "j" }));
    assert_eq!(cloud.refused("GetJob", json!({ "JobName": "j" })).1, "EntityNotFoundException");
}

#[test]
fn every_member_of_a_trigger_is_kept() {
    let (cloud, role) = glue();
    let command = json!({ "Name": "glueetl" });
    cloud.ok("CreateJob", json!({ "Name": "j", "Role": role, "Command": command }));
    cloud.ok("CreateWorkflow", json!({ "Name": "w" }));
    let given = json!({
        "Name": "t", "WorkflowName": "w", "Type": "CONDITIONAL", "Schedule": "cron(0 1 * * ? *)", "Description": "d",
        "Predicate": {
            "Logical": "AND",
            "Conditions": [
                { "LogicalOperator": "EQUALS", "JobName": "j", "State": "SUCCEEDED" },
                { "LogicalOperator": "EQUALS", "CrawlerName": "c", "CrawlState": "SUCCEEDED" },
            ],
        },
        "Actions": [{
            "JobName": "j", "Arguments": { "--a": "b" }, "Timeout": 5, "SecurityConfiguration": "s",
            "NotificationProperty": { "NotifyDelayAfter": 3 },
        }],
        "EventBatchingCondition": { "BatchSize": 2, "BatchWindow": 60 },
    });
    let mut members = given.clone();
    members["Tags"] = json!({ "team": "data" });
    members["StartOnCreation"] = json!(true);
    cloud.ok("CreateTrigger", members);
    let held = get(&cloud, "Trigger", "Name", "t");
    assert_has(&held, &given, &[]);
    assert_eq!(held["State"], "ACTIVATED");
    let triggers =
        |job: &str| cloud.ok("GetTriggers", json!({ "DependentJobName": job })).members["Triggers"].clone();
    assert_eq!((triggers("j"), triggers("k")), (json!([held]), json!([])));
    let names = cloud.ok("ListTriggers", json!({ "DependentJobName": "j", "Tags": { "team": "data" } }));
    assert_eq!(names.members["TriggerNames"], json!(["t"]));
    cloud.ok("StopTrigger", json!({ "Name": "t" }));
    let changed = cloud.ok("UpdateTrigger", json!({ "Name": "t", "TriggerUpdate": { "Description": "e" } }));
    let changed = changed.members["Trigger"].clone();
    assert_eq!((&changed["State"], &changed["Description"]), (&json!("DEACTIVATED"), &json!("e")));
    assert_eq!(changed["Actions"], given["Actions"]);
    cloud.ok("StartTrigger", json!({ "Name": "t" }));
    assert_eq!(get(&cloud, "Trigger", "Name", "t")["State"], "ACTIVATED");
    cloud.ok("DeleteTrigger", json!({ "Name": "t" }));
    assert_eq!(cloud.refused("GetTrigger", json!({ "Name": "t" })).1, "EntityNotFoundException");
}

#[test]
fn triggers_are_checked() {
    let (cloud, role) = glue();
    cloud.ok("CreateJob", json!({ "Name": "j", "Role": role, "Command": { "Name": "glueetl" } }));
    let actions = json!([{ "JobName": "j" }]);
    cloud.ok("CreateTrigger", json!({ "Name": "d", "Type": "ON_DEMAND", "Actions": actions }));
    assert_eq!(get(&cloud, "Trigger", "Name", "d")["State"], "CREATED");
    for (operation, members, code) in [
        (
            "CreateTrigger",
            json!({ "Name": "t", "Type": "SCHEDULED", "Actions": actions }),
            "InvalidInputException",
        ),
        (
            "CreateTrigger",
            json!({ "Name": "t", "Type": "CONDITIONAL", "Actions": actions }),
            "InvalidInputException",
        ),
        (
            "CreateTrigger",
            json!({ "Name": "t", "Type": "SCHEDULED", "Schedule": "cron(x)", "Actions": actions }),
            "InvalidInputException",
        ),
        (
            "CreateTrigger",
            json!({ "Name": "t", "Type": "ON_DEMAND", "Actions": [{ "JobName": "x" }] }),
            "EntityNotFoundException",
        ),
        (
            "CreateTrigger",
            json!({ "Name": "t", "Type": "ON_DEMAND", "Actions": actions, "StartOnCreation": true }),
            "InvalidInputException",
        ),
        (
            "CreateTrigger",
            json!({ "Name": "d", "Type": "ON_DEMAND", "Actions": actions }),
            "IdempotentParameterMismatchException",
        ),
        ("CreateTrigger", json!({ "Name": "t", "Type": "OFTEN", "Actions": actions }), "ValidationException"),
        ("StartTrigger", json!({ "Name": "d" }), "NotImplemented"),
        ("StopTrigger", json!({ "Name": "x" }), "EntityNotFoundException"),
    ] {
        assert_eq!(cloud.refused(operation, members.clone()).1, code, "{operation} {members}");
    }
}
