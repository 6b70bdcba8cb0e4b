"""Redaction: reports show the victim's secrets as fingerprints only; the attacker's own values stay readable."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from webshellhunt.model.findings import Evidence, FactValue, Finding, Secret
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.printable import decodable
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
"""Names of facts whose values are secrets of the victim. A shell's own password is not one: its fact is ``request_key``
or ``shell_password``."""

_SHORTEST = 4
"""Shortest secret that is replaced inside sentences; shorter ones would match ordinary words."""

_SHORTEST_SHOWN = 8
"""Shortest secret from an excerpt that is replaced inside sentences."""

_SHORTEST_CUT = 8
"""Shortest prefix of a secret that is replaced before the ellipsis of a cut text."""

_CUT = "…"
_FINGERPRINT = re.compile(r"sha256:[0-9a-f]{12}")


class Redaction:
    """The victim's secrets in a verdict, and the redaction of its strings."""

    def __init__(self, verdict: Verdict, *, show_secrets: bool) -> None:
        # A text without secrets stays as it is: a second search would take parts of the first result for secrets.
        self.show_secrets: bool = show_secrets or verdict.secrets_hidden
        findings = () if self.show_secrets else verdict.findings
        self._words = Words(secret_values(findings), configuration=is_configuration(verdict.subject.path))

    def text(self, text: str) -> str:
        """Return a sentence with a fingerprint for each known secret and each value with a secret's name."""
        return text if self.show_secrets else self._words.without_secrets(text)

    def excerpt(self, evidence: Evidence) -> str:
        """Return an excerpt without the secrets found in the file at its span, and without known secrets."""
        text, secrets = evidence.excerpt, evidence.secrets
        if self.show_secrets:
            return text
        if secrets is None:
            secrets = find_secrets(text, 0, len(text), configuration=is_configuration(evidence.path))
        return replaced(text, secrets, self._words.without_known)

    def facts(self, facts: Mapping[str, FactValue]) -> dict[str, FactValue]:
        """Return the facts sorted by their names as reports show them, with fingerprints for secrets."""
        return {name: self._fact(name, facts[name]) for name in sorted(facts, key=decodable)}

    def _fact(self, name: str, value: FactValue) -> FactValue:
        if value is None or isinstance(value, bool) or self.show_secrets:
            return value
        if name in VICTIM_SECRETS:
            return tuple(map(fingerprint, value)) if isinstance(value, tuple) else fingerprint(str(value))
        if isinstance(value, tuple):
            return tuple(map(self.text, value))
        return self.text(value) if isinstance(value, str) else value


def secret_values(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield the secrets that findings know, which sentences may repeat."""
    for finding in findings:
        yield from _secret_values(finding)
        for each in finding.evidence:
            yield from _distinctive_values(each)


def fingerprint(secret: str) -> str:
    """Return a short, stable digest in place of a secret: equal secrets have equal fingerprints.

    A fingerprint is its own, so that a saved report that is rendered again shows the same one.
    """
    if is_fingerprint(secret):
        return secret
    return f"sha256:{hashlib.sha256(secret.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def is_fingerprint(text: str) -> bool:
    """Return True if a text is the fingerprint of a secret."""
    return _FINGERPRINT.fullmatch(text) is not None


def replaced(text: str, secrets: Iterable[Secret], between: Callable[[str], str] = str) -> str:
    """Return a text with fingerprints for its secrets and unchanged line numbers; ``between`` maps the other parts."""
    parts, at = [], 0
    for secret in secrets:
        parts += [between(text[at : secret.start]), fingerprint(secret.value)]
        parts.append("\n" * text.count("\n", secret.start, secret.end))
        at = secret.end
    return "".join(parts) + between(text[at:])


class Words:
    """The redaction of strings by known secret values."""

    def __init__(self, values: Iterable[str], *, configuration: bool) -> None:
        # Longest first, so that a secret that contains another is replaced whole.
        self._known = sorted((v for v in set(values) if len(v) >= _SHORTEST), key=lambda v: (-len(v), v))
        self._pattern = re.compile("|".join(map(re.escape, self._known)) or r"(?!)")
        self._configuration = configuration

    def without_secrets(self, text: str) -> str:
        """Return a string without known secrets, and without secrets that its own keys or attributes name."""
        secrets = find_secrets(text, 0, len(text), configuration=self._configuration)
        return replaced(text, secrets, self.without_known)

    def without_known(self, text: str) -> str:
        """Return a string without known secrets, including one that the string's end cuts off."""
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


def _distinctive_values(evidence: Evidence) -> Iterable[str]:
    """Return the secrets of an excerpt that are no plain words; sentences may repeat them."""
    values = (secret.value for secret in evidence.secrets or ())
    return (value for value in values if len(value) >= _SHORTEST_SHOWN and not value.isalpha())
