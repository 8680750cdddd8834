"""The words of every check, reason and verdict, Chinese and English; `words.json` has them for the web page too."""

import json
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Words:
    zh: str
    en: str

    def say(self, language: str, **values: object) -> str:
        return (self.zh if language == "zh" else self.en).format(**values)


_TABLES: dict[str, dict[str, Words]] = {
    table: {name: Words(**said) for name, said in entries.items()}
    for table, entries in json.loads(files("tianping_verify").joinpath("words.json").read_text("utf-8")).items()
}

CHECKS, RESULTS, VERDICTS = _TABLES["checks"], _TABLES["results"], _TABLES["verdicts"]
REASONS, LABELS, STANDINGS = _TABLES["reasons"], _TABLES["labels"], _TABLES["standings"]
