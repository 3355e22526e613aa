//! QuickSight's data sources, data sets, folders and VPC connections, and who may use them.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, OTHER, Reply};
use crate::filled::{assert_has, filled};

const USER: &str = "arn:aws:quicksight:eu-west-2:111111111111:user/default/ada";

pub fn quicksight() -> Cloud {
    Cloud::new().of("quicksight")
}

/// Members beside the account's id.
pub fn with(members: Value) -> Value {
    let mut all = json!({ "AwsAccountId": ACCOUNT });
    all.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    all
}

/// What every answer ends with.
#[track_caller]
pub fn assert_status(reply: &Reply, status: u16) {
    assert_eq!((&reply.members["Status"], reply.text("RequestId")), (&json!(status), "request"));
}

pub fn arn(resource: &str) -> String {
    format!("arn:aws:quicksight:eu-west-2:{ACCOUNT}:{resource}")
}

fn tags(cloud: &Cloud, resource: &str) -> Value {
    cloud.ok("ListTagsForResource", json!({ "ResourceArn": arn(resource) })).members["Tags"].clone()
}

fn vpc() -> Value {
    json!({
        "VPCConnectionId": "v", "Name": "n", "SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"],
        "DnsResolvers": ["10.0.0.2"], "RoleArn": format!("arn:aws:iam::{ACCOUNT}:role/vpc"),
    })
}

fn source(cloud: &Cloud, id: &str) -> String {
    let parameters = json!({ "AthenaParameters": { "WorkGroup": "cci" } });
    let members =
        json!({ "DataSourceId": id, "Name": "n", "Type": "ATHENA", "DataSourceParameters": parameters });
    cloud.ok("CreateDataSource", with(members));
    arn(&format!("datasource/{id}"))
}

fn table(source: &str) -> Value {
    json!({ "k": { "RelationalTable": {
        "DataSourceArn": source, "Catalog": "c", "Schema": "s", "Name": "t",
        "InputColumns": [{ "Name": "id", "Type": "STRING" }, { "Name": "ok", "Type": "BOOLEAN" }],
    } } })
}

#[test]
fn every_member_of_a_data_source_is_kept() {
    let cloud = quicksight();
    cloud.ok("CreateVPCConnection", with(vpc()));
    cloud.ok("CreateFolder", with(json!({ "FolderId": "f", "Name": "n" })));
    let parameters = filled("quicksight", "DataSourceParameters");
    for (kind, value) in parameters.as_object().unwrap() {
        let given = json!({
            "DataSourceId": kind, "Name": "n", "Type": "ATHENA", "DataSourceParameters": { kind: value },
            "VpcConnectionProperties": { "VpcConnectionArn": arn("vpcConnection/v") },
            "SslProperties": { "DisableSsl": true },
        });
        let mut members = with(given.clone());
        members["Permissions"] = json!([{ "Principal": USER, "Actions": ["quicksight:DescribeDataSource"] }]);
        members["Tags"] = json!([{ "Key": "team", "Value": "data" }]);
        members["FolderArns"] = json!([arn("folder/f")]);
        members["Credentials"] = json!({
            "CredentialPair": {
                "Username": "u", "Password": "p", "AlternateDataSourceParameters": [{ kind: value }],
            },
            "SecretArn": "s",
        });
        let reply = cloud.ok("CreateDataSource", members);
        assert_status(&reply, 202);
        let held =
            cloud.ok("DescribeDataSource", with(json!({ "DataSourceId": kind }))).members["DataSource"]
                .clone();
        assert_has(&held, &given, &[]);
        assert_eq!(held["Arn"], arn(&format!("datasource/{kind}")));
        assert_eq!((&held["Status"], &held["SecretArn"]), (&json!("CREATION_SUCCESSFUL"), &json!("s")));
        assert_eq!(held["AlternateDataSourceParameters"], json!([{ kind: value }]));
        assert!(!held.to_string().contains("\"p\""), "{held}");
        assert_eq!(tags(&cloud, &format!("datasource/{kind}")), json!([{ "Key": "team", "Value": "data" }]));
    }
    let list = cloud.ok("ListDataSources", with(json!({})));
    assert_eq!(list.members["DataSources"].as_array().unwrap().len(), parameters.as_object().unwrap().len());
    let members = cloud.ok("ListFolderMembers", with(json!({ "FolderId": "f", "MaxResults": 2 })));
    assert_eq!(members.members["FolderMemberList"].as_array().unwrap().len(), 2);
}

