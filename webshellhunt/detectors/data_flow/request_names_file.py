"""A visitor names any file or folder of the server, which is sent or listed.

What it finds:
    A path that is the visitor's alone, with no folder of the site in front, and that is read or whose content is
    listed: ``WriteFile``, ``TransmitFile``, ``ReadAllBytes``, ``LoadFromFile``; ``DirectoryInfo``, ``GetFolder``.

Why it matters:
    Such a page reads every file that the service may read: configuration with its keys, mailboxes, other sites.

Looks like:
    A page that lists drives and folders, each name a link back to itself, with a download beside each file.

Benign look-alikes:
    Download pages join what they are asked for behind a folder of their own; file managers of hosting products keep to
    the folder of a site. One that does not is worth a look whoever wrote it.

Blind spots:
    Paths that a database or a file gives; a folder of the site that is left again by ``..``.

References:
    https://attack.mitre.org/techniques/T1083/
    https://attack.mitre.org/techniques/T1005/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.code.trace import Flow
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1011",
    "request-names-file",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1083", "T1005"),
)
_DRIVES = frozenset({"drives", "getdrives", "getlogicaldrives", "driveinfo"})
_SENDING = frozenset({"transmitfile", "writefile", "binarywrite", "loadfromfile"})
_OPENING = frozenset({"opentextfile", "getfile"})
_CHANGING = frozenset({"2", "8", "forwriting", "forappending"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report a page that reads, or lists, whatever path a visitor sends."""
    flows = [flow for flow in code.analysis.all_flows() if _is_anywhere(flow)]
    words = code.analysis.words()
    read = next((f for f in flows if f.kind == "read-path" and _sends(code, f)), None)
    listed = next((f for f in flows if f.kind == "list-path"), None)
    if read is not None and listed is not None:
        sure = not _DRIVES.isdisjoint(words)
        message = f"any folder that a visitor names is listed, any file sent: {listed.words}; {read.words}"
        evidence = (layer.token_evidence(code, listed.token), layer.token_evidence(code, read.token))
        yield claim(
            RULE,
            message,
            *evidence,
            severity=Severity.CRITICAL if sure else None,
            confidence=Confidence.HIGH if sure else None,
        )
    elif read is not None:
        message = f"any file that a visitor names is sent: {read.words}"
        yield claim(RULE, message, layer.token_evidence(code, read.token), facts={"request_key": read.key})
    elif listed is not None:
        message = f"any folder that a visitor names is listed: {listed.words}"
        severity = None if not _DRIVES.isdisjoint(words) else Severity.MEDIUM
        yield claim(RULE, message, layer.token_evidence(code, listed.token), severity=severity)


def _is_anywhere(flow: Flow) -> bool:
    """Tell whether a path is the visitor's alone, and not one below the site."""
    chosen = flow.trace is not None and flow.trace.kind == "visitor"
    return chosen and flow.shape.is_whole and not flow.shape.is_mapped


def _sends(code: Code, flow: Flow) -> bool:
    """Tell whether a file is read to be sent, as far as that shows: not opened to be changed, nor just looked at."""
    last = flow.name.rpartition(".")[2]
    if last not in _OPENING:
        return True
    closer = code.unit.match.get(flow.token + 1, flow.token)
    asked = {code.unit.value(token).lower() for token in range(flow.token + 2, closer)}
    if last == "getfile":
        return not _SENDING.isdisjoint(code.analysis.words())
    return _CHANGING.isdisjoint(asked) and not code.analysis.words().isdisjoint({"readall", "readline", "read"})
