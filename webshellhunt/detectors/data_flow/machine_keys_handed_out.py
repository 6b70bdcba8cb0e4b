"""A page writes the machine keys of the server to the response or to a file.

What it finds:
    The validation key or decryption key of the machine key section, read from the configuration or by reflection, that
    reaches the response or the content of a file.

Why it matters:
    With the keys an intruder signs view state that the server deserialises: he comes back without any file, after the
    page is deleted and the vulnerability is patched. Keys that were read have to be replaced.

Looks like:
    ``MachineKeySection`` by ``GetSection`` or ``GetApplicationConfig``, and ``Response.Write`` of ``ValidationKey``.

Benign look-alikes:
    Pages that only check whether a key is set, or compare two keys, and write the result.

Blind spots:
    Keys that are sent to another server. The signature WSH9121 reports a page that contains all
    the words; this rule follows the value, and so finds names that are put together, too.

References:
    https://www.microsoft.com/en-us/security/blog/2025/07/22/disrupting-active-exploitation-of-on-premises-sharepoint-vulnerabilities/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.marks.marks import Marks
from webshellhunt.analysis.text_features import texts_with
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1017",
    "machine-keys-handed-out",
    Severity.CRITICAL,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1552.001"),
)
_SECTIONS = ("machinekeysection", "system.web/machinekey")
_KEYS = frozenset({"validationkey", "decryptionkey"})
_WRITING = frozenset({"write", "binarywrite", "addheader", "appendheader", "setcookie", "appendcookie", "add"})
_FILING = frozenset({"writealltext", "appendalltext", "writealllines", "appendalllines", "writeline"})


@detector(RULE, on=Code, needs=[frozenset(_SECTIONS) | texts_with(*_SECTIONS)])
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the first place where a key is written to the response."""
    words = code.analysis.words()
    if not any(section in words or code.analysis.mentions(section) for section in _SECTIONS):
        return
    index = code.analysis.index
    begins = {place: _KEYS for place, constant in code.analysis.constants.items() if _names_key(constant.value)}
    begins |= dict.fromkeys(index.places_of(_KEYS), _KEYS)
    for names, token, marks in Marks(index, begins).iter_calls(_WRITING | _FILING) if begins else ():
        if marks and ("response" in names or names[-1] in _FILING):
            to = "the response" if "response" in names else "a file"
            message = f"the page writes the machine keys of the server to {to}: {'.'.join(names)}"
            yield claim(RULE, message, layer.place_evidence(code, token))
            return


def _names_key(text: str) -> bool:
    return text.lower().removeprefix("get_") in _KEYS
