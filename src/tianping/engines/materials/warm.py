"""The warm process: has the libraries loaded and forks a child for each file, so that none has to load them again.

    python -m tianping.engines.materials.warm      (standard input: its end of a socket pair of whole messages)

It reads nothing hostile itself: errand and answer pass between the service and the child in a file whose descriptor
it only hands on. It ends its children when their time is over or the service asks, and ends with all of them when the
service is gone, however that died: then nobody holds the other end of the socket.
"""

import array
import gc
import os
import select
import signal
import socket
import time
from contextlib import suppress

import msgspec

from tianping.engines.materials.child import look
from tianping.engines.materials.errands import Asked, Ended, Look, Ready, Stop

IDLE_S = 300.0
"""After so many seconds without a file the process makes room; the next file starts another."""


class Child(msgspec.Struct):
    """`until` is of `time.monotonic()`."""

    number: int
    until: float


class Warm:
    """Waits for the service, for its children's ends and for their times."""

    def __init__(self, service: socket.socket) -> None:
        self._service = service
        self._children: dict[int, Child] = {}
        self._woken, wakes = socket.socketpair()
        for end in (self._woken, wakes):
            end.setblocking(False)
        self._wakes = wakes
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakes.fileno(), warn_on_full_buffer=False)

    def run(self) -> None:
        """Until the service is gone, or asks nothing for long."""
        waiting = select.poll()
        waiting.register(self._service, select.POLLIN)
        waiting.register(self._woken, select.POLLIN)
        try:
            while True:
                ready = waiting.poll(max(0.0, self._next_end() - time.monotonic()) * 1000)
                if not ready and not self._children:
                    return
                if any(place == self._woken.fileno() for place, _ in ready):
                    with suppress(BlockingIOError):
                        self._woken.recv(4096)
                if any(place == self._service.fileno() for place, _ in ready) and not self._hear():
                    return
                self._end_late_ones()
                self._reap()
        finally:
            for pid in self._children:
                _kill(pid)

    def _next_end(self) -> float:
        return min((child.until for child in self._children.values()), default=time.monotonic() + IDLE_S)

    def _hear(self) -> bool:
        """One message. False when the service is gone."""
        try:
            message, passed, _, _ = self._service.recvmsg(4096, socket.CMSG_SPACE(4))
        except ConnectionError:
            return False
        if not message:
            return False
        asked = msgspec.json.decode(message, type=Asked)
        if isinstance(asked, Stop):
            for pid, child in self._children.items():
                if child.number == asked.number:
                    _kill(pid)
            return True
        descriptors = array.array("i")
        for _, _, content in passed:
            descriptors.frombytes(content)
        [errand] = descriptors
        self._fork(asked, errand)
        return True

    def _fork(self, asked: Look, errand: int) -> None:
        here = os.getpid()
        try:
            pid = os.fork()
        except OSError:
            # No room for another process now: the file is not to blame, so the service shall not hear that it is.
            raise SystemExit(1) from None
        if pid == 0:
            look(errand, here)
        os.close(errand)
        self._children[pid] = Child(asked.number, time.monotonic() + asked.time_s)

    def _end_late_ones(self) -> None:
        now = time.monotonic()
        for pid, child in self._children.items():
            if child.until <= now:
                _kill(pid)
                # It is dying; looking again at once would only be busy.
                child.until = now + 1

    def _reap(self) -> None:
        while self._children:
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if found is None:
                return
            # While it is not taken its number belongs to nobody else, so this ends only what it left running.
            _kill(found.si_pid)
            os.waitpid(found.si_pid, 0)
            child = self._children.pop(found.si_pid)
            good = found.si_code == os.CLD_EXITED and found.si_status == 0
            self._service.send(msgspec.json.encode(Ended(child.number, good)))


def _kill(pid: int) -> None:
    """The child and all of its session, or the child alone when it has not made one yet."""
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            end(pid, signal.SIGKILL)


def load() -> None:
    """All that a child may need; what is loaded stays shared with every child."""
    from PIL import Image

    from tianping.engines.materials import images, pdf

    Image.init()
    assert images
    assert pdf
    gc.collect()
    gc.freeze()


def main() -> None:
    # A shared terminal's Ctrl-C is the service's business; this process ends after it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    service = socket.socket(fileno=os.dup(0))
    os.dup2(1, 0)
    load()
    with suppress(ConnectionError):
        service.send(msgspec.json.encode(Ready()))
        Warm(service).run()


if __name__ == "__main__":
    main()
