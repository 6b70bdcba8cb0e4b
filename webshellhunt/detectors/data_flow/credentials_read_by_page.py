"""A page reads credentials that Windows or IIS keeps.

What it finds:
    A page that reads the password of an account of IIS from its configuration, that calls a function of Windows for
    stored secrets or for the memory of another program, or that reads a key of the registry where programs keep
    passwords.

Why it matters:
    These accounts and passwords open other sites and other machines. An application is given its own account; it never
    asks for those of others.

Looks like:
    ``GetObject("IIS://localhost/W3SVC/1/Root").AnonymousUserPass``, ``LsaRetrievePrivateData``, ``RegRead`` of the
    key of a remote-control program.

Benign look-alikes:
    Control panels that move sites read the configuration of IIS in their assemblies, and old administration pages of
    IIS itself in classic ASP, where it is suspicious at most. Of 6,157 honest pages of the corpus and 20,665 of other
    sites, none reads credentials; those that read a registry key read one of their own.

Blind spots:
    Files of credentials; the configuration of IIS read as a file.
"""

from webshellhunt.analysis.capabilities import Weight
from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.analysis.structure.arguments import first_arguments
from webshellhunt.analysis.structure.uses import Use
from webshellhunt.analysis.text_features import texts_with
from webshellhunt.detectors.contract import Findings, claim_use, define_rule, detector, says
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1041", "critical", "high", "T1505.003", "T1552.002", "T1003.004")
_CAPABILITY = "reads-credentials"
_KEYS = (
    "\\sam\\sam", "\\sam\\domains", "security\\policy\\secrets", "winvnc", "realvnc", "tightvnc", "ultravnc",
    "radmin", "currentversion\\winlogon", "defaultpassword", "cat soft\\serv-u", "mstsc\\default",
    "terminal server client", "winscp", "putty\\sessions", "mcafee\\", "pcanywhere",
)  # fmt: skip
"""Parts of the names of keys where programs keep passwords, or where it stands who signs in."""
_PROPERTIES = frozenset({"anonymoususerpass", "wamuserpass", "anonymoususerpassword"})


@detector(RULE, on=Code, needs=[uses_of(_CAPABILITY, "reads-registry") | texts_with("iis:")])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first credential that is read, else a key of the registry for passwords."""
    uses = code.analysis.uses
    use = next(iter(uses.get(_CAPABILITY, ())), None) or _property_of_iis(code)
    if use is not None:
        yield from claim_use(RULE, _CAPABILITY, says(_CAPABILITY, use.name), layer, code, use.place)
        return
    reading = code.analysis.asked("reads-registry") if "reads-registry" in uses else ()
    key = next((each for each in reading if each.mentions(*_KEYS)), None)
    if key is not None:
        message = f"the page reads a key of the registry where passwords are kept: {key.name}"
        yield from claim_use(RULE, _CAPABILITY, message, layer, code, key.place, weight=Weight.SUSPECTS)


def _property_of_iis(code: Code) -> Use | None:
    """Return the place where the password of an account of IIS is asked for by its name."""
    if not code.analysis.mentions("iis:"):
        return None
    properties = [each for each in code.analysis.constants.values() if each.value.lower() in _PROPERTIES]
    keys = first_arguments(code.analysis.index) if properties else frozenset[int]()
    return next((Use(each.value, each.start) for each in properties if each.start in keys), None)
