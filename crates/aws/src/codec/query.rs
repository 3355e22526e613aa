//! Answers of the query protocol: IAM, STS, SNS.

use http::Response;
use http::header::{CONTENT_TYPE, HeaderValue};

use super::structure::{self, Reading};
use super::{CodecError, is_error, unreadable, xml_error};
use crate::wire::{self, Body};
use crate::xml::{self, Writer};
use crate::{ApiError, Members, Operation, Output, Service};

pub(super) fn encode_response(operation: &Operation, output: Output, request_id: &str) -> Response<Body> {
    let namespace = Service::named(operation.service).map_or("", |service| service.namespace.as_str());
    let mut xml = Writer::document();
    let root = format!("{}Response", operation.name);
    xml.open(&root, Some(namespace));
    if let Err(error) = write_result(&mut xml, operation, &output.members) {
        return unreadable(error).into_response(Service::named(operation.service), request_id, false);
    }
    xml.open("ResponseMetadata", None);
    xml.element("RequestId", request_id);
    xml.close("ResponseMetadata");
    xml.close(&root);
    let mut response = Response::new(wire::full(xml.finish()));
    *response.headers_mut() = output.headers;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}

fn write_result(xml: &mut Writer, operation: &Operation, members: &Members) -> Result<(), CodecError> {
    structure::known(&operation.name, operation.output(), members)?;
    let Some(wrapper) = operation.io.as_ref().and_then(|io| io.wrapper.as_deref()) else { return Ok(()) };
    xml.open(wrapper, None);
    for member in operation.output() {
        if let Some(value) = members.get(&member.name) {
            structure::write(xml, operation, member, member.wire_name(), None, value)?;
        }
    }
    xml.close(wrapper);
    Ok(())
}

pub(super) fn decode_response(operation: &Operation, status: u16, body: &[u8]) -> Result<Members, ApiError> {
    if is_error(status) {
        return Err(xml_error(status, body));
    }
    let root = xml::parse(body).map_err(unreadable)?;
    let wrapper = operation.io.as_ref().and_then(|io| io.wrapper.as_deref());
    match wrapper.and_then(|name| root.child(name)) {
        None => Ok(Members::new()),
        Some(result) => structure::read(operation, operation.output(), result, Reading::Lenient)
            .map_err(|_| unreadable("it does not fit")),
    }
}
