//! Requests for items, in odd words.

use serde_json::{Value, json};
use stackproof_fuzz::Random;

use crate::world::{ACCOUNT, REGION};

/// The table of which the tenant may touch one partition.
pub const TABLE: &str = "items";
/// A table that is not the tenant's.
pub const OTHER: &str = "other";
/// The partition.
pub const OWN: &str = "acme";

/// One request.
pub struct Asked {
    pub path: &'static str,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

const CONDITIONS: [&str; 22] = [
    "pk = :p",
    "pk = :p",
    "#p = :p",
    ":p = pk",
    "(pk = :p)",
    "((#p) = :p)",
    "pk=:p AND sk = :s",
    "sk > :s and #p = :p",
    "pk = :p and begins_with(sk, :s)",
    "pk = :p AND sk BETWEEN :s AND :t",
    "pk = :p aNd sk >= :s",
    "PK = :p",
    "pk = :p OR pk = :q",
    "pk IN (:p, :q)",
    "pk = :p AND pk = :q",
    "pk = :q AND #p = :p",
    "NOT pk <> :p",
    "pk >= :p",
    "begins_with(pk, :p)",
    "pk = :p AND #s = :s",
    "#s = :p AND pk = :s",
    "pk\t=\n:p",
];

/// Statements of PartiQL; `P` and `Q` stand for partitions, `T` for the table.
const STATEMENTS: [&str; 44] = [
    "SELECT * FROM T WHERE pk = P",
    "select * from T where pk=P and sk='1'",
    "SELECT * FROM T WHERE P = pk",
    "SELECT * FROM T WHERE (pk = P)",
    "SELECT * FROM T WHERE \"pk\" = P",
    "SELECT * FROM T WHERE T.pk = P",
    "SELECT mark FROM T t WHERE t.pk = P",
    "SELECT * FROM T AS t WHERE t.\"pk\" = P",
    "SELECT * FROM T WHERE pk = P OR pk = Q",
    "SELECT * FROM T WHERE pk = P OR 1 = 1",
    "SELECT * FROM T WHERE pk = P AND sk = '1' OR pk = Q",
    "SELECT * FROM T WHERE (pk = P OR pk = Q) AND sk = '1'",
    "SELECT * FROM T WHERE pk IN [P, Q]",
    "SELECT * FROM T WHERE pk IN (P, Q)",
    "SELECT * FROM T WHERE pk = P AND pk = Q",
    "SELECT * FROM T WHERE NOT pk <> P",
    "SELECT * FROM T WHERE pk >= P",
    "SELECT * FROM T WHERE pk BETWEEN P AND Q",
    "SELECT * FROM T WHERE begins_with(pk, P)",
    "SELECT * FROM T WHERE pk = ?",
    "SELECT * FROM T WHERE pk = ? OR pk = ?",
    "SELECT * FROM T WHERE v = 0 AND pk = P",
    "SELECT * FROM T WHERE owner = P",
    "SELECT * FROM T.\"by-owner\" WHERE owner = P",
    "SELECT * FROM T",
    "SELECT * FROM T WHERE pk = P -- AND pk = Q",
    "SELECT * FROM T WHERE pk = /* Q */ P",
    "SELECT * FROM T WHERE pk = Q -- \n OR pk = P",
    "SELECT * FROM T WHERE pk = P; SELECT * FROM T WHERE pk = Q",
    "SELECT * FROM T WHERE EXISTS(SELECT * FROM T WHERE pk = Q AND sk = '1') AND pk = P",
    "SELECT * FROM T WHERE PK = P",
    "SELECT * FROM T WHERE pk = P ORDER BY sk DESC",
    "SELECT (SELECT * FROM T WHERE pk = Q) FROM T WHERE pk = P",
    "EXISTS(SELECT * FROM T WHERE pk = Q AND sk = '1' AND v = 0)",
    "INSERT INTO T VALUE {'pk': P, 'sk': '9', 'v': 1}",
    "INSERT INTO T VALUE {'pk': P, 'sk': '9', 'pk': Q}",
    "insert into T value {'sk': '8', 'pk': ?}",
    "UPDATE T SET v = 1 WHERE pk = P AND sk = '1'",
    "UPDATE T SET v = v + 1 SET w = 'x' WHERE sk = '2' AND pk = P RETURNING ALL OLD *",
    "UPDATE T REMOVE w WHERE pk = P AND sk = '1' OR pk = Q AND sk = '1'",
    "UPDATE T SET pk = Q WHERE pk = P AND sk = '1'",
    "DELETE FROM T WHERE pk = P AND sk = '9'",
    "DELETE FROM T WHERE pk = P AND sk = '1' RETURNING ALL OLD *",
    "DELETE FROM T WHERE sk = '1' AND (pk = P) AND v = 77",
];

fn one<T: Copy>(random: &mut Random, items: &[T]) -> T {
    *random.pick(items).unwrap()
}

fn partition(random: &mut Random) -> &'static str {
    one(random, &[OWN, OWN, OWN, OWN, OWN, "globex", "globex", "ACME", "acme'", "acme ", "acm", "nobody"])
}

