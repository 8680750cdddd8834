"""The tables of a chain's file (`store`). All that is derived from the log can be made again from it, and `audit` does."""

VERSION = 1
"""Of these tables, kept in the file (`pragma user_version`)."""

SCHEMA = """
create table if not exists block (
    height integer primary key, clock integer not null, first integer not null, size integer not null,
    root blob not null, transactions integer not null
) strict;
create table if not exists entry (
    first integer primary key, count integer not null, height integer not null, tx_id blob not null, kind text not null,
    envelope blob not null
) strict;
create index if not exists entry_of_height on entry (height);
create index if not exists entry_of_governance on entry (kind, first) where kind <> 'deposit';
create table if not exists tile (
    place integer primary key, hashes blob not null
) strict;
create table if not exists state (
    key text primary key, value blob not null
) strict, without rowid;
create table if not exists undo (
    height integer not null, key text not null, value blob, primary key (height, key)
) strict, without rowid;
create table if not exists checkpoint (
    height integer primary key, size integer not null, root blob not null, time integer not null, power integer not null,
    total integer not null, cosignatures blob not null
) strict;
create index if not exists checkpoint_of_size on checkpoint (size);
create table if not exists stamp (
    height integer primary key, time integer not null, authority text not null, token blob not null, sm3 blob not null
) strict;
create table if not exists fact (
    name text primary key, value blob not null, sm3 blob not null
) strict, without rowid;
"""

TABLES = {
    "block": ("height", "clock", "first", "size", "root", "transactions"),
    "entry": ("first", "count", "height", "tx_id", "kind", "envelope"),
    "tile": ("place", "hashes"),
    "state": ("key", "value"),
    "undo": ("height", "key", "value"),
    "checkpoint": ("height", "size", "root", "time", "power", "total", "cosignatures"),
    "stamp": ("height", "time", "authority", "token", "sm3"),
    "fact": ("name", "value", "sm3"),
}
"""Every table with its columns. Stamps and facts follow from nothing else, so they carry a digest of their own."""

KEYS = {"undo": 2}
"""How many of the first columns are the key; one where nothing stands here."""