#[test]
fn every_member_of_a_data_set_is_kept() {
    let cloud = quicksight();
    let source = source(&cloud, "d");
    let shape = |kind: &str| filled("quicksight", kind);
    let mut given = json!({
        "DataSetId": "s", "Name": "n", "ImportMode": "DIRECT_QUERY", "UseAs": "RLS_RULES",
        "PhysicalTableMap": table(&source),
    });
    for (name, kind) in [
        ("LogicalTableMap", "LogicalTableMap"),
        ("ColumnGroups", "ColumnGroupList"),
        ("FieldFolders", "FieldFolderMap"),
        ("RowLevelPermissionDataSet", "RowLevelPermissionDataSet"),
        ("RowLevelPermissionTagConfiguration", "RowLevelPermissionTagConfiguration"),
        ("ColumnLevelPermissionRules", "ColumnLevelPermissionRuleList"),
        ("DataSetUsageConfiguration", "DataSetUsageConfiguration"),
        ("DatasetParameters", "DatasetParameterList"),
        ("PerformanceConfiguration", "PerformanceConfiguration"),
        ("DataPrepConfiguration", "DataPrepConfiguration"),
        ("SemanticModelConfiguration", "SemanticModelConfiguration"),
    ] {
        given[name] = shape(kind);
    }
    let mut members = with(given.clone());
    members["Permissions"] = json!([{ "Principal": USER, "Actions": ["quicksight:DescribeDataSet"] }]);
    members["Tags"] = json!([{ "Key": "team", "Value": "data" }]);
    let reply = cloud.ok("CreateDataSet", members);
    assert_status(&reply, 201);
    assert_eq!(reply.text("Arn"), arn("dataset/s"));
    let get = || cloud.ok("DescribeDataSet", with(json!({ "DataSetId": "s" }))).members["DataSet"].clone();
    assert_has(&get(), &given, &[]);
    let summaries = cloud.ok("ListDataSets", with(json!({}))).members["DataSetSummaries"].clone();
    assert_eq!(summaries[0]["RowLevelPermissionDataSet"], given["RowLevelPermissionDataSet"]);
    assert_eq!(summaries[0]["ColumnLevelPermissionRulesApplied"], true);
    cloud.later(1);
    let update =
        json!({ "DataSetId": "s", "Name": "m", "ImportMode": "SPICE", "PhysicalTableMap": table(&source) });
    cloud.ok("UpdateDataSet", with(update));
    let changed = get();
    assert_eq!((&changed["Name"], &changed["UseAs"]), (&json!("m"), &json!("RLS_RULES")));
    assert_eq!(
        (&changed["LogicalTableMap"], &changed["LastUpdatedTime"]),
        (&Value::Null, &json!("2026-01-15T10:00:01Z"))
    );
    assert_eq!(
        changed["OutputColumns"],
        json!([{ "Name": "id", "Type": "STRING" }, { "Name": "ok", "Type": "INTEGER" }])
    );
    assert_eq!(
        cloud.ok("ListIngestions", with(json!({ "DataSetId": "s" }))).members["Ingestions"],
        json!([])
    );
    let ingestion = with(json!({ "DataSetId": "s", "IngestionId": "i" }));
    assert_eq!(
        cloud.refused("DescribeIngestion", ingestion.clone()),
        (404, "ResourceNotFoundException".to_owned())
    );
    assert_eq!(cloud.refused("CreateIngestion", ingestion), (501, "NotImplemented".to_owned()));
}

