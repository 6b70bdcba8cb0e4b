"""Intruders: the clients that used accused pages or exploits, their way in, and the data that they took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from webshellhunt.model.findings import Finding
from webshellhunt.model.log_results import Client
from webshellhunt.model.verdict import Disposition, Verdict

_SUCCEEDED = "WSH7001"
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Intruders:
    """The intruders according to the logs.

    Attributes:
        users: The addresses of the clients of accused pages.
        clients: These, and those of exploits; an address that stands for many clients is left out.
        days: The days of the use of accused pages, such as ``2021-02-28 to 2021-08-17``; empty if unknown.
        proven: The exploits whose success the logs prove.
        likely: The exploits that succeeded, without such a proof.
        taken: The addresses of the files that these clients downloaded.
        is_certain: Whether a subject is malicious; if not, the clients may be ordinary users.
    """

    users: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    days: str = ""
    proven: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    is_certain: bool = True

    @property
    def sentence(self) -> str:
        """Who used the pages, when, and the way in, with a space before each sentence; empty if nothing is known."""
        parts = [f"used by {joined(self.users, 'client')}{f', {self.days}' if self.days else ''}"] if self.users else []
        if self.proven:
            parts.append(f"entry by {joined(self.proven, 'exploit')} (the logs prove it)")
        elif self.likely:
            parts.append(f"entry probably by {joined(self.likely, 'exploit')}")
        text = "; ".join(parts)
        names = [each.rpartition("/")[2] or each for each in self.taken]
        left = f" Data left the server: {joined(names, 'file')}." if names else ""
        return (f" {text[0].upper()}{text[1:]}." if text else "") + left


def find_intruders(verdicts: Iterable[Verdict], clients: Sequence[Client]) -> Intruders:
    """Return the intruders by the accused subjects and the clients that were followed."""
    accused = [each for each in verdicts if each.disposition >= Disposition.SUSPICIOUS]
    findings = [finding for each in accused for finding in each.counted]
    single = [each for each in clients if not each.is_proxy]
    users = tuple(each.address for each in single if each.pages)
    return Intruders(
        users,
        tuple(each.address for each in single if each.pages or each.exploits),
        _days(accused, frozenset(users)),
        _exploits(findings, "proven"),
        _exploits(findings, "succeeded"),
        tuple(dict.fromkeys(str(f.facts["data_taken"]) for f in findings if "data_taken" in f.facts)),
        not accused or any(each.disposition is Disposition.MALICIOUS for each in accused),
    )


def joined(names: Sequence[str], noun: str) -> str:
    """Return names as text; of many only the first ones, and the number of the others."""
    if len(names) > _NAMED + 1:
        names = [*names[:_NAMED], f"{len(names) - _NAMED:,} more {noun}s"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _days(accused: Iterable[Verdict], users: frozenset[str]) -> str:
    uses = [each.use for each in accused if each.use is not None and not users.isdisjoint(each.use.clients)]
    days = sorted(when.date() for use in uses for when in (use.first_utc, use.last_utc) if when is not None)
    if not days or not users:
        return ""
    return f"{days[0]}" if days[0] == days[-1] else f"{days[0]} to {days[-1]}"


def _exploits(findings: Iterable[Finding], result: str) -> tuple[str, ...]:
    of_success = [f for f in findings if f.rule.id == _SUCCEEDED and f.facts.get("result") == result]
    return tuple(dict.fromkeys(str(f.facts.get("exploit_name")) for f in of_success))
