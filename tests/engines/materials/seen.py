"""Files that tests of the inspection look at, and what was found in them."""

from tests.engines.materials import samples

from tianping.engines.materials import kinds as k
from tianping.interfaces.materials import Finding


def codes(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.code for finding in findings}


ACCEPTED = [
    (samples.picture("JPEG"), "照片.jpg", k.JPEG),
    (samples.picture("PNG"), "a.png", k.PNG),
    (samples.picture("WEBP"), "a.webp", k.WEBP),
    (samples.picture("TIFF"), "a.tif", k.TIFF),
    (samples.picture("BMP"), "a.bmp", k.BMP),
    (samples.picture("AVIF"), "a.avif", k.AVIF),
    (samples.GIF, "a.gif", k.GIF),
    (samples.heic(), "IMG_0001.HEIC", k.HEIC),
    (samples.pdf(), "合同.pdf", k.PDF),
    (samples.ofd(), "发票.ofd", k.OFD),
    (samples.docx(), "起诉状.docx", k.DOCX),
    (samples.xlsx(), "a.xlsx", k.XLSX),
    (samples.odt(), "a.odt", k.ODT),
    (samples.compound("WordDocument", "1Table"), "a.doc", k.DOC),
    (samples.compound("Workbook", "a", "b", "c", "d", "e", "f"), "a.xls", k.XLS),
    (samples.compound("PowerPoint Document"), "a.ppt", k.PPT),
    (samples.compound("__properties_version1.0"), "a.msg", k.MSG),
    (rb"{\rtf1\ansi hello}", "a.rtf", k.RTF),
    (samples.mp4(), "a.mp4", k.MP4),
    (samples.mp4(brand=b"qt  "), "a.mov", k.MOV),
    (samples.mp4(brand=b"3gp5"), "a.3gp", k.THREE_GP),
    (samples.mp4(brand=b"M4A ", picture=False), "a.m4a", k.M4A),
    (samples.webm(), "a.webm", k.WEBM),
    (samples.webm(picture=False), "a.webm", k.WEBM_AUDIO),
    (samples.avi(), "a.avi", k.AVI),
    (samples.wav(), "a.wav", k.WAV),
    (samples.mp3(), "a.mp3", k.MP3),
    (samples.mp3(tag=b"ID3\x03\0\0\0\0\0\x0a" + b"\0" * 10), "a.mp3", k.MP3),
    (samples.amr(), "a.amr", k.AMR),
    (samples.aac(), "a.aac", k.AAC),
    (samples.ogg(), "a.ogg", k.OGG),
    ("平台客服说可以退款。\n".encode("gb18030"), "a.txt", k.TEXT),
    (samples.CSV, "a.csv", k.CSV),
    (samples.HTML, "a.html", k.HTML),
    (b'{"order": 1}', "a.json", k.JSON),
    (samples.CHAT_JSON, "chat.json", k.CHAT_JSON),
    (samples.CHAT_TEXT, "聊天记录.txt", k.CHAT_TEXT),
    (samples.EML, "a.eml", k.EML),
    (samples.packed({"一/照片.jpg": b"\xff\xd8\xff", "b.txt": b"x"}), "a.zip", k.ZIP),
]


PROGRAM = b"MZ\x90\0" + b"\0" * 100
HAZARDS = [
    (PROGRAM, "a.exe", {"executable"}),
    (PROGRAM, "照片.jpg", {"executable"}),
    (PROGRAM, "invoice.pdf.exe", {"executable", "double-extension"}),
    (b"\x7fELF\x02\x01\x01" + b"\0" * 100, "a", {"executable"}),
    (b"#!/bin/sh\nrm -rf /\n", "readme.txt", {"script"}),
    (b"WScript.Echo 1\r\n", "a.vbs", {"script"}),
    (b"alert(1)", "合同.doc.js", {"script", "double-extension"}),
    (samples.docx(**{"word/vbaProject.bin": b"x"}), "a.docm", {"macros"}),
    (samples.docx(**{"word/embeddings/oleObject1.bin": b"x"}), "a.docx", {"active-object"}),
    (samples.compound("WordDocument", "Macros", "_VBA_PROJECT"), "a.doc", {"macros"}),
    (rb"{\rtf1 {\object\objdata 0105}}", "a.rtf", {"active-object"}),
    (samples.TEST_VIRUS, "a.txt", {"eicar"}),
    (samples.packed({"x/notes.txt": samples.TEST_VIRUS}), "a.zip", {"eicar"}),
    (samples.packed({"x/run.bat": b"del"}), "a.zip", {"archive-holds"}),
    (samples.packed({"photo.jpg": PROGRAM}), "a.zip", {"archive-holds"}),
    (samples.packed({"AndroidManifest.xml": b"x", "classes.dex": b"x"}), "a.zip", {"executable"}),
    (samples.packed({"META-INF/MANIFEST.MF": b"x", "A.class": b"x"}), "a.zip", {"executable"}),
    (samples.picture("PNG"), "photo\u202egpj.exe", {"double-extension"}),
]
