"""A page keeps a stylesheet whose script has powers over the server.

What it finds:
    A page with an XSL stylesheet in its constants that brings script along (``msxsl:script``), where that script runs
    programs or code, loads it, writes files, or takes something from the request to do so.

Why it matters:
    The transformation runs the script in the server's process. Nothing in the page itself says ``eval`` or makes a
    shell, so whoever looks for these finds data.

Looks like:
    ``TransformNode`` or ``XslCompiledTransform`` with a stylesheet written into the page.

Benign look-alikes:
    Scripts of stylesheets that format dates and numbers, which have no such powers; they stand in files mostly.

Blind spots:
    Stylesheets in files or from elsewhere, and script that is put together from anything but constants.

References:
    https://attack.mitre.org/techniques/T1220/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1019",
    "stylesheet-runs-script",
    Severity.CRITICAL,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1220"),
)
_POWERS = frozenset({"evaluate", "process", "load", "write-path", "write-content", "socket"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report each stylesheet of a page whose script has powers."""
    for token, script in code.analysis.stylesheets:
        powers = dict.fromkeys(name for sink, name, _ in script.sinks if sink.kind in _POWERS)
        if powers:
            message = f"a stylesheet in a constant brings script that calls {', '.join(list(powers)[:3])}"
            yield claim(RULE, message, layer.token_evidence(code, token))
