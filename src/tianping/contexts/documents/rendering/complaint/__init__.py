"""The complaint writes itself: answers in, sentences out, each of which knows the answers it came from.

`compose(answers, statutes)` gives the sentences; `apply_edits` lays the filer's own words over them and keeps what they
replace; `as_paper` makes the paper. Answers are those of the intake pages, keyed as in the lawbook's elements.
"""

from tianping.contexts.documents.rendering.complaint.answers import (
    Agent,
    Answers,
    ClaimAnswer,
    EventAnswer,
    EvidenceAnswer,
    Organisation,
    Person,
    UnknownParty,
)
from tianping.contexts.documents.rendering.complaint.compose import compose
from tianping.contexts.documents.rendering.complaint.paper import as_paper
from tianping.contexts.documents.rendering.complaint.sentences import (
    EDITABLE,
    Edit,
    Edited,
    Part,
    Sentence,
    apply_edits,
    digest,
)

__all__ = [
    "EDITABLE",
    "Agent",
    "Answers",
    "ClaimAnswer",
    "Edit",
    "Edited",
    "EventAnswer",
    "EvidenceAnswer",
    "Organisation",
    "Part",
    "Person",
    "Sentence",
    "UnknownParty",
    "apply_edits",
    "as_paper",
    "compose",
    "digest",
]
