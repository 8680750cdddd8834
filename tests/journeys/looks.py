"""What a page must be wherever it is opened: nothing that axe finds wrong, and nothing that is scrolled to sideways."""

from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page
from tests.journeys.browser import Visitor

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
UNPIN = """() => document.querySelectorAll('body *:not(dialog)').forEach((one) => {
  if (!one.closest('dialog') && ['fixed', 'sticky'].includes(getComputedStyle(one).position)) {
    one.style.position = 'static'
    one.dataset.unpinned = ''
  }
})"""
REPIN = """() => document.querySelectorAll('[data-unpinned]').forEach((one) => {
  one.style.position = ''
  delete one.dataset.unpinned
})"""
AXE = Path(AXE_FILE_PATH).read_text()


def faults(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe finds wrong on the page as it stands, one line a rule with where it is broken first."""
    which = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    found = page.evaluate("(which) => axe.run(document, { runOnly: which, resultTypes: ['violations'] })", which)[
        "violations"
    ]
    return [
        f"{broken['id']}: {broken['help']}; {len(broken['nodes'])}×, first "
        f"{broken['nodes'][0]['html'][:160]} — {broken['nodes'][0]['failureSummary'][-300:]}"
        for broken in found
    ]


def tidy(visitor: Visitor) -> None:
    """The page as it stands now, mid-journey. Raises AssertionError with what is wrong with it."""
    page = visitor.page
    page.evaluate(AXE)  # as the browser's own tools do: the page's policy lets no script in but the court's
    # Half way down a page the bars that stay lie over a part of some control; one scrolls on then.
    page.evaluate(UNPIN)
    found = faults(page)
    page.evaluate(REPIN)
    assert not found, (page.url, found)
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth > innerWidth
          && [...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 3).map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert not wide, (page.url, wide)