#[test]
fn every_member_of_a_refresh_schedule_is_kept() {
    let cloud = quicksight();
    let source = source(&cloud, "d");
    let set =
        json!({ "DataSetId": "s", "Name": "n", "ImportMode": "SPICE", "PhysicalTableMap": table(&source) });
    cloud.ok("CreateDataSet", with(set));
    let schedule = json!({
        "ScheduleId": "r", "RefreshType": "FULL_REFRESH", "StartAfterDateTime": "2026-02-01T00:00:00Z",
        "ScheduleFrequency": {
            "Interval": "WEEKLY", "Timezone": "Europe/London", "TimeOfTheDay": "01:00",
            "RefreshOnDay": { "DayOfWeek": "MONDAY", "DayOfMonth": "1" },
        },
    });
    let given = with(json!({ "DataSetId": "s", "Schedule": schedule }));
    assert_eq!(
        cloud.ok("CreateRefreshSchedule", given.clone()).text("Arn"),
        arn("dataset/s/refresh-schedule/r")
    );
    assert_eq!(cloud.refused("CreateRefreshSchedule", given).0, 409);
    let named = with(json!({ "DataSetId": "s", "ScheduleId": "r" }));
    let get = || cloud.ok("DescribeRefreshSchedule", named.clone()).members["RefreshSchedule"].clone();
    assert_has(&get(), &schedule, &[]);
    let mut hourly = schedule.clone();
    hourly["ScheduleFrequency"] = json!({ "Interval": "HOURLY" });
    cloud.ok("UpdateRefreshSchedule", with(json!({ "DataSetId": "s", "Schedule": hourly })));
    assert_eq!(get()["ScheduleFrequency"], json!({ "Interval": "HOURLY" }));
    let list = cloud.ok("ListRefreshSchedules", with(json!({ "DataSetId": "s" })));
    assert_eq!(list.column("RefreshSchedules", "ScheduleId"), ["r"]);
    cloud.ok("DeleteRefreshSchedule", named.clone());
    assert_eq!(cloud.refused("DescribeRefreshSchedule", named).0, 404);
}

#[test]
fn every_member_of_a_folder_is_kept() {
    let cloud = quicksight();
    cloud.ok("CreateFolder", with(json!({ "FolderId": "top" })));
    let given =
        json!({ "FolderId": "f", "Name": "n", "FolderType": "RESTRICTED", "SharingModel": "NAMESPACE" });
    let mut members = with(given.clone());
    members["ParentFolderArn"] = json!(arn("folder/top"));
    members["Permissions"] = json!([{ "Principal": USER, "Actions": ["quicksight:DescribeFolder"] }]);
    members["Tags"] = json!([{ "Key": "team", "Value": "data" }]);
    assert_status(&cloud.ok("CreateFolder", members), 200);
    let get =
        |id: &str| cloud.ok("DescribeFolder", with(json!({ "FolderId": id }))).members["Folder"].clone();
    assert_has(&get("f"), &given, &[]);
    assert_eq!(get("f")["FolderPath"], json!([arn("folder/top")]));
    assert_eq!(tags(&cloud, "folder/f"), json!([{ "Key": "team", "Value": "data" }]));
    cloud.ok("UpdateFolder", with(json!({ "FolderId": "f", "Name": "m" })));
    assert_eq!((&get("f")["Name"], &get("f")["FolderType"]), (&json!("m"), &json!("RESTRICTED")));
    assert_eq!(
        cloud.ok("ListFolders", with(json!({}))).column("FolderSummaryList", "FolderId"),
        ["f", "top"]
    );
    assert_eq!(cloud.refused("DeleteFolder", with(json!({ "FolderId": "top" }))).1, "ConflictException");
    source(&cloud, "d");
    let member = with(json!({ "FolderId": "f", "MemberType": "DATASOURCE", "MemberId": "d" }));
    cloud.ok("CreateFolderMembership", member.clone());
    assert_eq!(cloud.refused("CreateFolderMembership", member.clone()).0, 409);
    assert_eq!(cloud.refused("DeleteFolder", with(json!({ "FolderId": "f" }))).1, "ConflictException");
    let list = |cloud: &Cloud| {
        cloud.ok("ListFolderMembers", with(json!({ "FolderId": "f" }))).members["FolderMemberList"].clone()
    };
    assert_eq!(list(&cloud), json!([{ "MemberId": "d", "MemberArn": arn("datasource/d") }]));
    let fork = cloud.fork();
    cloud.ok("DeleteDataSource", with(json!({ "DataSourceId": "d" })));
    assert_eq!(list(&cloud), json!([]));
    fork.ok("DeleteFolderMembership", member.clone());
    assert_eq!(fork.refused("DeleteFolderMembership", member).0, 404);
    fork.ok("DescribeDataSource", with(json!({ "DataSourceId": "d" })));
    cloud.ok("DeleteFolder", with(json!({ "FolderId": "f" })));
    cloud.ok("DeleteFolder", with(json!({ "FolderId": "top" })));
}

