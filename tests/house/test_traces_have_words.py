"""What the record of accesses notes is shown in words: every code that is written down is known to the page."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TRACES = ROOT / "web" / "src" / "features" / "administration" / "traces.ts"
NOTING = {"record_access", "note_access", "insert_access", "see", "_trace"}
WRITTEN_OTHERWISE = re.compile(r"role \w+ \w+|key \d+ made|paper")


def noted() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "src" / "tianping" / "contexts").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node, "func", None)
            called = getattr(name, "attr", getattr(name, "id", None))
            if not isinstance(node, ast.Call) or called not in NOTING:
                continue
            given = [*node.args[3:], *(word.value for word in node.keywords if word.arg == "what")]
            for value in given:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield f"{path.name}:{node.lineno}", value.value


def test_every_code_has_words() -> None:
    page = TRACES.read_text()
    found = list(noted())
    assert {what for _, what in found} >= {"open", "exhibits", "session ended"}
    without = [
        (where, what)
        for where, what in found
        if not WRITTEN_OTHERWISE.fullmatch(what)
        and not re.search(rf"^  ['\"]?{re.escape(what)}['\"]?: '", page, re.MULTILINE)
    ]
    assert without == []
