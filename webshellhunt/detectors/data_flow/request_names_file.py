"""The request names any file or folder of the server, and the page sends or lists it.

What it finds:
    A path that is request data alone, without a folder of the site before it, and that is read or whose content is
    listed: ``WriteFile``, ``TransmitFile``, ``ReadAllBytes``, ``LoadFromFile``; ``DirectoryInfo``, ``GetFolder``.

Why it matters:
    Such a page reads every file that the service may read: configuration with its keys, mailboxes, other sites.

Looks like:
    A page that lists drives and folders, with a link to itself for each folder and a download for each file.

Benign look-alikes:
    Pages that store a file in a database load it into a stream and send nothing of that, so they are no finding.
    Download pages join the requested name to a fixed folder; file managers of hosting products stay below the folder of
    a site. One that does not is a risk, whether or not an intruder wrote it. Pages that delete a file by its object, or
    write to it, send nothing.

Blind spots:
    Paths from a database or a file; a folder of the site that ``..`` leaves again.
"""

from webshellhunt.analysis.flow.flows import Flow
from webshellhunt.analysis.prefilter.features import flows_to
from webshellhunt.analysis.structure.arguments import arguments_at, words_of
from webshellhunt.detectors.contract import Findings, claim, claim_flow, define_rule, detector
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1011", "high", "medium", "T1505.003", "T1083", "T1005", is_tool=True)
_DRIVES = frozenset({"drives", "getdrives", "getlogicaldrives", "driveinfo"})
_READING = frozenset({"readall", "readline", "read"})
_OPENING = frozenset({"opentextfile", "getfile"})
_SENT_FROM_STREAM = frozenset({"binarywrite", "readtext", "outputstream"})
_CHANGING = frozenset({"2", "8", "forwriting", "forappending"})


@detector(RULE, on=Code, needs=[flows_to("read-path", "list-path")])
def find(code: Code, layer: Layer) -> Findings:
    """Report a page that reads or lists any path of the request."""
    flows = [flow for flow in code.analysis.all_flows() if _is_anywhere(flow)]
    words = code.analysis.words()
    read = next((f for f in flows if f.kind == "read-path" and _sends(code, f)), None)
    listed = next((f for f in flows if f.kind == "list-path"), None)
    if read is not None and listed is not None:
        is_certain = not _DRIVES.isdisjoint(words)
        message = f"the page lists any folder and sends any file that the request names: {listed.words}; {read.words}"
        evidence = (layer.place_evidence(code, listed.place), layer.place_evidence(code, read.place))
        yield claim(
            RULE,
            message,
            *evidence,
            severity=Severity.CRITICAL if is_certain else None,
            confidence=Confidence.HIGH if is_certain else None,
        )
    elif read is not None:
        message = f"the page sends any file that the request names: {read.words}"
        yield claim_flow(RULE, message, layer, code, read, facts={"request_key": read.key})
    elif listed is not None:
        message = f"the page lists any folder that the request names: {listed.words}"
        severity = None if not _DRIVES.isdisjoint(words) else Severity.MEDIUM
        yield claim_flow(RULE, message, layer, code, listed, severity=severity)


def _is_anywhere(flow: Flow) -> bool:
    """Return True if a path is request data alone, and is not mapped below the site."""
    chosen = flow.trace is not None and flow.trace.kind == "visitor"
    return chosen and flow.shape.is_whole and not flow.shape.is_mapped


def _sends(code: Code, flow: Flow) -> bool:
    """Return True unless the code shows that a file is opened to be changed, or that its content is not read.

    A path that another call reads is a flow of its own, also by way of the object of the file.
    """
    last = flow.name.rpartition(".")[2]
    if last == "loadfromfile":  # bytes of a stream may also be stored in a database
        return not _SENT_FROM_STREAM.isdisjoint(code.analysis.words())
    if last not in _OPENING:
        return True
    index = code.analysis.index
    arguments = words_of(index, arguments_at(index, flow.place))
    if last == "getfile":  # the object of a file, by which it is deleted or dated as well
        return "openastextstream" in code.analysis.words() and not code.analysis.words().isdisjoint(_READING)
    return _CHANGING.isdisjoint(arguments) and not code.analysis.words().isdisjoint(_READING)
