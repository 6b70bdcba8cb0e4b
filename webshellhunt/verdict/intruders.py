"""Intruders: the clients that used accused pages or exploits, their way in, and the data that they took."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from webshellhunt.model.findings import Finding
from webshellhunt.model.log_results import Client
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.views.figures import list_in_words

_SUCCEEDED = "WSH7001"


@dataclass(frozen=True, slots=True)
class Intruders:
    """The intruders according to the logs.

    Attributes:
        users: The clients of convicted pages that ordinary users don't request.
        clients: These, and those of exploits; never a proxy, and never the server itself.
        claimed: The clients, of these and of others, that only the header of a proxy names.
        suspects: The clients of suspicious pages alone.
        proxies: The proxies that hide clients of convicted pages.
        possible_proxies: The clients, of these and of others, that may be proxies.
        visited: The convicted pages that all users request, so that their clients are no intruders.
        days: The days of the use of convicted pages, such as ``2021-02-28 to 2021-08-17``; empty if unknown.
        proven: The exploits whose success the logs prove.
        likely: The exploits that succeeded, without such a proof.
        taken: The addresses of the files that these clients downloaded.
    """

    users: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    claimed: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    possible_proxies: tuple[str, ...] = ()
    visited: tuple[str, ...] = ()
    days: str = ""
    proven: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Who used the pages, when, and the way in, with a space before each sentence; empty if nothing is known."""
        parts = [f"used by {self._users}{f', {self.days}' if self.days else ''}"] if self.users or self.proxies else []
        if not parts and self.suspects:
            parts = [f"the suspicious pages were used by {self._named(self.suspects)}"]
        if self.proven:
            parts.append(f"entry by {list_in_words(self.proven, 'exploit')} (the logs prove it)")
        elif self.likely:
            parts.append(f"entry probably by {list_in_words(self.likely, 'exploit')}")
        text = "; ".join(parts)
        names = [each.rpartition("/")[2] or each for each in self.taken]
        left = f" Data left the server: {list_in_words(names, 'file')}." if names else ""
        return (f" {text[0].upper()}{text[1:]}." if text else "") + self._visited + left

    @property
    def _users(self) -> str:
        """The users, those that a header claims, and the proxies that hide others."""
        known = self._named(self.users) if self.users else ""
        hidden = f"unknown clients behind the proxy {list_in_words(self.proxies, 'one')}" if self.proxies else ""
        return " and ".join(filter(None, (known, hidden)))

    def _named(self, clients: Sequence[str]) -> str:
        """Return clients in words, with those that only a header claims."""
        if all(each in self.claimed for each in clients):
            return f"{list_in_words(clients, 'client')} (claimed by the header X-Forwarded-For)"
        marks = {
            **dict.fromkeys(self.claimed, " (claimed)"),
            **dict.fromkeys(self.possible_proxies, " (perhaps a proxy)"),
        }
        return list_in_words([each + marks.get(each, "") for each in clients], "client")

    @property
    def _visited(self) -> str:
        if not self.visited:
            return ""
        names = [each.replace("\\", "/").rpartition("/")[2] for each in self.visited]
        verb, whose = ("is", "its") if len(names) == 1 else ("are", "their")
        return f" {list_in_words(names, 'page')} {verb} requested by all users; {whose} visitors are not the intruder."


def find_intruders(verdicts: Iterable[Verdict], clients: Sequence[Client]) -> Intruders:
    """Return the intruders by the convicted subjects, and by the clients of exploits that were followed."""
    accused = [each for each in verdicts if each.disposition >= Disposition.SUSPICIOUS]
    findings = [finding for each in accused for finding in each.counted]
    used = [(each, each.use) for each in accused if each.use is not None and each.use.answered]
    convicted = [each for each in used if each[0].disposition is Disposition.MALICIOUS]
    doors = [use for _, use in convicted if not use.visited]
    users = _by_requests((client for use in doors for client in use.users), clients)
    exploiting = [each.address for each in clients if each.exploits and not each.is_proxy]
    exploited_through = [each.address for each in clients if each.exploits and each.is_proxy]
    known = tuple(dict.fromkeys((*users, *exploiting)))
    claimed = [*(each for _, use in used for each in use.claimed), *(c.address for c in clients if c.is_claimed)]
    others = (client for v, use in used if not use.visited for client in use.users)
    return Intruders(
        users,
        known,
        tuple(dict.fromkeys(claimed)),
        tuple(each for each in _by_requests(others, clients) if each not in known),
        tuple(dict.fromkeys((*(each for use in doors if use.hidden for each in use.proxies), *exploited_through))),
        tuple(dict.fromkeys(each for _, use in used for each in use.possible_proxies)),
        tuple(dict.fromkeys(verdict.subject.path for verdict, use in convicted if use.visited)),
        _days(doors),
        _exploits(findings, "proven"),
        _exploits(findings, "succeeded"),
        tuple(dict.fromkeys(str(f.facts["data_taken"]) for f in findings if "data_taken" in f.facts)),
    )


def _by_requests(names: Iterable[str], clients: Sequence[Client]) -> tuple[str, ...]:
    """Return names in the order of the clients that were followed, those of most pages first."""
    order = {each.address: number for number, each in enumerate(clients)}
    return tuple(sorted(dict.fromkeys(names), key=lambda each: order.get(each, len(order))))


def _days(uses: Iterable[Use]) -> str:
    days = sorted(when.date() for use in uses for when in (use.first_utc, use.last_utc) if when is not None)
    if not days:
        return ""
    return f"{days[0]}" if days[0] == days[-1] else f"{days[0]} to {days[-1]}"


def _exploits(findings: Iterable[Finding], result: str) -> tuple[str, ...]:
    of_success = [f for f in findings if f.rule.id == _SUCCEEDED and f.facts.get("result") == result]
    return tuple(dict.fromkeys(str(f.facts.get("exploit_name")) for f in of_success))
