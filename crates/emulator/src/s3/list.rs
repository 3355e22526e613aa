//! Lists of objects, versions and multipart uploads.

pub(crate) mod page;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::acl::owner;
use super::bucket::{Bucket, bucket_name, wrong_token};
use super::object::Object;
use super::version::{self, Content, Version};
use super::{S3, error};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;
use crate::text::{decode_token, encode_token};
use page::{After, Page, Query, Row};

pub(crate) fn objects(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    let query = Query::read(&mut call.input, "MaxKeys")?;
    let marker = call.input.string("Marker")?.unwrap_or_default();
    no_optional_attributes(&mut call.input)?;
    call.input.finish()?;
    let bucket = s3.bucket(&name)?;
    let after = (!marker.is_empty()).then(|| After { key: marker.clone(), place: None });
    let page = query.page(current_objects(bucket), after);
    // Without a delimiter the last key is the next marker, and S3 does not say it again.
    let next = page.next.as_ref().filter(|_| query.delimiter.is_some()).map(|next| query.shown(&next.key));
    Ok(echo(&query, &page)
        .with("Name", name)
        .with("MaxKeys", query.max)
        .with("Marker", query.shown(&marker))
        .with_some("NextMarker", next)
        .with_some("Contents", contents(bucket, &query, &page, true))
        .output())
}

pub(crate) fn objects_v2(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let name = bucket_name(input)?;
    let query = Query::read(input, "MaxKeys")?;
    let token = input.string("ContinuationToken")?;
    let start_after = input.string("StartAfter")?;
    let with_owner = input.boolean("FetchOwner")?.unwrap_or_default();
    no_optional_attributes(input)?;
    input.finish()?;
    let bucket = s3.bucket(&name)?;
    let place = match &token {
        Some(token) => {
            let place = decode_token(token).filter(|_| !token.is_empty());
            Some(place.ok_or_else(|| wrong_token(token))?)
        }
        None => start_after.clone(),
    };
    let page = query.page(current_objects(bucket), place.map(|key| After { key, place: None }));
    Ok(echo(&query, &page)
        .with("Name", name)
        .with("MaxKeys", query.max)
        .with("KeyCount", page.rows.len() + page.prefixes.len())
        .with_some("StartAfter", start_after.filter(|_| token.is_none()).map(|key| query.shown(&key)))
        .with_some("ContinuationToken", token)
        .with_some("NextContinuationToken", page.next.as_ref().map(|next| encode_token(&next.key)))
        .with_some("Contents", contents(bucket, &query, &page, with_owner))
        .output())
}

pub(crate) fn versions(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let name = bucket_name(input)?;
    let query = Query::read(input, "MaxKeys")?;
    let key_marker = input.string("KeyMarker")?.unwrap_or_default();
    let id_marker = input.string("VersionIdMarker")?.filter(|id| !id.is_empty());
    no_optional_attributes(input)?;
    input.finish()?;
    let bucket = s3.bucket(&name)?;
    if let (true, Some(id)) = (key_marker.is_empty(), &id_marker) {
        let message = "A version-id marker cannot be specified without a key marker.";
        return Err(error::invalid_argument(message, "version-id-marker", id));
    }
    let place = id_marker.as_deref().map(|id| place_of(bucket, &key_marker, id)).transpose()?;
    let after = (!key_marker.is_empty()).then(|| After { key: key_marker.clone(), place });
    let page = query.page(all_versions(bucket), after);

    let next_id = page.next.as_ref().filter(|next| next.place.is_some()).and(page.rows.last());
    let (mut found, mut markers) = (Vec::new(), Vec::new());
    for row in &page.rows {
        let version = row.item;
        let entry = Structure::new()
            .with("Key", query.shown(row.key))
            .with("VersionId", version.id.as_str())
            .with("IsLatest", bucket.current(row.key).is_some_and(|current| current.id == version.id))
            .with_time("LastModified", version.modified);
        match &version.content {
            Content::Object(object) => {
                let owner = owner(bucket.owner_of(&object.attributes.acl.owner));
                found.push(entry.with_all(summary(object).members()).with("Owner", owner).value());
            }
            Content::Marker(maker) => {
                markers.push(entry.with("Owner", owner(bucket.owner_of(maker))).value());
            }
        }
    }
    Ok(echo(&query, &page)
        .with("Name", name)
        .with("MaxKeys", query.max)
        .with("KeyMarker", query.shown(&key_marker))
        .with("VersionIdMarker", id_marker.unwrap_or_default())
        .with_some("NextKeyMarker", page.next.as_ref().map(|next| query.shown(&next.key)))
        .with_some("NextVersionIdMarker", next_id.map(|row| row.item.id.as_str()))
        .with_some("Versions", filled(found))
        .with_some("DeleteMarkers", filled(markers))
        .output())
}

