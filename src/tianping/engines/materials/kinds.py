"""The formats a court accepts, by content, and what they are called."""

import msgspec

from tianping.interfaces.materials import Kind


class Format(msgspec.Struct, frozen=True):
    """A format. The first extension is the usual one; all are lower case without the dot."""

    kind: Kind
    media_type: str
    extensions: tuple[str, ...]
    zh: str
    en: str
    inline: bool = False
    """Shown by every browser as it is; other pictures get a copy to look at."""


def _f(kind: Kind, media_type: str, extensions: str, zh: str, en: str, *, inline: bool = False) -> Format:
    return Format(kind, media_type, tuple(extensions.split()), zh, en, inline)


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

JPEG = _f(Kind.IMAGE, "image/jpeg", "jpg jpeg jpe jfif", "JPEG 图片", "a JPEG picture", inline=True)
PNG = _f(Kind.IMAGE, "image/png", "png", "PNG 图片", "a PNG picture", inline=True)
GIF = _f(Kind.IMAGE, "image/gif", "gif", "GIF 图片", "a GIF picture", inline=True)
WEBP = _f(Kind.IMAGE, "image/webp", "webp", "WebP 图片", "a WebP picture", inline=True)
BMP = _f(Kind.IMAGE, "image/bmp", "bmp dib", "BMP 图片", "a BMP picture")
TIFF = _f(Kind.IMAGE, "image/tiff", "tif tiff", "TIFF 图片", "a TIFF picture")
HEIC = _f(Kind.IMAGE, "image/heic", "heic heif hif", "HEIC 照片", "a HEIC photograph")
AVIF = _f(Kind.IMAGE, "image/avif", "avif", "AVIF 图片", "an AVIF picture")
PDF = _f(Kind.PDF, "application/pdf", "pdf", "PDF 文件", "a PDF", inline=True)
OFD = _f(Kind.DOCUMENT, "application/ofd", "ofd", "OFD 版式文件", "an OFD document (GB/T 33190)")
DOCX = _f(Kind.DOCUMENT, _OOXML + "wordprocessingml.document", "docx docm dotx", "Word 文档", "a Word document")
XLSX = _f(Kind.SPREADSHEET, _OOXML + "spreadsheetml.sheet", "xlsx xlsm xltx", "Excel 表格", "an Excel workbook")
PPTX = _f(
    Kind.PRESENTATION, _OOXML + "presentationml.presentation", "pptx pptm ppsx", "演示文稿", "a PowerPoint presentation"
)
DOC = _f(Kind.DOCUMENT, "application/msword", "doc wps dot", "Word 97 文档", "a Word 97 document")
XLS = _f(Kind.SPREADSHEET, "application/vnd.ms-excel", "xls et xlt", "Excel 97 表格", "an Excel 97 workbook")
PPT = _f(
    Kind.PRESENTATION, "application/vnd.ms-powerpoint", "ppt dps pps", "PowerPoint 97 演示文稿", "a PowerPoint 97 file"
)
MSG = _f(Kind.MESSAGE, "application/vnd.ms-outlook", "msg", "Outlook 邮件", "an Outlook message")
ODT = _f(Kind.DOCUMENT, _ODF + "text", "odt", "ODF 文本", "an OpenDocument text")
ODS = _f(Kind.SPREADSHEET, _ODF + "spreadsheet", "ods", "ODF 表格", "an OpenDocument spreadsheet")
ODP = _f(Kind.PRESENTATION, _ODF + "presentation", "odp", "ODF 演示文稿", "an OpenDocument presentation")
RTF = _f(Kind.DOCUMENT, "application/rtf", "rtf doc", "RTF 文档", "an RTF document")
MP4 = _f(Kind.VIDEO, "video/mp4", "mp4 m4v", "MP4 视频", "an MP4 video", inline=True)
MOV = _f(Kind.VIDEO, "video/quicktime", "mov qt", "QuickTime 视频", "a QuickTime video")
THREE_GP = _f(Kind.VIDEO, "video/3gpp", "3gp 3g2", "3GP 视频", "a 3GP video")
WEBM = _f(Kind.VIDEO, "video/webm", "webm", "WebM 视频", "a WebM video", inline=True)
WEBM_AUDIO = _f(Kind.AUDIO, "audio/webm", "webm weba", "WebM 录音", "a WebM recording", inline=True)
MKV = _f(Kind.VIDEO, "video/x-matroska", "mkv", "MKV 视频", "a Matroska video")
AVI = _f(Kind.VIDEO, "video/x-msvideo", "avi", "AVI 视频", "an AVI video")
M4A = _f(Kind.AUDIO, "audio/mp4", "m4a mp4 aac", "M4A 录音", "an M4A recording", inline=True)
MP3 = _f(Kind.AUDIO, "audio/mpeg", "mp3", "MP3 录音", "an MP3 recording", inline=True)
WAV = _f(Kind.AUDIO, "audio/wav", "wav", "WAV 录音", "a WAV recording", inline=True)
AMR = _f(Kind.AUDIO, "audio/amr", "amr", "AMR 录音", "an AMR recording")
AAC = _f(Kind.AUDIO, "audio/aac", "aac", "AAC 录音", "an AAC recording", inline=True)
OGG = _f(Kind.AUDIO, "audio/ogg", "ogg oga opus", "Ogg 录音", "an Ogg recording", inline=True)
FLAC = _f(Kind.AUDIO, "audio/flac", "flac", "FLAC 录音", "a FLAC recording", inline=True)
TEXT = _f(Kind.TEXT, "text/plain", "txt log md srt vtt", "纯文本", "plain text", inline=True)
CSV = _f(Kind.SPREADSHEET, "text/csv", "csv tsv", "CSV 表格", "a CSV table")
HTML = _f(Kind.WEB_PAGE, "text/html", "html htm", "网页文件", "a web page")
MHTML = _f(Kind.WEB_PAGE, "multipart/related", "mht mhtml", "网页归档", "an archived web page")
JSON = _f(Kind.TEXT, "application/json", "json", "JSON 文件", "a JSON file")
CHAT_JSON = _f(Kind.CHAT, "application/json", "json", "聊天记录导出", "a chat export")
CHAT_TEXT = _f(Kind.CHAT, "text/plain", "txt", "聊天记录导出", "a chat export", inline=True)
EML = _f(Kind.MESSAGE, "message/rfc822", "eml", "电子邮件", "an e-mail message")
ZIP = _f(Kind.ARCHIVE, "application/zip", "zip", "ZIP 压缩包", "a ZIP archive")

