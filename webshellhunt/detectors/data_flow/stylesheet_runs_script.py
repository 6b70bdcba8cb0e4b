"""A stylesheet in a page contains script that can act on the server.

What it finds:
    A page with an XSL stylesheet in its constants that contains script (``msxsl:script``), where the script runs
    programs or code, loads code, writes files, opens sockets, or uses request data to do so.

Why it matters:
    The transformation runs the script in the process of the server. The page itself contains no ``eval`` and starts no
    shell, so a search for these finds only data.

Looks like:
    ``TransformNode`` or ``XslCompiledTransform`` with a stylesheet in a constant.

Benign look-alikes:
    Scripts of stylesheets that format dates and numbers, which have no such capabilities; most are in files.

Blind spots:
    Stylesheets in files or from another server, and script that is put together from anything but constants.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1019", "critical", "high", "T1505.003", "T1220")
_CAPABLE = frozenset({"evaluate", "process", "load", "write-path", "write-content", "socket"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Findings:
    """Report each stylesheet of a page whose script reaches such a sink."""
    for token, script in code.analysis.stylesheets:
        names = dict.fromkeys(name for sink, name, _ in script.sinks if sink.kind in _CAPABLE)
        if names:
            message = f"a stylesheet in a constant contains script that calls {', '.join(list(names)[:3])}"
            yield claim(RULE, message, layer.place_evidence(code, token))