fn text(text: &str) -> Value {
    json!({ "S": text })
}

fn key(random: &mut Random) -> Value {
    json!({ "pk": text(partition(random)), "sk": text(one(random, &["1", "2", "9"])) })
}

fn item(random: &mut Random) -> Value {
    let mut item = key(random);
    item["v"] = json!({ "N": random.below(9).to_string() });
    item
}

fn table(random: &mut Random) -> String {
    match random.below(24) {
        0 => OTHER.to_owned(),
        1 => format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{OTHER}"),
        2 => format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{TABLE}"),
        3 => "Items".to_owned(),
        _ => TABLE.to_owned(),
    }
}

/// A statement, and its parameters.
fn statement(random: &mut Random) -> Value {
    let quoted = |random: &mut Random| format!("'{}'", partition(random).replace('\'', "''"));
    let (first, second) = (quoted(random), quoted(random));
    let table = table(random);
    let table = if random.below(2) == 0 { table } else { format!("\"{table}\"") };
    let shape = one(random, &STATEMENTS);
    let words = shape.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_');
    let text: String = words
        .map(|word| {
            let name = word.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_');
            let rest = word.strip_prefix(name).unwrap_or_default();
            match name {
                "P" => format!("{first}{rest}"),
                "Q" => format!("{second}{rest}"),
                "T" => format!("{table}{rest}"),
                _ => word.to_owned(),
            }
        })
        .collect();
    let mut statement = json!({ "Statement": text });
    let parameters = text.matches('?').count();
    if parameters > 0 {
        statement["Parameters"] = (0..parameters).map(|_| self::text(partition(random))).collect();
    }
    statement
}

fn update(random: &mut Random) -> Value {
    let expression =
        one(random, &["SET v = :n", "set #v = :n", "SET v = v + :n REMOVE w", "ADD v :n", "SET pk = :n"]);
    let mut members = json!({
        "TableName": table(random), "Key": key(random), "UpdateExpression": expression,
        "ExpressionAttributeValues": { ":n": { "N": "1" } },
    });
    if expression.contains('#') {
        members["ExpressionAttributeNames"] = json!({ "#v": one(random, &["v", "w", "pk"]) });
    }
    members
}

fn query(random: &mut Random) -> Value {
    let mut query = json!({ "TableName": table(random) });
    if random.below(8) == 0 {
        let condition =
            json!({ "ComparisonOperator": "EQ", "AttributeValueList": [text(partition(random))] });
        query["KeyConditions"] = json!({ "pk": condition });
        return query;
    }
    let condition = one(random, &CONDITIONS);
    query["KeyConditionExpression"] = json!(condition);
    let mut values = json!({});
    for (name, value) in [(":p", partition(random)), (":q", partition(random)), (":s", "1"), (":t", "2")] {
        if condition.contains(name) || random.below(40) == 0 {
            values[name] = text(value);
        }
    }
    query["ExpressionAttributeValues"] = values;
    let mut names = json!({});
    for (name, target) in
        [("#p", one(random, &["pk", "pk", "pk", "sk"])), ("#s", one(random, &["sk", "sk", "pk"]))]
    {
        if condition.contains(name) {
            names[name] = json!(target);
        }
    }
    if names.as_object().is_some_and(|names| !names.is_empty()) {
        query["ExpressionAttributeNames"] = names;
    }
    match random.below(10) {
        0 => query["IndexName"] = json!("by-owner"),
        1 => query["ExclusiveStartKey"] = key(random),
        2 => query["FilterExpression"] = json!("attribute_exists(mark)"),
        3 => query["Select"] = json!("ALL_ATTRIBUTES"),
        4 => query["ScanIndexForward"] = json!(false),
        _ => {}
    }
    query
}

