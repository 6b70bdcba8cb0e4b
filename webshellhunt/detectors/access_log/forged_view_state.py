"""A view state with a gadget chain has the signature of a known key.

What it finds:
    A view state in the query of a request, or in event 1316, that contains a chain of objects which run code, and whose
    signature is right. Either it was checked with a machine key: one of the configuration of this server, one that all
    servers with a product had, or one from ``--machine-keys``. Or event 1316 itself says that the signature was right
    (detail code 50204, "Viewstate was invalid") and that the value was not.

Why it matters:
    ASP.NET deserialises a signed value. The sender has the key, and the code of the chain ran in the server, without a
    file on its disk. A patch does not help against a key that was read before it: the key has to be changed.

Looks like:
    ``GET /ecp/default.aspx?__VIEWSTATEGENERATOR=B97B4E27&__VIEWSTATE=%2FwEy…`` with status 500 (CVE-2020-0688).

Benign look-alikes:
    A test of the server's owners with its own key. A server without this key also answers a view state that is signed
    with the key of a product with 500; severity is lower if the key is not in a configuration of this server.

Blind spots:
    The body of a request, where view states mostly are, is in no log of IIS: a successful one leaves no copy. Keys that
    are only in the registry (``AutoGenerate``) or were changed since. A key of the user that no cookie in the log
    shows. Published keys other than those of products are shipped as digests, which check no signature: name a list
    of them with ``--machine-keys``.

References:
    https://www.cyber.gov.au/about-us/advisories/2020-006-detecting-and-mitigating-exploitation-vulnerability-microsoft-internet-information-services
    https://nvd.nist.gov/vuln/detail/CVE-2020-0688
    https://www.microsoft.com/en-us/security/blog/2025/02/06/code-injection-attacks-using-publicly-disclosed-asp-net-machine-keys/
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sent_view_state import SentViewState

RULE = define_rule(__name__, "WSH7301", "critical", "high", "T1190", "T1552.001")


@detector(RULE, on=SentViewState)
def find(sent: SentViewState) -> Findings:
    """Report a gadget chain whose signature is right."""
    if not sent.is_forged:
        return
    chain = f"a view state for {sent.target}{sent.sender} has the gadget chain {sent.chains[0]}"
    program = next((each.assembly for each in sent.programs if each.assembly), None)
    loaded = f", which loads the assembly {program}" if program else ""
    severity, confidence = RULE.severity, RULE.confidence
    signature = sent.signature
    if sent.payload.mac_passed:
        message = f"{chain}{loaded}, and the server accepted its signature: the sender has the machine key"
    elif signature is not None and signature.key.of_host:
        key = f"{signature.key.origin} (fingerprint {sent.fingerprint})"
        message = f"{chain}{loaded} and is signed with the key in {key}: the sender ran code in the server"
    else:
        severity, confidence = Severity.HIGH, Confidence.MEDIUM
        origin = "a known key" if signature is None else signature.key.origin
        message = f"{chain}{loaded}, signed with {origin}: it ran code if the server had this key then"
    yield claim(RULE, message, sent.evidence, severity=severity, confidence=confidence, facts=sent.facts)
