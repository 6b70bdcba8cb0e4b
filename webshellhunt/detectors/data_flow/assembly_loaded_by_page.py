"""A page loads an assembly by a name that is not in the page.

What it finds:
    A page that loads an assembly, where no constant that may be given to the call is the name or the file of one. If
    the bytes are in the page itself, that is WSH1035; from the request, WSH1003; from another server, WSH1005.

Why it matters:
    An application declares its libraries. A page that loads one by a computed name, an element of a text that it
    splits, or a name from a session or a file can load anything; this is the second half of many loaders.

Looks like:
    ``Assembly.LoadWithPartialName(parts[0]).GetType(parts[1])``, ``Assembly.Load(bytes)``.

Benign look-alikes:
    Plug-in systems: of 11,200 harmless files with code of ASP.NET in a page, 1 loads an assembly by no constant name.
    Source code outside of pages often does, and is not examined for it.

Blind spots:
    A constant name of an assembly that the intruder placed.

References:
    https://attack.mitre.org/techniques/T1620/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.analysis.structure.own_bytes import find_bytes, loads_by_name
from webshellhunt.detectors.contract import claim_use, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1034",
    "assembly-loaded-by-page",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1620"),
)
_KINDS = frozenset({"load", "pick", "name"})


@detector(RULE, on=Code, needs=[uses_of("loads-assembly")])
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the first assembly that is loaded by no constant name."""
    analysis, given = code.analysis, code.analysis.given_texts
    uses = [use for use in analysis.uses.get("loads-assembly", ()) if not loads_by_name(given, use.place)]
    if not uses or any(flow.kind in _KINDS and flow.trace is not None for flow in analysis.all_flows()):
        return
    if find_bytes(given, [uses[0].place]) is None:
        message = f"the page loads an assembly whose name is not in the page: {uses[0].name}"
        yield from claim_use(RULE, "loads-assembly", message, layer, code, uses[0].place)
