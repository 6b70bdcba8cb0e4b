"""What evaluates text is called by another name.

What it finds:
    Server code in JScript that hands ``eval`` or ``Function`` to a variable, a property, a parameter or a list, or
    returns it from a function, and calls it there.

Why it matters:
    Whoever looks for the word and a bracket behind it finds nothing. Server pages have no need of a second name for it.

Looks like:
    ``var run = {x: eval}; run.x(text)``, ``(0, eval)(text)``, ``text.replace(/.+/, eval)``.

Benign look-alikes:
    Libraries for browsers evaluate in the global scope that way; they are no server code.

Blind spots:
    Names by which VBScript calls a function (``GetRef``), and objects that are passed through more than a few names.

References:
    https://attack.mitre.org/techniques/T1027/010/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.sample import Code, Layer

RULE = define_rule(
    "WSH3006",
    "evaluator-renamed",
    Severity.MEDIUM,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1027.010"),
)


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the first call of an evaluator by another name."""
    for opener, _ in code.analysis.calls.aliased[:1]:
        message = "what evaluates text is called by another name than its own"
        yield claim(RULE, message, layer.token_evidence(code, max(opener - 1, 0)))
