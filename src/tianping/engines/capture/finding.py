"""Where Chromium is on this machine, and whether it can shut itself in."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# A service may be started with a path that lacks them.
_PLACES = (
    "/usr/bin", "/usr/local/bin", "/snap/bin", "/opt/google/chrome", "/opt/chromium", "/usr/lib/chromium",
    "/usr/lib64/chromium-browser", "/Applications/Chromium.app/Contents/MacOS",
    "/Applications/Google Chrome.app/Contents/MacOS",
)  # fmt: skip
_MORE_NAMES = ("chrome", "Chromium", "Google Chrome")
_HELPERS = (
    "/usr/lib/chromium/chrome-sandbox",
    "/opt/google/chrome/chrome-sandbox",
    "/usr/lib/chromium-browser/chrome-sandbox",
)
_SETUID = 0o4000


def find_browser(named: Path | None = None) -> str | None:
    """The program: `named` where a setting gives it and it can be run, else the path's, else that of the usual places."""
    if named is not None:
        return str(named) if _runs(named) else None
    on_path = next((at for name in NAMES if (at := shutil.which(name))), None)
    if on_path:
        return on_path
    return next((str(at) for place in _PLACES for name in NAMES + _MORE_NAMES if _runs(at := Path(place, name))), None)


def version_of(program: str) -> str | None:
    """What it says of itself; None when it cannot even be started."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return said.stdout.strip() if said.returncode == 0 and said.stdout.strip() else None


def as_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0


def sandboxed() -> bool:
    """Whether Chromium's own sandbox can work: not for root, and for others by user namespaces or its helper.

    Where it cannot for an ordinary user, the browser does not start at all.
    """
    if as_root():
        return False
    if sys.platform != "linux":
        return True
    if any(Path(one).exists() and Path(one).stat().st_mode & _SETUID for one in _HELPERS):
        return True
    try:
        tried = subprocess.run(["unshare", "--user", "true"], capture_output=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def _runs(at: Path) -> bool:
    return at.is_file() and os.access(at, os.X_OK)
