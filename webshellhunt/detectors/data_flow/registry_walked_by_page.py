"""A page walks through the registry of the server.

What it finds:
    Keys of the registry walked one inside the other, whatever they are, in a page.

Why it matters:
    An intruder searches the registry for paths: folders of other sites, programs with weak rights, where passwords
    lie. The answer shows him where to go next.

Looks like:
    A stack on which all hives are put, or a function that calls itself, around ``GetSubKeyNames`` or ``EnumKey``.

Benign look-alikes:
    Pages that read a few keys which they know by name, or list what is right below one of them.

Blind spots:
    Browsers of the registry that show one key at a time.

References:
    https://attack.mitre.org/techniques/T1012/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.code.walks import find_walk
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1021",
    "registry-walked-by-page",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1012"),
)
_ASKS = frozenset({"getsubkeynames", "enumkey"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report a walk through keys, where the first one asks for what lies below."""
    walked = find_walk(code.unit, _ASKS, code.analysis.words())
    if walked is not None:
        yield claim(RULE, "a page walks through the registry of the server", layer.token_evidence(code, walked))
