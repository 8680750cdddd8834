"""Why something could not be started, each with what to do about it."""

from tianping.kit.problems import Problem, Text


class CannotRun(Problem):
    """Base: a thing the operator has to see to. `detail` says what to do; `tail` is the end of a log, if one tells."""

    status = 503
    code = "cannot-run"
    title = Text("无法启动", "Cannot start")

    @property
    def tail(self) -> str:
        return str(self.values.get("tail", ""))

    def __str__(self) -> str:
        return "\n".join(filter(None, (super().__str__(), self.tail)))


class AlreadyRunning(CannotRun):
    code = "already-running"
    title = Text("该数据目录已在使用中", "This data directory is in use")
    detail = Text(
        "{place} 正由进程 {pid} 使用。请先停止它（kill {pid}），或用 TIANPING_DATA 指定另一个目录。",
        "{place} is used by process {pid}. Stop it first (kill {pid}), or name another directory in TIANPING_DATA.",
    )


class DirectoryNotOurs(CannotRun):
    code = "directory-not-ours"
    title = Text("数据目录不可写", "The data directory cannot be written")
    detail = Text(
        "无法写入 {place}：{reason}。修复：sudo chown -R {user} {place}，或用 TIANPING_DATA 指定另一个目录。",
        "{place} cannot be written: {reason}. Fix: sudo chown -R {user} {place}, "
        "or name another directory in TIANPING_DATA.",
    )


class NoDatabaseServer(CannotRun):
    code = "no-database-server"
    title = Text("找不到 PostgreSQL 程序", "The PostgreSQL programs were not found")
    detail = Text(
        "需要 {wanted}。修复：运行 tools/setup，或安装系统的 postgresql，或用 TIANPING_DATABASE_DSN 指向已有数据库。",
        "Needed: {wanted}. Fix: run tools/setup, or install the system's postgresql, "
        "or point TIANPING_DATABASE_DSN at a database.",
    )


class NoUnprivilegedUser(CannotRun):
    code = "no-unprivileged-user"
    title = Text("没有可供数据库使用的普通用户", "There is no ordinary user for the database")
    detail = Text(
        "PostgreSQL 拒绝以 root 运行，而 {reason}。修复：useradd --system tianping，或以普通用户运行。",
        "PostgreSQL refuses to run as root, and {reason}. Fix: useradd --system tianping, or run as an ordinary user.",
    )


class ClusterLocked(CannotRun):
    code = "cluster-locked"
    title = Text("数据库口令文件缺失", "The database's password file is missing")
    detail = Text(
        "{place} 中已有数据库，但口令文件 {password} 不在。请从备份恢复该文件。",
        "There is a database in {place}, but its password file {password} is gone. Restore that file from a backup.",
    )


class ClusterMissing(CannotRun):
    code = "cluster-missing"
    title = Text("数据库目录不见了", "The database's directory is gone")
    detail = Text(
        "{pointer} 指明数据库在 {place}，但该目录不存在。请从备份恢复；如确要从空库开始，请删除 {pointer}。",
        "{pointer} says that the database is in {place}, which does not exist. Restore it from a backup; "
        "to begin with an empty database, delete {pointer}.",
    )


class StepFailed(CannotRun):
    code = "step-failed"
    title = Text("启动步骤失败", "A step of the start failed")
    detail = Text(
        "{name} 未完成（{status}）。日志：{log}，其末尾：",
        "{name} did not finish ({status}). Its log is {log}, which ends:",
    )


class GaveUp(CannotRun):
    code = "gave-up"
    title = Text("进程反复退出，已放弃重启", "A process keeps dying; giving up")
    detail = Text(
        "{name} 连续 {deaths} 次很快退出（{reason}）。日志：{log}，其末尾：",
        "{name} died quickly {deaths} times in a row ({reason}). Its log is {log}, which ends:",
    )
