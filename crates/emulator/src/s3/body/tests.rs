use std::fs::File;
use std::path::PathBuf;

use proptest::prelude::*;

use super::*;

const SIZES: [usize; 6] = [0, 1, IN_MEMORY, IN_MEMORY + 1, IN_MEMORY + spool::BLOCK, 3 * IN_MEMORY + 7];

fn content(size: usize) -> Vec<u8> {
    (0..size).map(|at| u8::try_from(at % 251).unwrap() ^ u8::try_from((at >> 16) % 256).unwrap()).collect()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

fn temporary() -> Arc<Spool> {
    Spool::new(std::env::temp_dir())
}

async fn store(spool: &Arc<Spool>, bytes: Vec<u8>) -> Stored {
    receive(wire::full(bytes), spool, Algorithm::ALL).await.unwrap()
}

async fn read(body: &Stored) -> Vec<u8> {
    body.stream().collect().await.unwrap().to_bytes().to_vec()
}

#[test]
fn bodies_come_back_as_they_went_in_wherever_they_lie() {
    runtime().block_on(async {
        let spool = temporary();
        for size in SIZES {
            let bytes = content(size);
            let stored = store(&spool, bytes.clone()).await;
            assert_eq!(stored.len(), size as u64);
            assert_eq!(spool.used() > 0, size > IN_MEMORY, "{size}");
            assert!(read(&stored).await == bytes, "{size}");
        }
        assert_eq!((spool.used(), spool.has_file()), (0, false));
    });
}

#[test]
fn ranges_and_compositions_share_the_blocks_of_what_they_are_made_of() {
    runtime().block_on(async {
        let spool = temporary();
        let (one, two, three) = (content(3 << 20), content(10), content((2 << 20) + 5));
        let parts = [
            store(&spool, one.clone()).await,
            store(&spool, two.clone()).await,
            store(&spool, three.clone()).await,
        ];
        let used = spool.used();
        let whole = Stored::concat(parts.iter());
        let bytes = [one, two, three].concat();
        assert!(read(&whole).await == bytes);
        let len = bytes.len();
        for range in [0..len, 0..1, (3 << 20) - 1..(3 << 20) + 11, len - 7..len, 262_143..786_433, 5..5] {
            let slice = whole.slice(range.start as u64..range.end as u64);
            assert_eq!(slice.len(), range.len() as u64);
            assert!(read(&slice).await == bytes[range.clone()], "{range:?}");
        }
        assert_eq!(spool.used(), used);
        drop(parts);
        let kept = whole.slice(0..1);
        drop(whole);
        assert_eq!(spool.used(), 12, "the range keeps the blocks of its part alone");
        drop(kept);
        assert_eq!(spool.used(), 0);
    });
}

#[test]
fn digests_of_compositions_follow_from_their_parts() {
    runtime().block_on(async {
        let spool = temporary();
        let bytes = content(700_001);
        let parts = [0..5, 5..5, 5..700_000, 700_000..700_001];
        let mut stored = Vec::new();
        for range in parts {
            stored.push(store(&spool, bytes[range].to_vec()).await);
        }
        let composed = Stored::concat(stored.iter());
        let whole = store(&spool, bytes).await;
        for algorithm in Algorithm::ALL {
            let expected = algorithm.crc().and(whole.digests().checksum(algorithm));
            assert_eq!(composed.digests().checksum(algorithm), expected, "{}", algorithm.name());
        }
        assert_eq!(composed.digests().md5(), None);
        let read = composed.digested(Algorithm::Sha1).await.unwrap();
        assert_eq!(read.digests().md5(), whole.digests().md5());
        assert_eq!(read.digests().checksum(Algorithm::Sha1), whole.digests().checksum(Algorithm::Sha1));
    });
}

#[test]
fn what_is_given_up_is_freed_and_used_again() {
    runtime().block_on(async {
        let spool = temporary();
        let kept = store(&spool, content(2 << 20)).await;
        for _ in 0..3 {
            store(&spool, content(4 << 20)).await;
        }
        assert_eq!((spool.used(), spool.blocks()), (8, 24));
        let broken = stream::iter([
            Ok(Frame::data(Bytes::from(content(3 << 20)))),
            Err(BodyError::Io("reset".to_owned())),
        ]);
        let refused = receive(StreamBody::new(broken).boxed_unsync(), &spool, []).await;
        assert_eq!(refused.err().unwrap().code, "IncompleteBody");
        assert_eq!(spool.used(), 8);
        assert!(read(&kept).await == content(2 << 20));
    });
}

fn code_and_message(error: ApiError) -> (u16, String) {
    (error.status, format!("{}: {}", error.code, error.message))
}

#[test]
fn a_disk_that_takes_nothing_is_an_error_of_ours() {
    runtime().block_on(async {
        let nowhere = Spool::new(PathBuf::from("/nonexistent/folder"));
        let refused = receive(wire::full(content(2 << 20)), &nowhere, []).await.err().unwrap();
        let (status, message) = code_and_message(refused);
        assert_eq!(status, 500);
        assert!(
            message.starts_with(
                "InternalError: the body could not be written to a temporary file in `/nonexistent/folder`"
            ),
            "{message}"
        );
        assert!(receive(wire::full(content(1 << 20)), &nowhere, []).await.is_ok());

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("full");
        File::create(&path).unwrap();
        let full = temporary();
        full.lies_in(File::open(&path).unwrap());
        let refused = receive(wire::full(content(2 << 20)), &full, []).await.err().unwrap();
        assert_eq!(refused.status, 500);
        assert_eq!(full.used(), 0);
    });
}

#[test]
fn a_spill_that_cannot_be_read_is_an_error_before_anything_is_answered() {
    runtime().block_on(async {
        let spool = temporary();
        let file = tempfile::tempfile().unwrap();
        spool.lies_in(file.try_clone().unwrap());
        let stored = store(&spool, content(2 << 20)).await;
        file.set_len(1 << 20).unwrap();
        let (status, message) =
            code_and_message(begun(stored.slice(1 << 20..2 << 20).stream()).await.err().unwrap());
        assert_eq!(status, 500);
        assert!(message.contains("could not be read from a temporary file"), "{message}");
        assert_eq!(stored.clone().digested(Algorithm::Crc32).await.err(), None, "taken when it came");
        let unread = stored.slice(0..(1 << 20) + 1).digested(Algorithm::Crc32).await.err().unwrap();
        assert_eq!(unread.code, "InternalError");
        assert_eq!(
            begun(stored.slice(0..9).stream()).await.unwrap().collect().await.unwrap().to_bytes().len(),
            9
        );
    });
}

#[test]
fn without_a_runtime_nothing_waits() {
    let spool = temporary();
    let mut body = std::pin::pin!(receive(wire::full(content(2 << 20)), &spool, []));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(matches!(body.as_mut().poll(&mut context), std::task::Poll::Ready(Ok(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn frames_of_any_size_make_the_same_body(cuts in prop::collection::vec(0..1_500_000_usize, 0..6)) {
        let bytes = content(1_500_000);
        let mut cuts = cuts;
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let frames: Vec<_> = cuts
            .windows(2)
            .map(|pair| Ok(Frame::data(Bytes::copy_from_slice(&bytes[pair[0]..pair[1]]))))
            .collect();
        runtime().block_on(async {
            let spool = temporary();
            let body = StreamBody::new(stream::iter(frames)).boxed_unsync();
            let stored = receive(body, &spool, Algorithm::ALL).await.unwrap();
            assert!(read(&stored).await == bytes);
            assert_eq!(stored.digests(), store(&spool, bytes).await.digests());
        });
    }
}