ACCEPTED: tuple[Format, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Format))

_RUNNABLE = (
    "exe com scr pif msi msp dll sys cpl drv ocx apk ipa jar jad xap deb rpm dmg pkg app run bin elf so "
    "bat cmd ps1 psm1 vbs vbe js jse mjs wsf wsh hta sct lnk scf inf reg url chm gadget sh bash zsh csh py pyw pl rb php "
    "jsp asp aspx cgi swf xll wasm iso img vhd vhdx appx msix desktop"
)
RUNNABLE = frozenset(_RUNNABLE.split())
"""Extensions that a system would run or mount when opened."""

UNREADABLE_ARCHIVES = {
    b"Rar!\x1a\x07": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"\x1f\x8b": "GZIP",
    b"BZh": "BZIP2",
    b"\xfd7zXZ\x00": "XZ",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"MSCF": "CAB",
    b"LZIP": "LZIP",
}

PROGRAMS = {
    b"MZ": "Windows",
    b"\x7fELF": "Linux / Android",
    b"\xfe\xed\xfa\xce": "macOS",
    b"\xfe\xed\xfa\xcf": "macOS",
    b"\xce\xfa\xed\xfe": "macOS",
    b"\xcf\xfa\xed\xfe": "macOS",
    b"\xca\xfe\xba\xbe": "Java / macOS",
    b"\x00asm": "WebAssembly",
    b"dex\n03": "Android",
    b"L\x00\x00\x00\x01\x14\x02\x00": "Windows LNK",
    b"ITSF": "Windows CHM",
    b"FWS": "Flash",
    b"CWS": "Flash",
    b"ZWS": "Flash",
}


def extension_of(name: str) -> str:
    """The last extension of a name, lower case, without the dot; empty if there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem and len(extension) <= 10 else ""
