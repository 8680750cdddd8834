"""Runs the court's processes on one machine: an embedded PostgreSQL and our own children, restarted when they die.

`with embedded_postgres(directory) as dsn:` gives a database for a test. `Supervisor` is what `tianping up` is made of.
"""

from tianping.platform.supervisor.child import ChildSpec, Patience, State
from tianping.platform.supervisor.directory import ChildStatus, DataDirectory, Status, write_private
from tianping.platform.supervisor.postgres import EmbeddedPostgres, embedded_postgres
from tianping.platform.supervisor.problems import AlreadyRunning, CannotRun, DirectoryNotOurs, GaveUp, StepFailed
from tianping.platform.supervisor.watch import StopAsked, Supervisor

__all__ = [
    "AlreadyRunning",
    "CannotRun",
    "ChildSpec",
    "ChildStatus",
    "DataDirectory",
    "DirectoryNotOurs",
    "EmbeddedPostgres",
    "GaveUp",
    "Patience",
    "State",
    "Status",
    "StepFailed",
    "StopAsked",
    "Supervisor",
    "embedded_postgres",
    "write_private",
]
