//! A request's body, stored and digested while it comes.

use std::sync::Arc;

use bytes::BytesMut;
use http_body_util::BodyExt;
use stackproof_aws::{ApiError, wire};

use super::digest::Digester;
use super::spool::{BLOCK, Spilled, Spool};
use super::{IN_MEMORY, Segment, Stored};
use crate::s3::checksum::Algorithm;

/// Reads a body to its end. Whatever it ends in, no more than [`IN_MEMORY`] of it is in memory at once.
///
/// # Errors
/// The body's own, after which nothing of it is kept; `InternalError` where it could not be spilled.
pub(crate) async fn receive(
    mut body: wire::Body,
    spool: &Arc<Spool>,
    algorithms: impl IntoIterator<Item = Algorithm>,
) -> Result<Stored, ApiError> {
    let mut digester = Digester::new(algorithms);
    let mut buffer = BytesMut::new();
    let mut blocks = Vec::new();
    let mut spilled = 0_u64;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        digester.update(&data);
        buffer.extend_from_slice(&data);
        if blocks.is_empty() && buffer.len() <= IN_MEMORY {
            continue;
        }
        while buffer.len() >= BLOCK {
            blocks.push(spool.store(buffer.split_to(BLOCK).freeze()).await?);
            spilled += BLOCK as u64;
        }
    }
    let rest = buffer.len() as u64;
    let segment = match (blocks.is_empty(), rest) {
        (true, 0) => None,
        (true, _) => Some(Segment::Memory(buffer.freeze())),
        (false, _) => {
            if rest > 0 {
                blocks.push(spool.store(buffer.freeze()).await?);
            }
            let of = Arc::new(Spilled::new(Arc::clone(spool), blocks));
            Some(Segment::Spilled { of, start: 0, len: spilled + rest })
        }
    };
    Ok(Stored::new(segment.into_iter().collect(), digester.finish()))
}
