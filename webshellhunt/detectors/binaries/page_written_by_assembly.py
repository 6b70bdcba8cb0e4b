r"""A library writes pages or programs to the server.

What it finds:
    A .NET assembly that, from a method which the server calls, writes a file with the extension of server code or of a
    program, whose content is of the request, a mail or the network, decoded, or a text with server code; or that writes
    a decoded content of the request to a path which the request names.

Why it matters:
    The library plants pages again after they were removed, or takes files of the intruder.

Looks like:
    A start method with ``File.WriteAllText(root + "\\aspnet_client\\x.aspx", Page)``.

Benign look-alikes:
    Uploads: their file names are taken from the upload, and their content is not decoded.

Blind spots:
    Extensions that are put together at run time.

References:
    https://attack.mitre.org/techniques/T1505/003/
"""

from webshellhunt.analysis.compiled import CompiledAct, labels_of, texts_of
from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.detectors.compiled_claims import acts_of, claim_act, each_entry
from webshellhunt.detectors.contract import Findings, define_rule, detector
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5012", "high", "medium", "T1505.004", "T1105")
_CODE = lazy_pattern(r"(?i)\.(?:aspx|ashx|asmx|ascx|asp|cshtml|svc|soap|php|jspx?|exe|dll|bat|cmd|ps1|vbs)$")
_SERVER_CODE = lazy_pattern(r"(?i)<%|\brunat\s*=")
_FOREIGN = ("request", "mail", "network", "decoded", "decrypted")


@detector(RULE, on=Assembly)
def find(assembly: Assembly, sample: Sample) -> Findings:
    """Report each entry point that writes code to a file."""
    written = ((act, _words(act)) for act in acts_of(assembly, sample, "write"))
    yield from each_entry((act, claim_act(RULE, act, sample, words)) for act, words in written if words)


def _words(act: CompiledAct) -> str:
    """Return what an act writes, as the end of a sentence; the path is the first value, or what the writer has."""
    path, contents = act.values[:1], act.values[1:] or act.values
    labels = labels_of(*contents)
    names = texts_of(*path)
    name = next(filter(_CODE.search, names), "")
    if name and any(_SERVER_CODE.search(text) for text in texts_of(*contents)):
        return f"writes a page: {name[:200]}"
    origin = next((label for label in _FOREIGN if label in labels), "")
    if name and origin:
        return f"writes a file that the server executes: {name[:200]} (content: {origin})"
    of_path = labels_of(*path)
    if "request" in of_path and "named" not in of_path and {"request", "decoded"} <= labels and "File" in act.member:
        return "writes a decoded content of the request to a path that the request names"
    return ""
