"""Looking into files that people hand in: what they are, whether they can be read, whether they are dangerous.

Usable without a court. `inspect` looks in this process; `SandboxedInspector` does the same in a process with limits and
is what the service uses. `open_scanner` gives the virus scanner that a setting names.
"""

from tianping.engines.materials.inspection import inspect
from tianping.engines.materials.sandbox import Limits, SandboxedInspector
from tianping.engines.materials.scanning import ClamdScanner, RuleScanner, open_scanner

__all__ = ["ClamdScanner", "Limits", "RuleScanner", "SandboxedInspector", "inspect", "open_scanner"]
