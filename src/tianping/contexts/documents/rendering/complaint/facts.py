"""Facts as they are said in sentences: options in words, references by name."""

import re
from typing import Any

from tianping.contexts.documents.rendering.complaint.answers import Answers
from tianping.contexts.documents.rendering.complaint.parties import short_name
from tianping.contexts.documents.rendering.complaint.stories import DERIVED, Story
from tianping.law.lawbook import Lawbook

_REFERENCE = re.compile(r"(plaintiffs|defendants|third_parties|evidence)\.(\d{1,3})")


class Facts:
    """The facts of one filing beside the story that tells them.

    `said` maps keys to what a sentence takes; options may be given by id or by their Chinese name. A reference such as
    `defendants.0` or `evidence.2` stands for the name of that party or exhibit.
    """

    def __init__(self, answers: Answers, story: Story, law: Lawbook) -> None:
        self.story = story
        self._answers = answers
        case_type = law.case_types.get(answers.case_type)
        options = {field.key: field.options for field in case_type.fields if field.options} if case_type else {}
        self._chosen: dict[str, Any] = dict(answers.facts)
        self.said: dict[str, Any] = {key: self._named(value) for key, value in answers.facts.items()}
        for key, known in options.items():
            option = next((o for o in known if answers.facts.get(key) in (o.id, o.zh)), None)
            if option:
                self._chosen[key] = option.id
                self.said[key] = story.words.get(key, {}).get(option.id, option.zh)
        for key, source in DERIVED.items():
            words = story.words.get(key)
            if words and self._chosen.get(source):
                self.said[key] = words.get(str(self._chosen[source])) or words.get("") or words["other"]

    def holds(self, key: str, options: tuple[str, ...]) -> bool:
        """Whether the answer is one of the options; any answer if there are none."""
        value = self._chosen.get(key)
        if value in (None, "", []):
            return False
        return not options or ("true" if value is True else str(value)) in options

    @staticmethod
    def source_of(key: str) -> str:
        """The answer from which a place is said."""
        return DERIVED.get(key, key)

    def _named(self, value: Any) -> Any:
        reference = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
        if not reference:
            return value
        found = getattr(self._answers, reference[1])
        position = int(reference[2])
        if position >= len(found):
            return None
        return f"证据“{found[position].name}”" if reference[1] == "evidence" else short_name(found[position])