pub(crate) fn uploads(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let name = bucket_name(input)?;
    let query = Query::read(input, "MaxUploads")?;
    let key_marker = input.string("KeyMarker")?.unwrap_or_default();
    let id_marker = input.string("UploadIdMarker")?.filter(|id| !id.is_empty());
    input.finish()?;
    let bucket = s3.bucket(&name)?;
    // Without a key the marker of an upload means nothing.
    let id_marker = id_marker.filter(|_| !key_marker.is_empty());
    let place = id_marker.as_deref().map(|id| {
        let of_other_key = bucket.uploads.get(id).is_some_and(|upload| upload.key != key_marker);
        version::sequence_of(id)
            .filter(|_| !of_other_key)
            .ok_or_else(|| error::invalid_argument("Invalid uploadId marker", "upload-id-marker", id))
    });
    let place = place.transpose()?;
    let after = (!key_marker.is_empty()).then(|| After { key: key_marker.clone(), place });
    let mut rows: Vec<_> = bucket
        .uploads
        .iter()
        .map(|(id, upload)| Row { key: &upload.key, place: upload.sequence, item: (id, upload) })
        .collect();
    rows.sort_by_key(|row| (row.key, row.place));
    let page = query.page(rows.into_iter(), after);

    // Unlike other lists this one always says where it ended, but for pages that go on after a common prefix.
    let last = page.rows.last().filter(|_| page.next.as_ref().is_none_or(|next| next.place.is_some()));
    let next_key = page.next.as_ref().map(|next| next.key.as_str()).or(last.map(|row| row.key));
    let entry = |row: &Row<'_, (&String, &std::sync::Arc<super::multipart::Upload>)>| {
        let (id, upload) = row.item;
        Structure::new()
            .with("Key", query.shown(row.key))
            .with("UploadId", id.as_str())
            .with_time("Initiated", upload.initiated)
            .with_all(upload.summary(bucket))
            .value()
    };
    Ok(echo(&query, &page)
        .with("Bucket", name)
        .with("MaxUploads", query.max)
        .with("KeyMarker", query.shown(&key_marker))
        .with("UploadIdMarker", id_marker.unwrap_or_default())
        .with("NextKeyMarker", query.shown(next_key.unwrap_or_default()))
        .with("NextUploadIdMarker", last.map_or("", |row| row.item.0.as_str()))
        .with_some("Uploads", filled(page.rows.iter().map(entry).collect()))
        .output())
}

/// The only optional attribute is the state of restores from archives, which nothing here is ever in.
fn no_optional_attributes(input: &mut Input) -> Result<(), ApiError> {
    input.strings("OptionalObjectAttributes").map(drop)
}

fn current_objects(bucket: &Bucket) -> impl Iterator<Item = Row<'_, (&Version, &Object)>> {
    bucket.keys.iter().filter_map(|(key, versions)| {
        let version = versions.current()?;
        Some(Row { key, place: 0, item: (version, version.object()?) })
    })
}

fn all_versions(bucket: &Bucket) -> impl Iterator<Item = Row<'_, &Version>> {
    bucket.keys.iter().flat_map(|(key, versions)| {
        versions.newest_first().map(|version| Row { key, place: place(version.sequence), item: version })
    })
}

/// Newest first: a later version has an earlier place.
fn place(sequence: u64) -> u64 {
    u64::MAX - sequence
}

/// The place that a version id marks, also after that version is gone: whoever deletes page by page comes back with
/// ids that no longer exist. A `null` version that is gone leaves no place; its key is listed again from the start.
fn place_of(bucket: &Bucket, key: &str, id: &str) -> Result<u64, ApiError> {
    version::check_id(id)?;
    let listed =
        bucket.keys.get(key).and_then(|versions| versions.newest_first().find(|version| version.id == id));
    let sequence = listed.map(|version| version.sequence).or_else(|| version::sequence_of(id));
    Ok(sequence.map_or(0, place))
}

/// What every list repeats of its request, and its common prefixes.
fn echo<T>(query: &Query, page: &Page<'_, T>) -> Structure {
    let prefixes = page.prefixes.iter().map(|prefix| json!({ "Prefix": query.shown(prefix) })).collect();
    Structure::new()
        .with("IsTruncated", page.next.is_some())
        .with("Prefix", query.shown(&query.prefix))
        .with_some("Delimiter", query.delimiter.as_deref().map(|delimiter| query.shown(delimiter)))
        .with_some("EncodingType", query.encoded.then_some("url"))
        .with_some("CommonPrefixes", filled(prefixes))
}

fn contents(
    bucket: &Bucket,
    query: &Query,
    page: &Page<'_, (&Version, &Object)>,
    with_owner: bool,
) -> Option<Vec<Value>> {
    let entry = |row: &Row<'_, (&Version, &Object)>| {
        let (version, object) = row.item;
        let owner = with_owner.then(|| owner(bucket.owner_of(&object.attributes.acl.owner)));
        summary(object)
            .with("Key", query.shown(row.key))
            .with_time("LastModified", version.modified)
            .with_some("Owner", owner)
            .value()
    };
    filled(page.rows.iter().map(entry).collect())
}

fn summary(object: &Object) -> Structure {
    Structure::new()
        .with("ETag", object.quoted_etag())
        .with("Size", object.body.len())
        .with("StorageClass", object.attributes.storage_class.as_str())
        .with("ChecksumAlgorithm", vec![object.checksum.algorithm.name()])
        .with("ChecksumType", object.checksum.kind.name())
}

/// An empty list is left out of an answer, as its elements are on the wire.
pub(crate) fn filled(entries: Vec<Value>) -> Option<Vec<Value>> {
    (!entries.is_empty()).then_some(entries)
}
