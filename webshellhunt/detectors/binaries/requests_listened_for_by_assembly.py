r"""A library listens for requests itself.

What it finds:
    A .NET assembly that, from a method which the server calls, adds a prefix to an ``HttpListener``, starts a
    ``TcpListener``, or calls ``HttpAddUrl`` of Windows.

Why it matters:
    The address that it listens on is answered past IIS: no page, no handler and no log of IIS shows it. NAPLISTENER and
    the exploit of ToolShell in memory used it.

Looks like:
    ``Init`` of a module, or a start method, with ``new HttpListener()`` and ``Prefixes.Add("https://*:443/ews/…/")``.

Benign look-alikes:
    Hosts of services outside IIS; they have no method that ASP.NET calls.

Blind spots:
    A listener in a program of its own; see the rules about services.

References:
    https://www.elastic.co/security-labs/naplistener-more-bad-dreams-from-the-developers-of-siestagraph
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.detectors.compiled_claims import acts_of, claim_act, each_entry
from webshellhunt.detectors.contract import define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH5010",
    "requests-listened-for-by-assembly",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.004", "T1205"),
)


@detector(RULE, on=Assembly)
def find(assembly: Assembly, sample: Sample) -> Iterator[Finding]:
    """Report each entry point that listens."""
    acts = acts_of(assembly, sample, "listen")
    # The call with the address comes first, whatever the order in the code.
    acts.sort(key=lambda act: not any("//" in text for text in act.texts))
    for act in acts:
        address = next((text for text in act.texts if "//" in text), "")
        yield from each_entry([(act, claim_act(RULE, act, sample, f"listens for requests itself {address}".strip()))])
        return
