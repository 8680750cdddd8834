"""Becomes the browser, in a process of its own: `launch READ WRITE PARENT BROWSER ARGUMENTS…`.

The browser reads its orders on descriptor 3 and answers on 4. It ends with its parent, cannot become more than it is, and
writes no file larger than a page may be.
"""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
LARGEST_FILE = 512 * 1024 * 1024


def main(arguments: list[str]) -> None:
    read_fd, write_fd, parent, browser, *given = arguments
    # Moved out of the way first: one of them may be 3 or 4 itself.
    high = [os.dup2(int(one), at) for one, at in ((read_fd, 60), (write_fd, 61))]
    os.dup2(high[0], 3)
    os.dup2(high[1], 4)
    os.closerange(5, 256)
    os.setsid()
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.geteuid() == 0:
            # Without its own sandbox (root) it gets at least no further rights; the sandbox itself needs a helper that has.
            libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if os.getppid() != int(parent):
            os._exit(1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    os.nice(5)
    os.execv(browser, [browser, *given])  # noqa: S606  no shell: the arguments are ours


if __name__ == "__main__":
    main(sys.argv[1:])
