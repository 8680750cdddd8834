"""Which driver a URL means."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from obstore.store import from_url

from tianping.platform.blobs.bucket import BucketBlobs
from tianping.platform.blobs.disk import DiskBlobs
from tianping.platform.blobs.model import BlobStore


def open_blobs(url: str, *, spool: Path | None = None) -> BlobStore:
    """The store a URL names: `file:///path` or a plain path on disk, otherwise what obstore understands (`s3://…`).

    `spool` is the local directory for what passes through on its way to or from a bucket.
    """
    parts = urlsplit(url)
    if parts.scheme in {"", "file"}:
        return DiskBlobs(Path(unquote(parts.path)))
    return BucketBlobs(from_url(url), spool=spool)
