"""A machine key of this server is public.

What it finds:
    A ``machineKey`` whose validation or decryption key is one of 7,335 keys from public places (documentation,
    repositories, forums), including the pair that every Exchange server had until February 2020, or is in a list from
    ``--machine-keys``, or is that of a product in which every server had the same one.

Why it matters:
    ASP.NET deserializes view state that is signed with the key: an attacker who has the key runs code in the server
    without a file on its disk. Neither changed pages nor patches help; only a new key does.

Looks like:
    ``validationKey`` and ``decryptionKey`` in hexadecimal in a ``web.config`` or ``machine.config``.

Benign look-alikes:
    None: an administrator may have copied the key in good faith, and the server is open all the same.

Blind spots:
    Stolen keys that were never published; keys in the registry (``AutoGenerate``). A key in a file that
    ``configSource`` names is found only if the name ends in ``.config``.

References:
    https://www.microsoft.com/en-us/security/blog/2025/02/06/code-injection-attacks-using-publicly-disclosed-asp-net-machine-keys/
    https://nvd.nist.gov/vuln/detail/CVE-2020-0688
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.machine_keys import EXCHANGE_KEYS, digests_of_products, key_digest, published_keys
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4004", "high", "high", "T1190", "T1552.001", survives_baseline=True)
_KEYS = ("validationKey", "decryptionKey")


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Findings:
    """Report each ``machineKey`` with a key that is public."""
    for element in config.named("machinekey"):
        keys = {name: element.get(name).partition(",")[0].strip() for name in _KEYS}
        public = [name for name, key in keys.items() if key and _origin(key, sample) is not None]
        if public:
            origin = _origin(keys[public[0]], sample)
            message = f"its {' and '.join(public)} {'is' if len(public) == 1 else 'are'} public: known {origin}"
            facts = {"published_key": tuple(public), "key_from": origin}
            yield claim(RULE, message, element_evidence(element, sample), facts=facts)


def _origin(key: str, sample: Sample) -> str | None:
    """Return the public place of a key in words; ``None`` if it is in no list."""
    digest = key_digest(key)
    if digest in EXCHANGE_KEYS:
        return "as the default pair of every Exchange server until February 2020"
    product = digests_of_products().get(digest)
    if product is not None:
        return f"as {product}"
    if digest in published_keys():
        return "from public documents or repositories"
    return "from the list of --machine-keys" if digest in sample.machine_keys else None
