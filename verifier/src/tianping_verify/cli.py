"""The command line: `tianping-verify CERTIFICATE.pdf|BUNDLE.json [FILE]`."""

import argparse
import json
import locale
import os
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NoReturn

from tianping_verify import __version__, bundle, sm2
from tianping_verify.checking import check
from tianping_verify.faults import Unusable
from tianping_verify.report import File, Options, Report, Result
from tianping_verify.wording import CHECKS, LABELS, REASONS, RESULTS, STANDINGS, VERDICTS

UNUSABLE = 1
_LARGEST = 64 << 20
_BLOCK = 1 << 20
_BEIJING = timezone(timedelta(hours=8))
_SIGNS = {Result.PASSED: "✓", Result.FAILED: "✗", Result.NOT_MADE: "–"}

EPILOG = """
退出状态：0 必需的核验全部通过且文件一致；2 有核验不通过或必需的核验没有做；1 输入无法使用。
Exit status: 0 every needed check passed and the file is the one stored; 2 a check failed, or a needed one was not made;
1 the input cannot be used. Needed: the pinned genesis (--genesis or --trust) and the file.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    given = _arguments().parse_args(arguments)
    language = given.lang or _language()
    try:
        content = _content(given.proof)
        options = Options(
            file=File.of(_blocks(given.file)) if given.file else None,
            pins=frozenset(_pins(given.genesis, given.trust)),
            salt=_hexadecimal(given.salt, None) if given.salt else None,
            tsa_ca=given.tsa_ca,
        )
        report = check(content, options)
    except Unusable as wrong:
        sys.stderr.write(f"tianping-verify: {wrong.zh if language == 'zh' else wrong.en}\n")
        return UNUSABLE
    except OSError as wrong:
        sys.stderr.write(f"tianping-verify: {wrong.filename or ''}: {wrong.strerror or wrong}\n")
        return UNUSABLE
    shown = (
        json.dumps(as_json(report, language), ensure_ascii=False, indent=2) if given.json else as_text(report, language)
    )
    sys.stdout.write(shown + "\n")
    return report.exit_status


def as_json(report: Report, language: str) -> dict[str, Any]:
    """The report as plain values: instants in RFC 3339 UTC, digests hexadecimal, words in one language."""
    about = vars(report.subject).copy()
    about["genesis"] = report.subject.genesis.hex() if report.subject.genesis else None
    for name in ("stored_at", "claimed_at", "stamped_at"):
        about[name] = None if about[name] is None else _utc(about[name])
    about["cosigners"] = [vars(one) | {"time": _utc(one.time)} for one in report.subject.cosigners]
    return {
        "verdict": report.verdict.value,
        "says": VERDICTS[report.verdict.value].say(language),
        "checks": [
            {
                "id": one.id,
                "result": one.result.value,
                "reason": one.reason,
                "title": CHECKS[one.id].say(language),
                "why": REASONS[one.reason].say(language, **one.values) if one.reason else None,
            }
            for one in report.checks
        ],
        "subject": about,
        "signatures_checked_by": sm2.how(),
    }


def as_text(report: Report, language: str) -> str:
    lines = [f"{LABELS['verdict'].say(language)}: {VERDICTS[report.verdict.value].say(language)}", ""]
    lines += [f"{LABELS[name].say(language)}: {value}" for name, value in _about(report, language)]
    lines.append("")
    for one in report.checks:
        why = f" — {REASONS[one.reason].say(language, **one.values)}" if one.reason else ""
        result = RESULTS[one.result.value].say(language)
        lines.append(f"{_SIGNS[one.result]} [{result}] {CHECKS[one.id].say(language)}{why}")
    return "\n".join(lines)


def _about(report: Report, language: str) -> Iterator[tuple[str, str]]:
    about = report.subject
    zh = language == "zh"
    if about.number:
        yield "number", about.number
    if about.genesis:
        yield "chain", f"{about.chain_zh if zh else about.chain_en} ({about.chain})"
        yield "genesis", about.genesis.hex()
    if about.category:
        yield "category", about.category
        names = about.depositor_zh if zh else about.depositor_en
        standing = STANDINGS[about.standing or ""].say(language)
        assessed = LABELS["unassessed" if about.score is None else "assessed"].say(language, score=about.score)
        yield (
            "depositor",
            LABELS["standing"].say(
                language, name=names, organisation=about.organisation, standing=standing, assessed=assessed
            ),
        )
    if about.size is not None:
        yield "size", LABELS["bytes"].say(language, count=about.size) + f", {about.media_type}"
    for name in ("stored_at", "claimed_at", "stamped_at"):
        time = getattr(about, name)
        if time is not None:
            yield name, _spoken(time)
    if about.cosigners:
        names = (
            "、".join(one.name_zh for one in about.cosigners)
            if zh
            else ", ".join(one.name_en for one in about.cosigners)
        )
        yield "cosigners", LABELS["power"].say(language, names=names, power=about.power, total=about.total)


class _Parser(argparse.ArgumentParser):
    """A wrong command line is unusable input, and not a check that failed."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(UNUSABLE, f"{self.prog}: {message}\n")


