"""Every sentence an inspection can say, with what the person can do about it."""

from tianping.interfaces.materials import Finding
from tianping.kit.problems import Text


def say(finding: Finding, **values: object) -> Finding:
    """Fill the `{places}` of a finding."""
    return Finding(finding.code, finding.zh.format(**values), finding.en.format(**values), finding.way_on)


_RESAVE = Text(
    "请用原来的软件重新打开并另存，或打印为 PDF、拍照后再上传。",
    "Open it again in the program it came from and save it anew, or print it to PDF or photograph it, then upload that.",
)
_EXPORT = Text(
    "请另存为 PDF 或常见图片格式（JPG、PNG）后上传。",
    "Save it as a PDF or a common picture (JPG, PNG) and upload that.",
)
_ZIP_APART = Text(
    "请解压后逐个上传其中的文件，便于法官和对方当事人直接查看。",
    "Unpack it and upload the files one by one, so that the judge and the other party can see them directly.",
)
_NO_MACROS = Text(
    "请另存为不含宏的格式（如 .docx、.xlsx）或 PDF 后上传。", "Save it without macros (such as .docx, .xlsx) or as PDF."
)

# --- refusals -------------------------------------------------------------------------------------------------------

EMPTY = Finding(
    "empty",
    "文件是空的，没有内容。",
    "The file is empty.",
    Text("请检查原文件后重新上传。", "Check the original and upload it again."),
)
TYPE_UNKNOWN = Finding(
    "type-unknown", "无法识别这个文件的格式。", "The format of this file could not be recognised.", _EXPORT
)
TYPE_NOT_ACCEPTED = Finding(
    "type-not-accepted",
    "本院暂不接收这种格式（{label}）的文件。",
    "The court does not accept files of this format ({label}).",
    _EXPORT,
)
ARCHIVE_NOT_READABLE = Finding(
    "archive-format",
    "{label} 压缩包无法查看。",
    "{label} archives cannot be looked into.",
    Text("请解压后逐个上传，或改用 ZIP 格式。", "Unpack it and upload the files one by one, or pack them as ZIP."),
)
COULD_NOT_BE_READ = Finding(
    "could-not-be-read",
    "文件无法安全读取：处理它所需的时间或内存超出限制，文件可能已损坏。",
    "The file could not be read safely: it needs more time or memory than allowed, and may be damaged.",
    _RESAVE,
)
DAMAGED = Finding(
    "damaged", "文件已损坏或不完整，无法读取。", "The file is damaged or incomplete and cannot be read.", _RESAVE
)
PDF_ENCRYPTED = Finding(
    "pdf-encrypted",
    "这份 PDF 设有打开密码，法官和对方当事人都无法查看。",
    "This PDF needs a password to open, so neither the judge nor the other party could read it.",
    Text(
        "请在此输入打开密码，系统将另存一份可查看的副本，不保存密码，原件保持不变；或者取消密码后重新导出上传。",
        "Type its password here: a readable copy is made, the password is not kept and the original stays as it is. "
        "Or export it again without a password.",
    ),
)
PDF_PASSWORD_WRONG = Finding(
    "pdf-password-wrong",
    "密码不正确，PDF 没有打开。",
    "The password is not right; the PDF did not open.",
    PDF_ENCRYPTED.way_on,
)
OFFICE_ENCRYPTED = Finding(
    "office-encrypted",
    "这份文档设有打开密码，无法查看。",
    "This document needs a password to open and cannot be read.",
    Text(
        "请在办公软件中取消密码后另存，或导出为 PDF 上传。",
        "Remove the password in the office program, or export a PDF.",
    ),
)
IMAGE_TOO_LARGE = Finding(
    "image-too-large",
    "图片像素过多（{width}×{height}），无法安全打开。",
    "The picture has too many pixels ({width}×{height}) to be opened safely.",
    Text(
        "请将图片缩小到一亿像素以内，或分成几张上传。",
        "Reduce it to less than 100 million pixels, or upload it in parts.",
    ),
)
ZIP_ENCRYPTED = Finding(
    "zip-encrypted",
    "压缩包设有密码，无法查看其中的文件。",
    "The archive is locked with a password, so its files cannot be read.",
    _ZIP_APART,
)
ZIP_TOO_MANY = Finding(
    "zip-too-many",
    "压缩包内文件过多（{count} 个，最多 {limit} 个）。",
    "The archive holds too many files ({count}, at most {limit}).",
    _ZIP_APART,
)
ZIP_TOO_BIG = Finding(
    "zip-too-big", "压缩包展开后超过 {limit} MB。", "Unpacked, the archive would exceed {limit} MB.", _ZIP_APART
)
ZIP_BOMB = Finding(
    "zip-bomb",
    "压缩比例异常，展开后会占用极大空间，疑似压缩炸弹。",
    "The compression ratio is abnormal: unpacked it would take up extreme room, like a zip bomb.",
    _ZIP_APART,
)
ZIP_NESTED = Finding(
    "zip-nested",
    "压缩包里层层套有压缩包，超过 {limit} 层。",
    "The archive holds archives within archives, deeper than {limit}.",
    _ZIP_APART,
)
ZIP_PATH = Finding(
    "zip-path",
    "压缩包内含有越出目录的路径，存在安全风险。",
    "The archive holds paths that lead outside of it, which is unsafe.",
    _ZIP_APART,
)

