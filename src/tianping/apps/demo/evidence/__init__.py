"""Evidence for the demo court, drawn and written here: photographs, phone screens, papers, sound, chat exports.

Everything is invented and made from a seeded random source, so that the same piece comes out the same every time.
"""

import random


def seeded(text: str) -> random.Random:
    """Chance that is the same in every run; nothing here is secret."""
    return random.Random(text)  # noqa: S311
