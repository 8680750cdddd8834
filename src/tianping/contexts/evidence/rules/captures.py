"""How far a capture is, in words; what is recorded and what is not."""

from tianping.contexts.evidence.model.captures import Capture, CaptureState
from tianping.kit.problems import Text

_STEPS: dict[str, tuple[int, Text]] = {
    "waiting": (0, Text("等待浏览器空闲", "Waiting for the browser")),
    "resolving": (10, Text("查询域名", "Looking up the name")),
    "opening": (20, Text("启动干净的浏览器", "Starting a clean browser")),
    "loading": (40, Text("打开网页", "Opening the page")),
    "picturing": (65, Text("截取画面与文字", "Taking pictures and text")),
    "packing": (80, Text("打包固定", "Packing")),
    "depositing": (90, Text("提交存证", "Depositing")),
    "done": (100, Text("已固定并提交存证", "Captured and deposited")),
}

RECORDS: tuple[Text, ...] = (
    Text(
        "网址、跳转、每一次请求与应答的头部和摘要",
        "The address, redirections, each request and answer with headers and digests",
    ),
    Text("域名解析结果与所连接的地址", "Answers of the name service and the address connected to"),
    Text("服务器的 TLS 证书与协议", "The server's TLS certificate and protocol"),
    Text("网页截图、文字与整页存档（MHTML）", "Pictures of the page, its text, and an archive of the whole (MHTML)"),
    Text(
        "浏览器与操作系统版本、服务器时钟与时差", "Versions of browser and system, the machine's clock and its offset"
    ),
    Text("哪些内容没有看到", "What could not be seen"),
)
LIMITS: tuple[Text, ...] = (
    Text("只固定公开网页，不登录、不代为填写", "Public pages only: nothing is signed in to or filled in"),
    Text("一个网页最多 60 秒、40 MB", "A page at most 60 seconds and 40 MB"),
    Text(
        "只看到服务器发给本院的内容；其他地区、其他用户看到的可能不同",
        "Only what the server sends to this court; others elsewhere may see something else",
    ),
)


def progress(capture: Capture) -> Text:
    if capture.state is CaptureState.FAILED:
        return Text("未完成", "Not completed")
    return _STEPS.get(capture.step, _STEPS["waiting"])[1]


def percent(capture: Capture) -> int:
    return 100 if capture.state is CaptureState.FAILED else _STEPS.get(capture.step, _STEPS["waiting"])[0]
