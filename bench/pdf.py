"""PDF drafts a second: our press beside WeasyPrint, the same document, in one run.

    .venv/bin/python -m bench.pdf [--seconds 5] [--evidence-list] [--json]

Both print the complaint of `tests/contexts/documents/rendering/papers.py` (text, table, signature, QR code, Chinese
fonts from the same files), every copy with a number of its own so that nothing is answered from a cache of the whole.
"""

import argparse
import html
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pylopdf_fonts_zh_cn

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.contexts.documents.rendering.papers import every_paper, mark  # noqa: E402

from tianping.contexts.documents.rendering import pages, view  # noqa: E402
from tianping.contexts.documents.rendering.model import Complaint  # noqa: E402
from tianping.contexts.documents.rendering.press import Press  # noqa: E402

GOAL = 100.0


def numbered(paper: Complaint, number: int) -> Complaint:
    """A copy whose text differs, as that of another case would."""
    facts = [f"{text}（第{number}号事实）" for text in paper.facts]
    return msgspec.structs.replace(paper, mark=mark(f"TPSF-2026-SZ-{number:06d}"), facts=facts)


def as_html(paper: Complaint) -> str:
    """The same document for WeasyPrint."""
    assert paper.mark is not None
    text = html.escape
    rows = "".join(
        f"<tr><td>{n}<td>{text(r.name)}<td>{text(r.source)}<td>{text(r.proves)}<td>{r.form}<td>{r.pages}"
        for n, r in enumerate(paper.evidence, 1)
    )
    paragraphs = [*paper.parties, "诉讼请求", *paper.claims, "事实与理由", *paper.facts, "此致", paper.court.name]
    serif = pylopdf_fonts_zh_cn.serif_path().as_uri()
    return f"""<meta charset=utf-8><title>{paper.title.zh}</title><style>
      @font-face {{ font-family: Song; src: url({serif}) }}
      @page {{ size: A4; margin: 37mm 26mm 35mm 28mm; @bottom-center {{ content: element(foot) }} }}
      body {{ font: 15.75pt/29pt Song; text-align: justify }} p {{ text-indent: 2em; margin: 0 }}
      h1 {{ font-size: 22pt; text-align: center }} footer {{ position: running(foot); font-size: 9pt }}
      svg {{ width: 14mm; height: 14mm }} td {{ border: .5pt solid; font-size: 12pt }}</style>
      <footer>{view.qr_code(paper.mark.check_url)} {paper.mark.number}</footer><h1>{paper.title.zh}</h1>
      {"".join(f"<p>{text(p)}</p>" for p in paragraphs)}<table>{rows}</table>"""


def rate(print_one: Callable[[int], bytes], seconds: float, threads: int) -> tuple[float, float, float]:
    """Documents a second over about so many seconds, the slowest in milliseconds, and CPU milliseconds a document.

    CPU time tells what the work costs even when others use the machine.
    """
    slowest = 0.0

    def work(worker: int) -> int:
        nonlocal slowest
        done, end = 0, time.perf_counter() + seconds
        while (start := time.perf_counter()) < end:
            print_one(1_000_000 * (worker + 1) + done)
            slowest = max(slowest, time.perf_counter() - start)
            done += 1
        return done

    began, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        done = sum(pool.map(work, range(threads)))
    spent = (time.process_time() - cpu) / done * 1000
    return done / (time.perf_counter() - began), slowest * 1000, spent


def main() -> None:
    options = argparse.ArgumentParser(description="PDF drafts a second, ours beside WeasyPrint.")
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--evidence-list", action="store_true", help="with the evidence list, a third page")
    options.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    given = options.parse_args()

    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    paper = next(p for p in every_paper() if isinstance(p, Complaint))
    if not given.evidence_list:
        paper = msgspec.structs.replace(paper, evidence=[])
    threads = min(2, os.cpu_count() or 1)

    started = time.perf_counter()
    press = Press(workers=threads)
    first = press.print_now(numbered(paper, 1))
    cold_ms = (time.perf_counter() - started) * 1000
    started = time.perf_counter()
    press.print_now(numbered(paper, 2))
    warm_ms = (time.perf_counter() - started) * 1000
    one, _, cpu_ms = rate(lambda n: press.print_now(numbered(paper, n)), given.seconds, 1)
    both, slowest_ms, _ = rate(lambda n: press.print_now(numbered(paper, n)), given.seconds, threads)
    press.close()

    def peer_prints(number: int) -> bytes:
        page = weasyprint.HTML(string=as_html(numbered(paper, number)))
        printed = page.write_pdf(font_config=FontConfiguration(), pdf_variant="pdf/a-2b")
        assert printed is not None
        return printed

    peer_pages = pages.count(peer_prints(0))
    peer, _, peer_cpu_ms = rate(peer_prints, given.seconds, 1)
    result = {
        "pages": pages.count(first),
        "peer_pages": peer_pages,
        "first_cold_ms": round(cold_ms, 1),
        "first_warm_ms": round(warm_ms, 1),
        "one_thread_per_s": round(one, 1),
        "two_threads_per_s": round(both, 1),
        "slowest_ms": round(slowest_ms, 1),
        "weasyprint_per_s": round(peer, 2),
        "cpu_ms": round(cpu_ms, 1),
        "weasyprint_cpu_ms": round(peer_cpu_ms, 1),
        "ratio_one_thread": round(one / peer, 1),
        "goal_per_s": GOAL,
        "goal_met": both >= GOAL,
    }
    if given.json:
        print(json.dumps(result))
        return
    print(f"complaint, {result['pages']} pages (WeasyPrint {peer_pages}), PDF/A-2b, {threads} thread(s)")
    print(f"{'':32}{'ours':>12}{'WeasyPrint':>12}{'ratio':>8}")
    print(f"{'documents/s, one thread':32}{one:>12.1f}{peer:>12.2f}{one / peer:>7.1f}x")
    print(
        f"{'documents/s, ' + str(threads) + ' threads':32}{both:>12.1f}{'':>12}{both / peer:>7.1f}x   goal {GOAL:.0f}"
    )
    print(f"{'CPU ms a document':32}{cpu_ms:>12.1f}{peer_cpu_ms:>12.1f}{peer_cpu_ms / cpu_ms:>7.1f}x")
    print(f"{'first, cold / warm (ms)':32}{cold_ms:>6.0f} /{warm_ms:>4.0f}   goal 100 warm")


if __name__ == "__main__":
    main()
