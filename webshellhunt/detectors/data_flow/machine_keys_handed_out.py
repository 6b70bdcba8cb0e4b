"""A page writes keys, passwords or connection strings of the server to the response or to a file.

What it finds:
    The validation key or decryption key of the machine key section, read from the configuration or by reflection, or
    the field ``s_autogenKeys`` of the runtime, that reaches the response or the content of a file. Passwords of
    accounts of the application, connection strings, and the whole content of ``web.config``, ``machine.config``,
    ``applicationHost.config`` or ``global.asa`` that reach the response or a file that browsers can read are a finding
    of less weight.

Why it matters:
    With the keys an intruder signs view state that the server deserialises: he comes back without any file, after the
    page is deleted and the vulnerability is patched. Keys that were read have to be replaced, and so have passwords.

Looks like:
    ``MachineKeySection`` by ``GetSection`` or ``GetApplicationConfig``, and ``Response.Write`` of ``ValidationKey``;
    ``File.Copy`` of ``web.config`` to a text; ``GetPassword()`` of all users.

Benign look-alikes:
    Pages that only check whether a key is set, or compare two keys, and write the result. Pages that show one setting,
    or write the configuration back, have no finding.

Blind spots:
    Keys that are sent to another server. The signature WSH9121 reports a page that contains all the words; this rule
    follows the value, and so finds names that are put together, too.

References:
    https://www.microsoft.com/en-us/security/blog/2025/07/22/disrupting-active-exploitation-of-on-premises-sharepoint-vulnerabilities/
"""

from webshellhunt.analysis.arrivals import Arrival
from webshellhunt.analysis.text_features import texts_with
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1017", "critical", "high", "T1505.003", "T1552.001")
_ASKED = "machine-key"
_KEY = "the machine keys of the server"
_SECRETS = {
    "machine-key": _KEY,
    "password": "passwords of accounts",
    "connection": "connection strings",
    "settings": "a file of settings with its passwords and keys",
}
"""What is handed out, by the kind of its origin."""
_TEXTS = (
    "machinekeysection",
    "system.web/machinekey",
    "s_autogenkeys",
    "web.config",
    "machine.config",
    "applicationhost.config",
    "global.asa",
)
_NAMES = frozenset({"machinekeysection", "connectionstrings", "getpassword", "resetpassword"})
_FILES = _TEXTS[3:]
_SENDING = frozenset({"transmitfile", "writefile"})
_READABLE = lazy_pattern(r"(?i)\.(?:txt|html?|xml|css|js|jpe?g|gif|png|zip|log)\Z")


@detector(RULE, on=Code, needs=[_NAMES | texts_with(*_TEXTS)])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first place where a secret is written to the response or to a file; keys before others."""
    found = [(secret, each) for each in code.analysis.asked(_ASKED) if (secret := _secret_in(each)) is not None]
    if found:
        secret, each = min(found, key=lambda one: one[0] is not _KEY)
        to = "the response" if "response" in each.name or each.names[-1] == "add" else "a file"
        severity, confidence = (None, None) if secret is _KEY else (Severity.HIGH, Confidence.MEDIUM)
        evidence = layer.place_evidence(code, each.place)
        message = f"the page writes {secret} to {to}: {each.name}"
        yield claim(RULE, message, evidence, severity=severity, confidence=confidence)


def _secret_in(call: Arrival) -> str | None:
    """Return what a call hands out; ``None`` for nothing that is secret, or a file that browsers can't read."""
    kinds = frozenset[str]().union(*(given.kinds for given in call.arguments))
    if call.names[-1] in _SENDING:
        return _SECRETS["settings"] if call.mentions(*_FILES) else None
    secret = next((words for kind, words in _SECRETS.items() if kind in kinds), None)
    if secret is _KEY or secret is None or call.names[0] != "file":
        return secret
    ends = [form[-1] for form in call.arguments[0].forms]
    is_read = any(isinstance(end, str) and _READABLE.search(end) is not None for end in ends)
    return secret if is_read and not call.mentions("app_data") else None