#[test]
fn every_member_of_a_vpc_connection_is_kept() {
    let cloud = quicksight();
    let mut members = with(vpc());
    members["Tags"] = json!([{ "Key": "team", "Value": "data" }]);
    let made = cloud.ok("CreateVPCConnection", members);
    assert_eq!(
        (made.text("Arn"), made.text("AvailabilityStatus")),
        (arn("vpcConnection/v").as_str(), "AVAILABLE")
    );
    let named = with(json!({ "VPCConnectionId": "v" }));
    let held = cloud.ok("DescribeVPCConnection", named.clone()).members["VPCConnection"].clone();
    assert_has(&held, &vpc(), &["SubnetIds"]);
    let subnets: Vec<&str> = held["NetworkInterfaces"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["SubnetId"].as_str().unwrap())
        .collect();
    assert_eq!(subnets, ["subnet-1", "subnet-2"]);
    let mut update = vpc();
    update["SecurityGroupIds"] = json!(["sg-2"]);
    update.as_object_mut().unwrap().remove("DnsResolvers");
    cloud.ok("UpdateVPCConnection", with(update));
    let list = cloud.ok("ListVPCConnections", with(json!({}))).members["VPCConnectionSummaries"].clone();
    assert_eq!((&list[0]["SecurityGroupIds"], &list[0]["DnsResolvers"]), (&json!(["sg-2"]), &Value::Null));
    assert_eq!(cloud.ok("DeleteVPCConnection", named.clone()).text("DeletionStatus"), "DELETED");
    assert_eq!(cloud.refused("DescribeVPCConnection", named).0, 404);
}

#[test]
fn permissions_are_granted_and_revoked() {
    let cloud = quicksight();
    let source = source(&cloud, "d");
    let set =
        json!({ "DataSetId": "s", "Name": "n", "ImportMode": "SPICE", "PhysicalTableMap": table(&source) });
    cloud.ok("CreateDataSet", with(set));
    cloud.ok("CreateFolder", with(json!({ "FolderId": "f" })));
    let group = arn("group/default/readers");
    for (kind, id, name) in
        [("DataSource", "DataSourceId", "d"), ("DataSet", "DataSetId", "s"), ("Folder", "FolderId", "f")]
    {
        let call = |verb: &str, more: Value| {
            let mut members = with(json!({ id: name }));
            members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            cloud.ok(&format!("{verb}{kind}Permissions"), members)
        };
        let held = || call("Describe", json!({})).members["Permissions"].clone();
        assert_eq!(held(), json!([]));
        let grant = json!([
            { "Principal": USER, "Actions": ["quicksight:PassDataSet", "quicksight:DescribeDataSet"] },
            { "Principal": group, "Actions": ["quicksight:PassDataSet"] },
        ]);
        call("Update", json!({ "GrantPermissions": grant }));
        assert_eq!(held(), grant);
        let more =
            json!([{ "Principal": group, "Actions": ["quicksight:PassDataSet", "quicksight:Delete"] }]);
        let gone = json!([{ "Principal": USER, "Actions": ["quicksight:PassDataSet", "quicksight:DescribeDataSet"] }]);
        assert_status(&call("Update", json!({ "GrantPermissions": more, "RevokePermissions": gone })), 200);
        assert_eq!(held(), more);
    }
    let wrong = json!([{ "Principal": format!("arn:aws:iam::{ACCOUNT}:root"), "Actions": ["quicksight:*"] }]);
    let members = with(json!({ "DataSetId": "s", "GrantPermissions": wrong }));
    assert_eq!(cloud.refused("UpdateDataSetPermissions", members).1, "InvalidParameterValueException");
}

