r"""A library hands the machine keys of the server out.

What it finds:
    A .NET assembly that, from a method which the server calls, reads the validation or decryption key of the machine
    key section, and writes it to the response or a file, or sends it to another server.

Why it matters:
    With the keys an intruder signs view state that the server deserialises: he comes back without any file. ToolShell
    left such a library (``IIS_Server_dll.dll``).

Looks like:
    ``MachineKeySection.get_ValidationKey`` and ``HttpResponse.Write`` in ``ProcessRequest`` of a handler.

Benign look-alikes:
    Libraries that derive own keys from those of the server, and write neither.

Blind spots:
    Keys that are read from the text of ``web.config`` or the registry.

References:
    https://www.microsoft.com/en-us/security/blog/2025/07/22/disrupting-active-exploitation-of-on-premises-sharepoint-vulnerabilities/
"""

from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.detectors.compiled_claims import acts_of, claim_act, each_entry
from webshellhunt.detectors.contract import Findings, define_rule, detector
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5011", "critical", "high", "T1505.004", "T1552.001")
_WORDS = {
    "answer": "writes the machine keys of the server to the response",
    "write": "writes the machine keys of the server to a file",
    "send": "sends the machine keys of the server to another server",
}


@detector(RULE, on=Assembly)
def find(assembly: Assembly, sample: Sample) -> Findings:
    """Report each entry point that hands out a key."""
    found = [act for act in acts_of(assembly, sample, *_WORDS) if "keys" in act.labels]
    yield from each_entry((act, claim_act(RULE, act, sample, _WORDS[act.kind])) for act in found)
