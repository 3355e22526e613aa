//! Answers of EC2's protocol: the request's id first, then the members, without a result around them.

use http::Response;
use http::header::{CONTENT_TYPE, HeaderValue};

use super::structure::{self, Reading};
use super::{CodecError, is_error, unreadable, xml_error};
use crate::wire::{self, Body};
use crate::xml::{self, Writer};
use crate::{ApiError, Members, Operation, Output, Service};

pub(super) fn encode_response(operation: &Operation, output: Output, request_id: &str) -> Response<Body> {
    let service = Service::named(operation.service);
    let mut xml = Writer::document();
    let root = format!("{}Response", operation.name);
    xml.open(&root, service.map(|service| service.namespace.as_str()));
    xml.element("requestId", request_id);
    if let Err(error) = write(&mut xml, operation, &output.members) {
        return unreadable(error).into_response(service, request_id, false);
    }
    xml.close(&root);
    let mut response = Response::new(wire::full(xml.finish()));
    *response.headers_mut() = output.headers;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml;charset=UTF-8"));
    response
}

fn write(xml: &mut Writer, operation: &Operation, members: &Members) -> Result<(), CodecError> {
    structure::known(&operation.name, operation.output(), members)?;
    if operation.output().is_empty() {
        // What the reference's samples say where there is nothing to say; its models do not have it.
        xml.element("return", "true");
    }
    for member in operation.output() {
        if let Some(value) = members.get(&member.name) {
            structure::write(xml, operation, member, member.wire_name(), None, value)?;
        }
    }
    Ok(())
}

pub(super) fn decode_response(operation: &Operation, status: u16, body: &[u8]) -> Result<Members, ApiError> {
    if is_error(status) {
        return Err(xml_error(status, body));
    }
    let root = xml::parse(body).map_err(unreadable)?;
    structure::read(operation, operation.output(), &root, Reading::Lenient)
        .map_err(|_| unreadable("it does not fit"))
}
