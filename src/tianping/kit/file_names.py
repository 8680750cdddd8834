"""Names that people give to files: only ever shown and offered for download, never part of a path."""

import re
import unicodedata


def clean_name(name: str) -> str:
    """A declared name made safe to show and to offer for download: NFC, no paths, no control or direction characters,
    at most 200 characters with the extension kept."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    name = re.sub(r'[<>:"|?*]', "_", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if dot and len(extension) <= 10:
        return f"{stem[: 199 - len(extension)]}.{extension}" if stem else name
    return name[:200] or "未命名"
