"""Settings: one frozen object a process, read once from the environment in `apps/`."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

CHECKOUT = Path(__file__).resolve().parents[3]


class SettingsInvalid(Exception):
    """A setting is missing or wrong; the message names it and the fix."""


class Settings(msgspec.Struct, frozen=True):
    """All that a process is told from outside. Paths are absolute, sizes in bytes, times in seconds.

    `blobs_url` names where files are kept (`file:///…`, `s3://bucket/prefix`); credentials of a bucket come from its
    own variables (`AWS_…`). `migration_dsn` is for changing the structure of the database; the serving processes are not told it, and have
    `database_dsn` there too. `ledger_url` and `ledger_token_file`: of a ledger node elsewhere; without them, of the one
    that runs on the data directory. `capture_browser`: the program that captures pages, else the one that is found;
    `capture_loopback`: pages of this machine may be captured, for rehearsals only.
    """

    data: Path
    database_dsn: str
    migration_dsn: str
    court_file: Path
    host: str
    port: int
    public_url: str
    web_dist: Path
    blobs_url: str
    lawbook: Path
    log_level: str
    telemetry_endpoint: str | None
    web_workers: int
    pool_size: int
    upload_limit: int
    scanner_url: str | None
    production: bool
    trusted_proxies: tuple[str, ...]
    requests_a_minute: int
    ledger_url: str | None
    ledger_token_file: Path | None
    capture_browser: Path | None
    capture_loopback: bool

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def blobs(self) -> Path:
        return self.data / "blobs"


def _recorded(data: Path, name: str) -> str:
    """What the supervisor wrote down of the database that it runs."""
    file = data / "run" / name
    return file.read_text().strip() if file.exists() else ""


def read_settings(environment: Mapping[str, str] = os.environ, *, need_database: bool = True) -> Settings:
    """Read `TIANPING_*`. Raises SettingsInvalid, naming the variable and what would be right."""

    def number(name: str, default: int) -> int:
        text = environment.get(name, str(default))
        if not text.isdigit():
            raise SettingsInvalid(f"{name} must be a whole number, not {text!r}")
        return int(text)

    data = Path(environment.get("TIANPING_DATA", CHECKOUT / ".data")).absolute()
    dsn = environment.get("TIANPING_DATABASE_DSN", "")
    migration_dsn = environment.get("TIANPING_DATABASE_MIGRATION_DSN", "")
    if not dsn:
        dsn = _recorded(data, "database.dsn")
        migration_dsn = migration_dsn or _recorded(data, "migration.dsn")
    if need_database and not dsn:
        raise SettingsInvalid(
            "TIANPING_DATABASE_DSN is not set and no embedded database is running: start `tianping up`"
        )
    if environment.get("TIANPING_CAPTURE_LOOPBACK") == "1" and environment.get("TIANPING_PRODUCTION") == "1":
        raise SettingsInvalid("TIANPING_CAPTURE_LOOPBACK opens the court's own machine: not in production")
    host = environment.get("TIANPING_HOST", "127.0.0.1")
    port = number("TIANPING_PORT", 8000)
    return Settings(
        data=data,
        database_dsn=dsn,
        migration_dsn=migration_dsn or dsn,
        court_file=Path(environment.get("TIANPING_COURT", CHECKOUT / "court.toml")).absolute(),
        host=host,
        port=port,
        public_url=environment.get("TIANPING_PUBLIC_URL", f"http://localhost:{port}").rstrip("/"),
        web_dist=Path(environment.get("TIANPING_WEB", CHECKOUT / "web" / "dist")).absolute(),
        blobs_url=environment.get("TIANPING_BLOBS", "") or (data / "blobs").as_uri(),
        lawbook=Path(environment.get("TIANPING_LAWBOOK", CHECKOUT / "lawbook")).absolute(),
        log_level=environment.get("TIANPING_LOG_LEVEL", "INFO").upper(),
        telemetry_endpoint=environment.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None,
        web_workers=max(1, number("TIANPING_WEB_WORKERS", 1)),
        pool_size=number("TIANPING_POOL_SIZE", 8),
        upload_limit=number("TIANPING_UPLOAD_LIMIT", 2 * 1024**3),
        scanner_url=environment.get("TIANPING_SCANNER") or None,
        production=environment.get("TIANPING_PRODUCTION", "") == "1",
        requests_a_minute=number("TIANPING_REQUESTS_A_MINUTE", 1200),
        capture_browser=Path(browser) if (browser := environment.get("TIANPING_CHROMIUM")) else None,
        capture_loopback=environment.get("TIANPING_CAPTURE_LOOPBACK", "") == "1",
        ledger_url=environment.get("TIANPING_LEDGER_URL") or None,
        ledger_token_file=Path(token) if (token := environment.get("TIANPING_LEDGER_TOKEN_FILE")) else None,
        trusted_proxies=tuple(p for p in environment.get("TIANPING_TRUSTED_PROXIES", "").split(",") if p),
    )
