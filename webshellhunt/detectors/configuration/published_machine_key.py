"""A machine key of this server is public.

What it finds:
    A ``machineKey`` whose validation or decryption key is among 7,335 keys that stand in public places (documentation,
    repositories, forums), among them the pair that every Exchange had until February 2020, or in a list that the user
    gives by ``--machine-keys``.

Why it matters:
    View state that is signed with the key is deserialized: whoever knows it runs code in the server, with no file on
    its disk. Changing pages or patching leaves that as it is; only a new key ends it.

Looks like:
    ``validationKey`` and ``decryptionKey`` in hexadecimal in a ``web.config`` or ``machine.config``.

Benign look-alikes:
    None: the key may have come here by honest copying, and the door is open all the same.

Blind spots:
    Keys that were stolen and not published; keys kept in the registry (``AutoGenerate``); one that ``configSource``
    leads to is seen in that file only if its name ends in ``.config``.

References:
    https://www.microsoft.com/en-us/security/blog/2025/02/06/code-injection-attacks-using-publicly-disclosed-asp-net-machine-keys/
    https://nvd.nist.gov/vuln/detail/CVE-2020-0688
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.machine_keys import EXCHANGE_KEYS, key_digest, published_keys
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH4004",
    "published-machine-key",
    Severity.HIGH,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1190", "T1552.001"),
)
_KEYS = ("validationKey", "decryptionKey")


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Iterator[Finding]:
    """Report each ``machineKey`` with a key that is public."""
    for element in config.named("machinekey"):
        keys = {name: element.get(name).partition(",")[0].strip() for name in _KEYS}
        public = [name for name, key in keys.items() if key and _whose(key, sample) is not None]
        if public:
            origin = _whose(keys[public[0]], sample)
            message = f"its {' and '.join(public)} {'is' if len(public) == 1 else 'are'} public: known {origin}"
            facts = {"published_key": tuple(public), "key_from": origin}
            yield claim(RULE, message, element_evidence(element, sample), facts=facts)


def _whose(key: str, sample: Sample) -> str | None:
    """Say where a key is known from; ``None`` if from nowhere."""
    digest = key_digest(key)
    if digest in EXCHANGE_KEYS:
        return "as the pair that every Exchange had until February 2020"
    if digest in published_keys():
        return "from public documents or repositories"
    return "from the list that was given" if digest in sample.machine_keys else None
