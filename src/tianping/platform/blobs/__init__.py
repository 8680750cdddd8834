"""Files by content: every file the court keeps is stored once, under its SM3 digest (GB/T 32905-2016).

`put_*` returning means the bytes are on disk (or acknowledged by the bucket), under `sm3/ab/cd/<hex>`, whole. The
name a person gave a file is never part of a path. `open_blobs` chooses the driver by URL.
"""

from tianping.platform.blobs.bucket import BucketBlobs
from tianping.platform.blobs.disk import DiskBlobs
from tianping.platform.blobs.model import Blob, BlobMissing, BlobStore, StorageFull, key_of
from tianping.platform.blobs.opening import open_blobs

__all__ = ["Blob", "BlobMissing", "BlobStore", "BucketBlobs", "DiskBlobs", "StorageFull", "key_of", "open_blobs"]