#[test]
fn tags_are_changed() {
    let cloud = quicksight();
    source(&cloud, "d");
    let named = json!({ "ResourceArn": arn("datasource/d") });
    let mut add = named.clone();
    add["Tags"] = json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }]);
    assert_status(&cloud.ok("TagResource", add), 200);
    let mut remove = named;
    remove["TagKeys"] = json!(["a"]);
    cloud.ok("UntagResource", remove);
    assert_eq!(tags(&cloud, "datasource/d"), json!([{ "Key": "b", "Value": "2" }]));
    assert_eq!(cloud.refused("ListTagsForResource", json!({ "ResourceArn": arn("dataset/x") })).0, 404);
    assert_eq!(cloud.refused("ListTagsForResource", json!({ "ResourceArn": "x" })).0, 400);
}

#[test]
fn wrong_calls_are_told_apart() {
    let cloud = quicksight();
    source(&cloud, "d");
    let named = |id: &str| json!({ "DataSourceId": id, "Name": "n", "Type": "ATHENA" });
    let mut two = named("e");
    two["DataSourceParameters"] =
        json!({ "AthenaParameters": {}, "TwitterParameters": { "Query": "q", "MaxRows": 1 } });
    let mut keys = named("e");
    keys["Credentials"] = json!({ "KeyPairCredentials": { "KeyPairUsername": "u", "PrivateKey": "k" } });
    let set = |source: &str| json!({ "DataSetId": "s", "Name": "n", "ImportMode": "SPICE", "PhysicalTableMap": table(source) });
    for (operation, members, status, code) in [
        ("CreateDataSource", named("d"), 409, "ResourceExistsException"),
        ("CreateDataSource", two, 400, "InvalidParameterValueException"),
        ("CreateDataSource", keys, 501, "NotImplemented"),
        ("CreateDataSource", json!({ "DataSourceId": "e", "Type": "S3" }), 400, "ValidationException"),
        ("DescribeDataSource", json!({ "DataSourceId": "x" }), 404, "ResourceNotFoundException"),
        ("UpdateDataSource", json!({ "DataSourceId": "x", "Name": "n" }), 404, "ResourceNotFoundException"),
        ("CreateDataSet", set(&arn("datasource/x")), 404, "ResourceNotFoundException"),
        ("CreateDataSet", set("x"), 400, "InvalidParameterValueException"),
        ("ListDataSets", json!({ "MaxResults": 101 }), 400, "InvalidParameterValueException"),
        ("ListDataSets", json!({ "NextToken": "?" }), 400, "InvalidNextTokenException"),
        ("CreateFolder", json!({ "FolderId": "a b" }), 400, "ValidationException"),
        (
            "CreateFolder",
            json!({ "FolderId": "f", "ParentFolderArn": arn("folder/x") }),
            404,
            "ResourceNotFoundException",
        ),
        ("DescribeDashboard", json!({ "DashboardId": "x" }), 404, "ResourceNotFoundException"),
        ("DescribeAnalysisPermissions", json!({ "AnalysisId": "x" }), 404, "ResourceNotFoundException"),
        (
            "GenerateEmbedUrlForRegisteredUser",
            json!({ "UserArn": USER, "ExperienceConfiguration": {} }),
            501,
            "NotImplemented",
        ),
    ] {
        assert_eq!(cloud.refused(operation, with(members)), (status, code.to_owned()), "{operation}");
    }
    for (operation, list) in [
        ("ListAnalyses", "AnalysisSummaryList"),
        ("ListDashboards", "DashboardSummaryList"),
        ("ListTemplates", "TemplateSummaryList"),
        ("ListThemes", "ThemeSummaryList"),
    ] {
        assert_eq!(cloud.ok(operation, with(json!({}))).members[list], json!([]), "{operation}");
    }
    let other = cloud.other_account();
    let foreign = json!({ "AwsAccountId": OTHER, "DataSourceId": "d" });
    assert_eq!(other.refused("DescribeDataSource", foreign).0, 404);
    assert_eq!(
        cloud.in_region("eu-west-1").refused("DescribeDataSource", with(json!({ "DataSourceId": "d" }))).0,
        404
    );
}
