"""The words beside a citation: each cited article has them, or it is said why not; and nobody changed them."""

import importlib.util
import shutil
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

from tianping.law.dated import LawbookInvalid
from tianping.law.lawbook import find_lawbook, load
from tianping.law.statute_texts import articles_meant, digest_of
from tianping.law.statutes import parse_citation


@pytest.fixture(scope="module")
def tool():
    loader = SourceFileLoader("statutes_tool", str(Path(__file__).parents[2] / "tools" / "statutes"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("statutes_tool", loader))
    loader.exec_module(module)
    return module


def test_every_article_that_is_cited_has_its_words_or_a_reason(law, tool):
    """In the lawbook, the code and the web app. A new citation of a statute with a text: run tools/statutes again."""
    cited = tool.cited()
    assert {50, 85, 126} <= cited["CPL"]
    for statute in law.statutes.keys() & cited.keys():
        if statute in law.texts:
            missing = sorted(cited[statute] - law.texts[statute].articles.keys())
            assert not missing, f"{statute} {missing} is cited and has no words: run tools/statutes"
        else:
            assert statute in law.without_text, f"{statute} is cited; it has neither words nor a reason"


def test_the_lawbook_itself_is_found_by_the_scan(law, tool):
    """The scan is by pattern; what the lawbook cites by structure must be among it."""
    cited = tool.cited()
    for timeline in law.timelines():
        for item in timeline:
            for cite in item.articles:
                place = parse_citation(cite)
                assert place.first in cited[place.statute], cite


def test_known_words(law):
    cpl = law.texts["CPL"]
    assert str(cpl.version_on) == "2023-09-01"
    assert "在接到决定时申请复议一次" in cpl.articles[50][0]
    assert "支付价款十倍或者损失三倍的赔偿金" in law.texts["FS"].articles[148][1]
    assert "三倍" in law.texts["CP"].articles[55][0]


def marked(law, cite):
    text = law.texts[parse_citation(cite).statute]
    return [line.text[:8] for article in articles_meant(cite, text) for line in article.lines if line.cited]


@pytest.mark.parametrize(
    ("cite", "lines"),
    [
        ("CPL 85", []),
        ("CPL 85.3", ["期间届满的最后一"]),
        ("CPL 124(3)", ["（三）诉讼请求和"]),
        ("CPL 122(2)", ["（二）有明确的被"]),
        # A paragraph comes with its items.
        ("CPL 47.1", ["审判人员有下列情", "（一）是本案当事", "（二）与本案有利", "（三）与本案当事"]),
    ],
)
def test_the_paragraph_or_item_meant_is_marked(law, cite, lines):
    assert marked(law, cite) == lines


def test_a_range_shows_each_article(law):
    assert [a.number for a in articles_meant("EC 49-50", law.texts["EC"])] == [49, 50]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(find_lawbook(), tmp_path / "lawbook"))


def test_a_changed_word_stops_the_start(copied):
    file = copied / "statutes" / "CPL.yaml"
    file.write_text(file.read_text().replace("应当在三日内作出复议决定", "应当在五日内作出复议决定"))
    with pytest.raises(LawbookInvalid) as refused:
        load(copied)
    assert (refused.value.file, refused.value.item) == ("statutes/CPL.yaml", "CPL")
    assert "digest" in refused.value.why


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("statutes/ES.yaml", "statute: ES", "statute: XX", "unknown statute"),
        ("statutes/ES.yaml", "articles:\n", "articles:\n  37: [某]\n", "ends with article 36"),
        ("without_text.yaml", "{id: JI}", "{id: CPL}", "has a text"),
        ("without_text.yaml", "{id: JI}", "{id: XX}", "no statute"),
    ],
)
def test_a_text_that_does_not_fit_is_refused(copied, file, old, new, why):
    path = copied / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(LawbookInvalid, match=why):
        load(copied)


def test_the_digest_is_over_numbers_and_lines():
    assert digest_of({1: ["甲", "乙"]}) != digest_of({1: ["甲乙"]})
    assert digest_of({1: ["甲"], 2: ["乙"]}) == digest_of({2: ["乙"], 1: ["甲"]})