fn several(random: &mut Random, mut of: impl FnMut(&mut Random) -> Value) -> Value {
    (0..=random.below(2)).map(|_| of(random)).collect()
}

fn write(random: &mut Random) -> Value {
    match random.below(4) {
        0 => json!({ "Put": { "TableName": table(random), "Item": item(random) } }),
        1 => json!({ "Delete": { "TableName": table(random), "Key": key(random) } }),
        2 => json!({ "Update": update(random) }),
        _ => json!({ "ConditionCheck": {
            "TableName": table(random), "Key": key(random), "ConditionExpression": "attribute_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        } }),
    }
}

/// Any request.
pub fn asked(random: &mut Random) -> Asked {
    let (operation, members) = match random.below(28) {
        0..3 => ("GetItem", json!({ "TableName": table(random), "Key": key(random) })),
        3..5 => (
            "PutItem",
            json!({ "TableName": table(random), "Item": item(random), "ReturnValues": "ALL_OLD" }),
        ),
        5 => {
            let mut members = update(random);
            members["ReturnValues"] = json!(one(random, &["ALL_OLD", "ALL_NEW"]));
            ("UpdateItem", members)
        }
        6 => (
            "DeleteItem",
            json!({ "TableName": table(random), "Key": key(random), "ReturnValues": "ALL_OLD" }),
        ),
        7..11 => ("Query", query(random)),
        11 => ("Scan", json!({ "TableName": table(random) })),
        12 => {
            ("BatchGetItem", json!({ "RequestItems": { table(random): { "Keys": several(random, key) } } }))
        }
        13..15 => {
            let write = |random: &mut Random| match random.below(2) {
                0 => json!({ "PutRequest": { "Item": item(random) } }),
                _ => json!({ "DeleteRequest": { "Key": key(random) } }),
            };
            ("BatchWriteItem", json!({ "RequestItems": { table(random): several(random, write) } }))
        }
        15 => {
            let get =
                |random: &mut Random| json!({ "Get": { "TableName": table(random), "Key": key(random) } });
            ("TransactGetItems", json!({ "TransactItems": several(random, get) }))
        }
        16..18 => ("TransactWriteItems", json!({ "TransactItems": several(random, write) })),
        18..24 => ("ExecuteStatement", statement(random)),
        24..26 => ("BatchExecuteStatement", json!({ "Statements": several(random, statement) })),
        _ => ("ExecuteTransaction", json!({ "TransactStatements": several(random, statement) })),
    };
    let mut body = members.to_string();
    for _ in 0..one(random, &[0, 0, 0, 1, 1, 2]) {
        body = twisted(random, &body);
    }
    let mut headers: Vec<_> = [
        ("host", "localhost".to_owned()),
        ("content-type", "application/x-amz-json-1.0".to_owned()),
        ("x-amz-target", format!("DynamoDB_20120810.{operation}")),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let mut path = "/";
    match random.below(40) {
        0 => path = "/?Action=Scan",
        1 => path = "/other",
        2 => headers.push(("x-amz-target".to_owned(), "DynamoDB_20120810.Scan".to_owned())),
        3 => headers.push(("x-http-method-override".to_owned(), "GET".to_owned())),
        4 => headers[2].1 = format!("DynamoDB_20111205.{operation}"),
        5 => headers[2].1 = format!("dynamodb_20120810.{}", operation.to_lowercase()),
        6 => headers[1].1 = "application/x-www-form-urlencoded".to_owned(),
        7 => headers[1].1 = "application/x-amz-json-1.1; charset=utf-16".to_owned(),
        _ => {}
    }
    Asked { path, headers, body: body.into_bytes() }
}

/// A text that is to stand in place of another, the first time or the last.
const TWISTS: [(&str, &str); 40] = [
    ("\"Key\":", "\"Key\":{\"pk\":{\"S\":\"globex\"},\"sk\":{\"S\":\"1\"}},\"Key\":"),
    ("\"Item\":", "\"Item\":{\"pk\":{\"S\":\"globex\"},\"sk\":{\"S\":\"1\"}},\"Item\":"),
    ("\"pk\":", "\"pk\":{\"S\":\"globex\"},\"pk\":"),
    ("\"pk\":", "\"p\\u006b\":{\"S\":\"globex\"},\"pk\":"),
    ("\"pk\":", "\"PK\":{\"S\":\"globex\"},\"pk\":"),
    ("\"pk\":", "\"p\\u006b\":"),
    ("\"Key\":", "\"\\u004bey\":"),
    ("\"Key\":", "\"key\":"),
    ("\"TableName\":", "\"TableName\":\"other\",\"TableName\":"),
    ("\"TableName\":", "\"tableName\":\"other\",\"TableName\":"),
    ("\"TableName\":", "\"tablename\":"),
    ("\"items\"", "\"it\\u0065ms\""),
    ("\"items\"", "\"items\\u0000\""),
    ("\"items\"", "\"items/index/by-owner\""),
    ("\"acme\"", "\"\\u0061cme\""),
    ("\"acme\"", "\"acme\\u0000\""),
    ("\"acme\"", "\"\\ud83d\""),
    ("{\"S\":\"acme\"}", "{\"S\":\"acme\",\"S\":\"globex\"}"),
    ("{\"S\":\"acme\"}", "{\"S\":\"globex\",\"S\":\"acme\"}"),
    ("{\"S\":\"acme\"}", "{\"S\":\"acme\",\"N\":\"1\"}"),
    ("{\"S\":\"acme\"}", "{\"S\":[\"acme\",\"globex\"]}"),
    ("{\"S\":\"acme\"}", "{\"B\":\"YWNtZQ==\"}"),
    ("{\"S\":\"acme\"}", "{\"SS\":[\"acme\"]}"),
    ("{\"S\":\"acme\"}", "{\"s\":\"acme\"}"),
    ("{\"S\":\"acme\"}", "{\"S\":\"acme\",\"NULL\":true}"),
    ("{\"S\":\"acme\"}", "\"acme\""),
    ("{\"S\":\"acme\"}", "null"),
    ("{", "{\"Bogus\":1,"),
    ("{", "{\"__type\":\"x\","),
    ("{", "{\"IndexName\":\"by-owner\","),
    (
        "{",
        "{\"KeyConditions\":{\"pk\":{\"ComparisonOperator\":\"EQ\",\"AttributeValueList\":[{\"S\":\"globex\"}]}},",
    ),
    ("{", "{\"ExpressionAttributeNames\":{\"#p\":\"sk\"},"),
    ("{", "{\"Statement\":\"SELECT * FROM items WHERE pk = 'globex'\","),
    ("{", "\u{feff}{"),
    ("}", "}{}"),
    ("}", ",}"),
    (":", " :\n\t"),
    ("'acme'", "'acme' OR pk = 'globex'"),
    ("'acme'", "'acme'' OR pk = ''globex'"),
    ("pk = ", "pk=\\u0000"),
];

fn twisted(random: &mut Random, body: &str) -> String {
    let fitting: Vec<_> = TWISTS.iter().filter(|(from, _)| body.contains(from)).collect();
    let Some((from, to)) = random.pick(&fitting).copied() else { return body.to_owned() };
    let places: Vec<_> = body.match_indices(from).map(|(at, _)| at).collect();
    let at = one(random, &places);
    format!("{}{to}{}", &body[..at], &body[at + from.len()..])
}
