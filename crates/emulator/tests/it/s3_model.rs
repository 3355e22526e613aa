//! Versions and lists beside a model of a few obvious lines.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::cloud::Cloud;

const KEYS: [&str; 5] = ["a", "a/b", "a/c", "b", "é/"];
const STATES: [&str; 2] = ["Enabled", "Suspended"];

#[derive(Clone, Debug)]
enum Step {
    Put(usize),
    Delete(usize),
    /// The version of that age of a key, counted from the newest, as far as there is one.
    DeleteVersion(usize, usize),
    Versioning(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..KEYS.len()).prop_map(Step::Put),
        2 => (0..KEYS.len()).prop_map(Step::Delete),
        2 => (0..KEYS.len(), 0..4_usize).prop_map(|(key, age)| Step::DeleteVersion(key, age)),
        1 => (0..STATES.len()).prop_map(Step::Versioning),
    ]
}

/// A version: its id, and its body unless it is a marker.
type Version = (String, Option<String>);

/// Per key, newest first.
#[derive(Default)]
struct Model {
    versioning: Option<&'static str>,
    keys: BTreeMap<&'static str, Vec<Version>>,
}

impl Model {
    fn add(&mut self, key: &'static str, id: Option<&str>, body: Option<String>) {
        let id = id.unwrap_or("null").to_owned();
        assert_eq!(id == "null", self.versioning != Some("Enabled"));
        let versions = self.keys.entry(key).or_default();
        versions.retain(|(other, _)| *other != id);
        versions.insert(0, (id, body));
    }

    fn remove(&mut self, key: &'static str, id: &str) {
        let versions = self.keys.entry(key).or_default();
        versions.retain(|(other, _)| other != id);
    }

    fn current(&self, key: &str) -> Option<&str> {
        self.keys.get(key)?.first()?.1.as_deref()
    }

    fn listed(&self) -> Vec<&str> {
        self.keys.keys().copied().filter(|key| self.current(key).is_some()).collect()
    }

    fn versions(&self) -> Vec<(&str, &str, bool)> {
        let rows =
            self.keys.iter().flat_map(|(key, versions)| versions.iter().map(|version| (*key, version)));
        rows.map(|(key, (id, body))| (key, id.as_str(), body.is_none())).collect()
    }
}

fn run(cloud: &Cloud, model: &mut Model, number: usize, step: &Step) {
    match *step {
        Step::Put(key) => {
            let reply = cloud.put(KEYS[key], &number.to_string());
            let id = reply.members.get("VersionId").and_then(Value::as_str);
            model.add(KEYS[key], id, Some(number.to_string()));
        }
        Step::Delete(key) => {
            let reply = cloud.ok("DeleteObject", json!({ "Bucket": "logs", "Key": KEYS[key] }));
            match model.versioning {
                None => model.remove(KEYS[key], "null"),
                Some(_) => model.add(KEYS[key], Some(reply.text("VersionId")), None),
            }
        }
        Step::DeleteVersion(key, age) => {
            let version = model.keys.get(KEYS[key]).and_then(|versions| versions.get(age)).cloned();
            let Some((id, _)) = version else { return };
            cloud.ok("DeleteObject", json!({ "Bucket": "logs", "Key": KEYS[key], "VersionId": id }));
            model.remove(KEYS[key], &id);
        }
        Step::Versioning(state) => {
            cloud.versioned(STATES[state]);
            model.versioning = Some(STATES[state]);
        }
    }
}

/// Every version by pages of that size: key, id, whether it is a marker.
fn all_versions(cloud: &Cloud, size: usize) -> Vec<(String, String, bool)> {
    let (mut seen, mut key, mut id) = (Vec::new(), Value::Null, Value::Null);
    let mut pages = 0..100;
    loop {
        pages.next().expect("pages come to an end");
        let query = json!({ "Bucket": "logs", "MaxKeys": size, "KeyMarker": key, "VersionIdMarker": id });
        let page = cloud.ok("ListObjectVersions", query).members;
        for (list, marker) in [("Versions", false), ("DeleteMarkers", true)] {
            let rows = page[list].as_array().cloned().unwrap_or_default();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            seen.extend(rows.iter().map(|row| (text(&row["Key"]), text(&row["VersionId"]), marker)));
        }
        if page["IsTruncated"] == false {
            return seen;
        }
        (key, id) = (page["NextKeyMarker"].clone(), page["NextVersionIdMarker"].clone());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn versions_and_lists_are_those_of_the_model(steps in prop::collection::vec(step(), 1..24), size in 1..4_usize) {
        let cloud = Cloud::with_bucket();
        let mut model = Model::default();
        for (number, step) in steps.iter().enumerate() {
            run(&cloud, &mut model, number, step);
        }
        for key in KEYS {
            let got = cloud.call("GetObject", json!({ "Bucket": "logs", "Key": key }), "");
            let body = got.ok().map(|reply| String::from_utf8(reply.bytes().to_vec()).unwrap());
            prop_assert_eq!(body.as_deref(), model.current(key));
        }
        let listed = cloud.ok("ListObjectsV2", json!({ "Bucket": "logs" }));
        prop_assert_eq!(listed.column("Contents", "Key"), model.listed());
        let mut expected: Vec<_> =
            model.versions().into_iter().map(|(key, id, marker)| (key.to_owned(), id.to_owned(), marker)).collect();
        let mut versions = all_versions(&cloud, size);
        versions.sort();
        expected.sort();
        prop_assert_eq!(versions, expected);
        let empty = model.keys.values().all(Vec::is_empty);
        prop_assert_eq!(cloud.call("DeleteBucket", json!({ "Bucket": "logs" }), "").is_ok(), empty);
    }
}
