"""Steps for keys and credentials: those that files expose, and those that a back door could read."""

from collections.abc import Iterator, Sequence
from datetime import date

from webshellhunt.model.findings import Finding
from webshellhunt.model.report import Host, Step
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Verdict
from webshellhunt.verdict.step_items import items_of

PUBLIC_KEYS = frozenset({"published_key"})
"""Facts of findings about keys that are public."""

LOST_SECRETS = frozenset(
    {"machine_key", "validation_key", "decryption_key", "harvested_password", "harvested_passwords"}
)
"""Facts of findings about keys and credentials of the victim that an attacker may have."""


def exposing(verdict: Verdict, names: frozenset[str] = PUBLIC_KEYS | LOST_SECRETS) -> list[Finding]:
    """Return the findings above information that have one of these facts about keys or credentials."""
    return [f for f in verdict.counted if f.severity > Severity.INFO and not names.isdisjoint(f.facts)]


def steps_exposed(exposed: Sequence[Verdict]) -> Iterator[Step]:
    """Yield the steps for exposed keys and credentials."""
    keys = [_key_place(each, finding) for each in exposed for finding in exposing(each, PUBLIC_KEYS)]
    lost = [each.subject.path for each in exposed if exposing(each, LOST_SECRETS)]
    if keys:
        yield Step(
            "Replace the public machine keys with new random keys, the same on each server of a farm: with these keys "
            "an attacker runs code on the server without any file.",
            items_of(keys),
        )
    if lost:
        yield Step(
            "Change the keys and passwords that these files contain, and check the logs for their use: with them an "
            "attacker needs no back door.",
            items_of(lost),
        )


def steps_lost(host: Host, doors: Sequence[Verdict]) -> Iterator[Step]:
    """Yield the steps for the secrets of the server that a back door could read."""
    yield Step(
        "Rotate the machine keys of all sites: with stolen keys an attacker runs code through a page's view state, "
        "without any file and after any patch."
    )
    yield Step(
        "Change the passwords and keys of service and administrator accounts: a web shell runs as the server, and can "
        "read the credentials of accounts that sign in there."
    )
    if not host.exchange:
        yield Step("Replace the certificates whose private keys are on the server: a web shell can read them.")
        return
    yield Step(
        "Replace the certificates whose private keys are on the server, Exchange's authentication certificate first: "
        "with it an attacker signs tokens for any mailbox."
    )
    yield Step(
        f"Check mail access{_since(doors)}: role assignments, mailbox permissions, export requests, forwarding and "
        "inbox rules stay after the files are removed."
    )


def _key_place(verdict: Verdict, finding: Finding) -> str:
    names = finding.facts.get("published_key")
    keys = f": {' and '.join(names)}" if isinstance(names, tuple) else ""
    if not finding.evidence:
        return f"{verdict.subject.path}{keys}"
    return f"{finding.evidence[0].path}, line {finding.evidence[0].line}{keys}"


def _since(doors: Sequence[Verdict]) -> str:
    days: list[date] = [v.planting.when_utc.date() for v in doors if v.planting and v.planting.when_utc]
    return f" since {min(days)}" if days else ""
