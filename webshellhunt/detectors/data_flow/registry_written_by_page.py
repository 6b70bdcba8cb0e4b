r"""A page writes the registry of the server.

What it finds:
    A page that writes or deletes values or keys of the registry: ``RegWrite``, ``CreateSubKey``, ``Registry.SetValue``,
    or the provider of WMI.

Why it matters:
    Services, accounts and programs that start by themselves are settings of the registry. A site has no settings there.

Looks like:
    ``CreateObject("WScript.Shell").RegWrite "HKLM\…"``, ``Registry.LocalMachine.CreateSubKey(…).SetValue(…)``.

Benign look-alikes:
    Installers of applications write the registry in programs, not in pages. Of 6,157 honest pages of the corpus and
    20,665 of other sites, none does. In source code outside the page it needs a second finding.

Blind spots:
    Keys that a started program writes; values set on a key that was opened elsewhere.
"""

from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.detectors.contract import Findings, claim_use, define_rule, detector, says
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1040", "high", "medium", "T1505.003", "T1112", is_tool=True)
_CAPABILITIES = ("writes-registry", "writes-opened-key")


@detector(RULE, on=Code, needs=[uses_of(*_CAPABILITIES)])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first call that writes."""
    for name in _CAPABILITIES:
        use = next(iter(code.analysis.uses.get(name, ())), None)
        if use is not None:
            yield from claim_use(RULE, name, says(name, use.name), layer, code, use.place)
            return