# --- warnings -------------------------------------------------------------------------------------------------------

EXTENSION_MISMATCH = Finding(
    "extension-mismatch",
    "文件名以“{declared}”结尾，内容实际是{zh}，已按实际内容处理。",
    "The name ends in “{declared}”, but the content is {en}; it is treated as what it is.",
)
PDF_REPAIRED = Finding(
    "pdf-repaired",
    "这份 PDF 结构有损坏，已修复出可查看的副本，原件保持不变；请核对页数和内容是否完整。",
    "The structure of this PDF is damaged. A readable copy was repaired and the original left as it is; "
    "please check that all pages are there.",
)
PDF_RESTRICTED = Finding(
    "pdf-restricted", "这份 PDF 限制了打印或复制，可以查看。", "This PDF restricts printing or copying; it can be read."
)
PDF_JAVASCRIPT = Finding(
    "pdf-javascript",
    "这份 PDF 含有脚本，本院查看时不会运行。",
    "This PDF contains scripts; the court's viewer does not run them.",
)
PDF_ATTACHMENTS = Finding(
    "pdf-attachments",
    "这份 PDF 内嵌有 {count} 个附件，需要作为证据的请单独上传。",
    "This PDF has {count} files embedded in it; upload those that are evidence separately.",
)
PDF_LAUNCH = Finding(
    "pdf-launch",
    "这份 PDF 含有启动其他程序的动作，本院查看时不会执行。",
    "This PDF contains actions that start other programs; the court's viewer does not perform them.",
)
PDF_FORM = Finding(
    "pdf-form",
    "这份 PDF 含有动态表单（XFA），部分内容可能显示不全，建议打印为 PDF 后上传。",
    "This PDF holds a dynamic form (XFA) that may not show completely; printing it to PDF is better.",
)
GPS_KEPT = Finding(
    "image-position",
    "照片中带有拍摄地点信息：原件予以保留，供查看的副本已去除。",
    "The photograph records where it was taken: kept in the original, removed from the copies shown.",
)
DURATION_UNKNOWN = Finding(
    "duration-unknown", "无法从文件中读出播放时长。", "The playing time could not be read from the file."
)
MEDIA_INCOMPLETE = Finding(
    "media-incomplete",
    "音视频文件末尾不完整，可能只能播放一部分。",
    "The recording ends early; perhaps only a part of it plays.",
)
WEB_SCRIPTS = Finding(
    "web-scripts",
    "网页文件中含有脚本，查看时不会运行；建议同时上传网页截图。",
    "This web page contains scripts, which are not run; please upload a screenshot as well.",
)
NAME_CLEANED = Finding(
    "name-cleaned", "文件名中含有不可见字符，已去除。", "The name held invisible characters; they were removed."
)

# --- hazards --------------------------------------------------------------------------------------------------------

EXECUTABLE = Finding(
    "executable",
    "文件是可执行程序（{label}）。",
    "The file is a program ({label}).",
    Text(
        "请勿上传程序；需要证明程序行为的，请提交录屏或公证文书。",
        "Do not upload programs; to prove what one does, submit a screen recording.",
    ),
)
SCRIPT = Finding("script", "文件是可运行的脚本。", "The file is a script that can run.", _EXPORT)
MACROS = Finding("macros", "文档中含有宏程序。", "The document contains macros.", _NO_MACROS)
TEST_VIRUS = Finding(
    "eicar", "文件含有防病毒测试特征（EICAR）。", "The file contains the anti-virus test signature (EICAR)."
)
DOUBLE_EXTENSION = Finding(
    "double-extension",
    "文件名伪装成其他格式（“{name}”）。",
    "The name disguises what the file is (“{name}”).",
    Text("请改用真实的扩展名后重新上传。", "Give it its true extension and upload it again."),
)
ARCHIVE_HOLDS = Finding(
    "archive-holds", "压缩包内含有程序或脚本（{name}）。", "The archive holds a program or script ({name}).", _ZIP_APART
)
ACTIVE_OBJECT = Finding(
    "active-object", "文档中嵌有可运行的对象。", "The document embeds objects that can run.", _NO_MACROS
)
