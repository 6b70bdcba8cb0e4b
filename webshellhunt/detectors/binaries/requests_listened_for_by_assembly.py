r"""A library listens for requests itself.

What it finds:
    A .NET assembly that, from a method which the server calls, adds a prefix to an ``HttpListener``, starts a
    ``TcpListener``, or calls ``HttpAddUrl`` of Windows; or that has a prefix among the addresses of Exchange as a text.

Why it matters:
    The address that it listens on is answered past IIS: no page, no handler and no log of IIS shows it. NAPLISTENER and
    the exploit of ToolShell in memory used it.

Looks like:
    ``Init`` of a module, or a start method, with ``new HttpListener()`` and ``Prefixes.Add("https://*:443/ews/…/")``.

Benign look-alikes:
    Hosts of services outside IIS; they have no method that ASP.NET calls, and ports or paths of their own.

Blind spots:
    A listener in a program of its own; see the rules about services.

References:
    https://www.elastic.co/security-labs/naplistener-more-bad-dreams-from-the-developers-of-siestagraph
"""

from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.detectors.compiled_claims import acts_of, claim_act, each_entry, known_signer, whole_file
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.knowledge.exchange_names import EXCHANGE_APPLICATIONS
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5010", "high", "medium", "T1505.004", "T1205")
_PREFIX = lazy_pattern(r"(?i)https?://[^/\s]{1,200}/([\w-]{2,40})/\S{0,200}")
_NAMES = EXCHANGE_APPLICATIONS - {"api", "exchange", "public"}  # which other programs have, too
_ADD = "System.Net.HttpListenerPrefixCollection.Add"


@detector(RULE, on=Assembly)
def find(assembly: Assembly, sample: Sample) -> Findings:
    """Report each entry point that listens."""
    acts = acts_of(assembly, sample, "listen")
    # The call with the address comes first, whatever the order in the code.
    acts.sort(key=lambda act: not any("//" in text for text in act.texts))
    if not acts:
        yield from _at_address_of_exchange(assembly, sample)
    for act in acts:
        address = next((text for text in act.texts if "//" in text), "")
        yield from each_entry([(act, claim_act(RULE, act, sample, f"listens for requests itself {address}".strip()))])
        return


def _at_address_of_exchange(assembly: Assembly, sample: Sample) -> Findings:
    """Report a listener among the addresses of Exchange, whoever starts it."""
    found = (_PREFIX.fullmatch(each.text) for each in assembly.literals if _ADD in assembly.members)
    address = next((each[0] for each in found if each is not None and each[1].lower() in _NAMES), "")
    if address and known_signer(assembly, sample.data) is None:
        yield claim(RULE, f"a library listens for requests itself {address}", whole_file(sample))
