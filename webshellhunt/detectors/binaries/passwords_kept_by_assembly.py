r"""A library keeps the passwords of those who sign in.

What it finds:
    A .NET assembly in which a module, a handler of sign-ins or a provider takes a password of the request (a form field
    or header with such a name, a parameter of ``ValidateUser``) and writes it to a file, sends it to another server, or
    adds it to a collection in a static field.

Why it matters:
    Such a module sees each sign-in of every user, for as long as the server runs. Owowa collected the passwords of
    Outlook on the web this way.

Looks like:
    A handler of ``PreSendRequestContent`` that reads ``Request.Form["password"]`` and calls ``File.AppendAllText``.

Benign look-alikes:
    Modules that check a password against a directory or a database, and pages that sign in at another server.

Blind spots:
    A password that is kept as a part of the whole form or of the raw body; a database.

References:
    https://securelist.com/owowa-credential-stealer-and-remote-access/105219/
"""

from webshellhunt.analysis.compiled import STATIC, CompiledAct, labels_of
from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.detectors.compiled_claims import acts_of, claim_act, each_entry
from webshellhunt.detectors.contract import Findings, define_rule, detector
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5008", "high", "high", "T1505.004", "T1056.003")
_WORDS = {
    "write": "writes a password of the request to a file",
    "send": "sends a password of the request to another server",
    "keep": "keeps passwords of the requests in memory",
}
_PAGES = "page or controller"


@detector(RULE, on=Assembly)
def find(assembly: Assembly, sample: Sample) -> Findings:
    """Report each entry point that keeps a password."""
    found = [act for act in acts_of(assembly, sample, *_WORDS) if "password" in act.labels and _keeps(act)]
    yield from each_entry((act, claim_act(RULE, act, sample, _WORDS[act.kind])) for act in found)


def _keeps(act: CompiledAct) -> bool:
    """Return True unless a page signs in elsewhere, or a collection ends with the request."""
    if act.kind == "keep":
        return STATIC in labels_of(act.values[0])
    return act.kind == "write" or _PAGES not in act.entry.words
