"""Why a member of a consortium cannot run, each with what to do about it."""

from tianping.kit.problems import Problem, Text


class EngineProblem(Problem):
    """Base: the operator has to see to it. `tail`, where given, is the end of a log."""

    status = 503
    code = "engine-problem"
    title = Text("共识引擎无法运行", "The consensus engine cannot run")

    def __str__(self) -> str:
        return "\n".join(filter(None, (super().__str__(), str(self.values.get("tail", "")))))


class GoMissing(EngineProblem):
    code = "go-missing"
    title = Text("缺少 Go，无法构建共识引擎", "Go is missing, so the consensus engine cannot be built")
    detail = Text(
        "联盟链需要 CometBFT。修复：安装 Go {oldest} 或更新版本（go.dev/dl）使 `go version` 可用，"
        "或用 TIANPING_COMETBFT 指定已构建的 cometbft 程序。单节点（solo）账本不需要它。",
        "A consortium needs CometBFT. Fix: install Go {oldest} or newer (go.dev/dl) so that `go version` answers, "
        "or name a built cometbft program in TIANPING_COMETBFT. The ledger of one node (solo) does not need it.",
    )


class EngineNotBuilt(EngineProblem):
    code = "engine-not-built"
    title = Text("共识引擎构建失败", "The consensus engine could not be built")
    detail = Text(
        "`{command}` 在 {place} 失败。请检查 Go 模块代理是否可达（go env GOPROXY）后重试。输出末尾：",
        "`{command}` failed in {place}. Check that the Go module proxy answers (go env GOPROXY) and try again. "
        "The output ends:",
    )


class EngineProgramUnusable(EngineProblem):
    code = "engine-program-unusable"
    title = Text("指定的 cometbft 程序不可用", "The cometbft program that was named cannot be used")
    detail = Text(
        "TIANPING_COMETBFT={program} 不能运行，或版本不是 {wanted}（实为 {found}）。",
        "TIANPING_COMETBFT={program} does not run or is not version {wanted} (it is {found}).",
    )


class EngineFailed(EngineProblem):
    code = "engine-failed"
    title = Text("共识引擎退出或未就绪", "The consensus engine ended or did not become ready")
    detail = Text(
        "节点 {node} 的共识引擎{what}。日志：{log}，其末尾：",
        "The consensus engine of {node}: {what}. Its log is {log}, which ends:",
    )


class EngineUnreachable(EngineProblem):
    code = "engine-unreachable"
    title = Text("共识引擎没有应答，请稍后重试", "The consensus engine does not answer; please try again later")


class EngineRefused(EngineProblem):
    """The engine answered with an error of its own; `reason` is its text."""

    code = "engine-refused"
    title = Text("共识引擎拒绝了请求", "The consensus engine refused the request")
    detail = Text("{method}：{reason}", "{method}: {reason}")


class NodeHomeTaken(EngineProblem):
    code = "node-home-taken"
    title = Text("该节点目录已在使用中", "This node's directory is in use")
    detail = Text(
        "{home} 正由另一个节点进程使用。两个进程使用同一把验证人密钥会构成双签，因此拒绝启动。",
        "{home} is used by another node process. Two processes with one validator key would sign twice, so this one "
        "does not start.",
    )


class NoConsortium(EngineProblem):
    code = "no-consortium"
    title = Text("该目录中没有联盟链", "There is no consortium in this directory")
    detail = Text(
        "{place} 中没有联盟链的记录。先运行 `tianping ledger consortium up`。",
        "{place} holds no record of a consortium. Run `tianping ledger consortium up` first.",
    )
