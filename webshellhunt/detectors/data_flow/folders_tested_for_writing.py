"""A page walks the disk and tries where it may write.

What it finds:
    Folders walked one inside the other, and in each a file that is made, thrown away unwritten, and deleted again.

Why it matters:
    An intruder looks for a place where the service may write and run what it wrote: the step before the next shell.

Looks like:
    A function that calls itself for each subfolder; ``File.Create(…).Close()`` followed by ``File.Delete``, or
    ``CreateTextFile`` whose result nobody keeps.

Benign look-alikes:
    Setup pages try to write in the few folders they know by name, and walk none.

Blind spots:
    Tests that write something first, or ask for rights instead of trying.

References:
    https://attack.mitre.org/techniques/T1083/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.code.walks import find_walk
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1014",
    "folders-tested-for-writing",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1083"),
)
_WALKS = frozenset({"subfolders", "getdirectories", "enumeratedirectories", "getsubkeynames"})
_DELETES = frozenset({"deletefile", "delete", "deletefolder", "kill"})
_MAKES = frozenset({"createtextfile", "create", "createtext"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report a walk through folders in a page that makes files only to delete them."""
    words = code.analysis.words()
    if _WALKS.isdisjoint(words) or _DELETES.isdisjoint(words):
        return
    walked = find_walk(code.unit, _WALKS, words)
    made = next((t for s, _, t in code.analysis.sinks if s.kind == "write-path" and _is_thrown_away(code, t)), None)
    if walked is not None and made is not None:
        evidence = (layer.token_evidence(code, made), layer.token_evidence(code, walked))
        yield claim(RULE, "a page walks through folders and makes a file in each, only to delete it", *evidence)


def _is_thrown_away(code: Code, token: int) -> bool:
    """Tell whether what is made at a sink is closed at once, or not kept at all."""
    unit = code.unit
    if unit.value(token).lower() not in _MAKES:
        return False
    closer = unit.match.get(token + 1, token)
    if closer > token and unit.is_op(closer + 1, "."):
        return unit.value(closer + 2).lower() in ("close", "dispose")
    return any(start == token - 2 for start, _ in unit.statements)  # the whole statement: nothing keeps what is made
