"""Redaction: the victim's secrets leave a report as fingerprints only; the attacker's own words stay readable."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from webshellhunt.model.findings import Evidence, FactValue, Finding
from webshellhunt.model.verdict import Verdict

VICTIM_SECRETS = frozenset(
    {
        "connection_string",
        "connection_strings",
        "credential",
        "credentials",
        "decryption_key",
        "harvested_password",
        "harvested_passwords",
        "machine_key",
        "password",
        "passwords",
        "private_key",
        "validation_key",
    }
)
"""Names of facts that hold what belongs to the victim. A shell's own password is not one: call it ``request_key``
or ``shell_password``."""

# In a configuration file these attributes hold secrets, whatever the finding is about.
_ATTRIBUTE = re.compile(
    r"""\b((?:validationKey|decryptionKey|connectionString|password|userPassword)\s*=\s*)("[^"]*"?|'[^']*'?)""",
    re.IGNORECASE,
)
_SHORTEST = 4
"""A shorter value is not replaced inside sentences: it would blot out ordinary words."""


class Redaction:
    """What one verdict holds of the victim's secrets, and how to write its strings without them."""

    def __init__(self, verdict: Verdict, *, show_secrets: bool) -> None:
        self.show_secrets = show_secrets
        values = () if show_secrets else {value for finding in verdict.findings for value in _secret_values(finding)}
        # Longest first, so that a secret that holds another is replaced whole.
        self._secrets = sorted((v for v in values if len(v) >= _SHORTEST), key=lambda v: (-len(v), v))

    def text(self, text: str) -> str:
        """Return a sentence with each known secret replaced by its fingerprint."""
        for secret in self._secrets:
            text = text.replace(secret, fingerprint(secret))
        return text

    def excerpt(self, evidence: Evidence) -> str:
        """Return an excerpt without known secrets and, of a configuration file, without what is one by its name."""
        text = evidence.excerpt
        if not self.show_secrets and evidence.path.lower().endswith(".config"):
            text = _ATTRIBUTE.sub(lambda found: f'{found[1]}"{fingerprint(found[2].strip(found[2][0]))}"', text)
        return self.text(text)

    def facts(self, facts: Mapping[str, FactValue]) -> dict[str, FactValue]:
        """Return the facts by name, secrets as fingerprints."""
        return {name: self._fact(name, facts[name]) for name in sorted(facts)}

    def _fact(self, name: str, value: FactValue) -> FactValue:
        if value is None or isinstance(value, bool) or self.show_secrets:
            return value
        if name in VICTIM_SECRETS:
            return tuple(map(fingerprint, value)) if isinstance(value, tuple) else fingerprint(str(value))
        if isinstance(value, tuple):
            return tuple(map(self.text, value))
        return self.text(value) if isinstance(value, str) else value


def fingerprint(secret: str) -> str:
    """Return a short, stable stand-in for a secret: equal secrets look equal, and none can be read."""
    return f"sha256:{hashlib.sha256(secret.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _secret_values(finding: Finding) -> Iterable[str]:
    for name in VICTIM_SECRETS & finding.facts.keys():
        value = finding.facts[name]
        if isinstance(value, tuple):
            yield from value
        elif isinstance(value, str):
            yield value
