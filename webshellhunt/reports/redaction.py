"""Redaction: the victim's secrets leave a report as fingerprints only; the attacker's own words stay readable."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping

from webshellhunt.model.findings import Evidence, FactValue, Finding, Secret
from webshellhunt.model.verdict import Verdict
from webshellhunt.secrets import find_secrets, is_configuration

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

_SHORTEST = 4
"""A shorter value is not replaced inside sentences: it would blot out ordinary words."""

_SHORTEST_SHOWN = 8
"""Nor a shorter one that only an excerpt holds."""

_SHORTEST_CUT = 8
"""So much of a secret in front of the dots that end a long sentence is taken for a part of it."""

_CUT = "…"


class Redaction:
    """What one verdict holds of the victim's secrets, and how to write its strings without them."""

    def __init__(self, verdict: Verdict, *, show_secrets: bool) -> None:
        self.show_secrets = show_secrets
        findings = () if show_secrets else verdict.findings
        values = {value for finding in findings for value in _secret_values(finding) if len(value) >= _SHORTEST}
        values |= {value for finding in findings for each in finding.evidence for value in _telling_values(each)}
        self._words = Words(values, configuration=is_configuration(verdict.subject.path))

    def text(self, text: str) -> str:
        """Return a sentence with each secret that is known, or told by its name, replaced by its fingerprint."""
        return text if self.show_secrets else self._words.without_secrets(text)

    def excerpt(self, evidence: Evidence) -> str:
        """Return an excerpt without what belongs to the victim by its place in the file, and without known secrets."""
        text, secrets = evidence.excerpt, evidence.secrets
        if self.show_secrets:
            return text
        if secrets is None:
            secrets = find_secrets(text, 0, len(text), configuration=is_configuration(evidence.path))
        return replaced(text, secrets, self._words.without_known)

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


def replaced(text: str, secrets: Iterable[Secret], between: Callable[[str], str] = str) -> str:
    """Return a text with its secrets as fingerprints and its lines where they were; ``between`` changes the rest."""
    parts, at = [], 0
    for secret in secrets:
        parts += [between(text[at : secret.start]), fingerprint(secret.value)]
        parts.append("\n" * text.count("\n", secret.start, secret.end))
        at = secret.end
    return "".join(parts) + between(text[at:])


class Words:
    """The secrets that are known by their values, and how to write other strings without them."""

    def __init__(self, values: Iterable[str], *, configuration: bool) -> None:
        # Longest first, so that a secret that holds another is replaced whole.
        self._known = sorted((v for v in set(values) if len(v) >= _SHORTEST), key=lambda v: (-len(v), v))
        self._pattern = re.compile("|".join(map(re.escape, self._known)) or r"(?!)")
        self._configuration = configuration

    def without_secrets(self, text: str) -> str:
        """Return a string without what is known, and without what its own words say to be a secret."""
        secrets = find_secrets(text, 0, len(text), configuration=self._configuration)
        return replaced(text, secrets, self.without_known)

    def without_known(self, text: str) -> str:
        """Return a string without what is known, even where it was cut off in the middle of it."""
        text = self._pattern.sub(lambda found: fingerprint(found[0]), text)
        body = text.removesuffix(_CUT)
        if body == text:
            return text
        for secret in self._known:
            for length in range(min(len(secret), len(body)), _SHORTEST_CUT - 1, -1):
                if body.endswith(secret[:length]):
                    return f"{body[:-length]}{fingerprint(secret)}{_CUT}"
        return text


def _secret_values(finding: Finding) -> Iterable[str]:
    for name in VICTIM_SECRETS & finding.facts.keys():
        value = finding.facts[name]
        if isinstance(value, tuple):
            yield from value
        elif isinstance(value, str):
            yield value


def _telling_values(evidence: Evidence) -> Iterable[str]:
    """Return what an excerpt holds and words may repeat; a password that is a word itself would blot out others."""
    values = (secret.value for secret in evidence.secrets or ())
    return (value for value in values if len(value) >= _SHORTEST_SHOWN and not value.isalpha())