def _arguments() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tianping-verify",
        description="核验存证证书或证明包，不需要网络。Check a certificate of storage or a proof bundle, without a network.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("proof", metavar="CERT.pdf|BUNDLE.json", help="存证证书或证明包 / certificate or proof bundle")
    parser.add_argument("file", nargs="?", metavar="FILE", help="要比对的文件 / the file to compare")
    parser.add_argument(
        "--genesis",
        action="append",
        default=[],
        metavar="DIGEST",
        help="信任的创世摘要（64 位十六进制）/ trusted digest of a genesis",
    )
    parser.add_argument(
        "--trust",
        metavar="FILE",
        help="每行一个创世摘要的文件 / a file with one such digest a line, # begins a comment",
    )
    parser.add_argument("--salt", metavar="HEX", help="开封值 / the salt, where the bundle has none")
    parser.add_argument(
        "--tsa-ca", metavar="PEM", help="信任的时间戳机构证书 / certificates of a trusted time-stamp authority"
    )
    parser.add_argument("--json", action="store_true", help="以 JSON 输出 / print JSON")
    parser.add_argument("--lang", choices=("zh", "en"), help="输出语言 / language of the output")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__} ({bundle.FORMAT})")
    return parser


def _content(path: str) -> bytes:
    if Path(path).stat().st_size > _LARGEST:
        raise Unusable("证书或证明包过大", "The certificate or bundle is too large")
    return Path(path).read_bytes()


def _blocks(path: str) -> Iterator[bytes]:
    with Path(path).open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _pins(given: Sequence[str], trust: str | None) -> Iterator[bytes]:
    for digest in given:
        yield _hexadecimal(digest, 32)
    if trust:
        text = Path(trust).read_text("utf-8", errors="replace")
        found = [line.partition("#")[0].split() for line in text.splitlines()]
        for words in found:
            if words:
                yield _hexadecimal(words[0], 32)


def _hexadecimal(text: str, length: int | None) -> bytes:
    plain = re.sub(r"[\s:]", "", text)
    try:
        value = bytes.fromhex(plain)
    except ValueError as wrong:
        raise Unusable(f"不是十六进制数：{text}", f"Not hexadecimal: {text}") from wrong
    if length not in (None, len(value)) or not value:
        raise Unusable(f"长度不对：{text}", f"Wrong length: {text}")
    return value


def _language() -> str:
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if not named:
        named = locale.getlocale()[0] or ""
    return "zh" if named.lower().startswith(("zh", "chinese")) else "en"


def _instant(time_ms: int) -> datetime | None:
    """None for a time that no calendar here reaches; a depositor may claim any."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time_ms)
    except OverflowError:
        return None


def _utc(time_ms: int) -> str:
    time = _instant(time_ms)
    return time.isoformat().replace("+00:00", "Z") if time else f"{time_ms} ms"


def _spoken(time_ms: int) -> str:
    time = _instant(time_ms)
    return f"{time.astimezone(_BEIJING):%Y-%m-%d %H:%M:%S} (UTC+8)" if time else f"{time_ms} ms"
