//! Writing what is large in parts, of which a broken connection costs one.

use bytes::Bytes;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, path::Path};

/// What is larger goes in parts of so many bytes. Amazon wants 5 MiB at least, and has 10,000 parts at most.
pub(super) const PART: usize = 8 << 20;

/// Parts are cut of the bytes as they lie in memory, and go one after another.
pub(super) async fn put(store: &impl ObjectStore, path: &Path, payload: PutPayload) -> object_store::Result<()> {
    let mut upload = Upload(Some(store.put_multipart(path).await?));
    for part in cut(payload, PART) {
        upload.put_part(part).await?;
    }
    upload.complete().await
}

/// An upload whose parts are removed unless it is completed: also where its future is dropped.
struct Upload(Option<Box<dyn MultipartUpload>>);

impl Upload {
    async fn put_part(&mut self, part: PutPayload) -> object_store::Result<()> {
        match &mut self.0 {
            Some(upload) => upload.put_part(part).await,
            None => Ok(()),
        }
    }

    async fn complete(mut self) -> object_store::Result<()> {
        if let Some(upload) = &mut self.0 {
            upload.complete().await?;
        }
        self.0 = None;
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // Where the program ends, the bucket's own rule removes the parts.
        let (Some(mut upload), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) else { return };
        runtime.spawn(async move {
            if let Err(error) = upload.abort().await {
                tracing::warn!(%error, "the parts of an unfinished upload stay in the bucket");
            }
        });
    }
}

/// Payloads of `length` bytes, the last of what is left, which share the memory of the first.
fn cut(payload: PutPayload, length: usize) -> Vec<PutPayload> {
    let mut parts = Vec::with_capacity(payload.content_length().div_ceil(length));
    let mut part: Vec<Bytes> = Vec::new();
    let mut room = length;
    for mut piece in payload {
        while !piece.is_empty() {
            let taken = piece.split_to(room.min(piece.len()));
            room -= taken.len();
            part.push(taken);
            if room == 0 {
                parts.push(part.drain(..).collect());
                room = length;
            }
        }
    }
    if !part.is_empty() {
        parts.push(part.into_iter().collect());
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_cut_across_pieces_and_lose_nothing() {
        for pieces in [&["abcdefgh"][..], &["a", "bcdefg", "", "h"], &["abc", "def", "gh"]] {
            let payload: PutPayload = pieces.iter().map(|piece| Bytes::from_static(piece.as_bytes())).collect();
            let parts: Vec<Vec<u8>> =
                cut(payload, 3).into_iter().map(|part| part.into_iter().flatten().collect()).collect();
            assert_eq!(parts, [&b"abc"[..], b"def", b"gh"]);
        }
    }
}
