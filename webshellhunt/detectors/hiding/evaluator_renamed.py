"""The evaluator is called by another name.

What it finds:
    Server code in JScript that assigns ``eval`` or ``Function`` to a variable, a property, a parameter or a list, or
    returns it from a function, and calls it by that name; or calls it as a member of the global object, or as the
    constructor of a function.

Why it matters:
    A search for the word before a bracket finds nothing. Server pages do not need a second name for it.

Looks like:
    ``var run = {x: eval}; run.x(text)``, ``(0, eval)(text)``, ``text.replace(/.+/, eval)``, ``this.eval(text)``.

Benign look-alikes:
    Libraries that load their modules assign it to a name such as ``require``: a plain variable is reported with less
    confidence. Libraries for browsers evaluate in the global scope this way; they are no server code.

Blind spots:
    Names by which VBScript calls a function (``GetRef``), and objects that are passed through more than a few names.

References:
    https://attack.mitre.org/techniques/T1027/010/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.prefilter.features import LANGUAGE
from webshellhunt.analysis.structure.renamed_evaluators import find_renamed_calls
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH3006",
    "evaluator-renamed",
    Severity.MEDIUM,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1027.010"),
)


@detector(RULE, on=Code, needs=[frozenset({f"{LANGUAGE}jscript"})])
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the first call of an evaluator by another name."""
    calls = find_renamed_calls(code.unit)
    found = next((each for each in calls if not each.is_variable), calls[0] if calls else None)
    if found is not None:
        message = "the evaluator is called by another name"
        confidence = Confidence.MEDIUM if found.is_variable else None
        yield claim(RULE, message, layer.place_evidence(code, found.place), confidence=confidence)
