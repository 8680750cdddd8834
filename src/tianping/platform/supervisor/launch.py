"""Start a program the way the supervisor wants it: `python -I -S launch.py OPTIONS -- PROGRAM ARGUMENTS…`.

Run as a script in a fresh interpreter, so it may import only the standard library, and all of it before privileges are
given up: afterwards the interpreter's own files may be out of reach. In this order it: leads a session of its own (the
terminal's Ctrl-C reaches the supervisor only), becomes another user, asks the kernel for a signal when its parent
dies, and becomes PROGRAM. Options: `--parent PID`, `--when-orphaned SIGNAL`, `--user UID:GID`.
`--can-use PATH…` in place of a program answers by its exit status whether that user can enter or run every PATH.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def become(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def ask_for_signal_when_orphaned(signal_number: int, parent: int) -> None:
    """Linux only; elsewhere the next start finds and ends what was left. Must follow `become`, which clears it."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        # The parent died before the kernel was asked, so the signal will never come.
        sys.exit(1)


def main(arguments: list[str]) -> None:
    parent, signal_number, user = 0, 0, None
    while arguments:
        option = arguments.pop(0)
        if option == "--parent":
            parent = int(arguments.pop(0))
        elif option == "--when-orphaned":
            signal_number = int(arguments.pop(0))
        elif option == "--user":
            uid, gid = arguments.pop(0).split(":")
            user = (int(uid), int(gid))
        elif option == "--can-use":
            if user:
                become(*user)
            sys.exit(0 if all(os.access(path, os.R_OK | os.X_OK) for path in arguments) else 1)
        elif option == "--":
            break
    os.setsid()
    if user:
        become(*user)
    if signal_number:
        ask_for_signal_when_orphaned(signal_number, parent)
    try:
        os.execvp(arguments[0], arguments)  # noqa: S606  becoming the program is what this script is for
    except OSError as error:
        sys.exit(f"cannot start {arguments[0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
