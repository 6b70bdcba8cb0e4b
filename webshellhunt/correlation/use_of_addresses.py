"""Use of addresses: the requests for each address that matters, counted log by log and then merged."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from datetime import timedelta
from enum import Enum, auto
from hashlib import blake2b
from itertools import chain
from typing import Final

from webshellhunt.knowledge.exchange_names import is_expected_page, is_of_setup
from webshellhunt.knowledge.monitoring import is_probe
from webshellhunt.logs.address_tally import (
    MOST_MISSED,
    MOST_OF_OTHER,
    MOST_OF_SUSPECT,
    OF_FILES,
    OF_PAGES,
    AddressTally,
    Clients,
    Misses,
    Outcome,
    Tallies,
    began_before,
    is_missed,
    merged_use,
    order_of,
    outcome_of,
)
from webshellhunt.logs.addresses import address_key, is_page
from webshellhunt.logs.client_addresses import is_loopback
from webshellhunt.logs.client_trails import MOST_CLIENTS
from webshellhunt.logs.log_calendar import FRONT_END_SITE
from webshellhunt.logs.peers import NOBODY, Askers
from webshellhunt.logs.questions import Interest, Tally
from webshellhunt.model.findings import Gap
from webshellhunt.model.traffic import LogFile, LogKind, Record, Use

MOST_ADDRESSES: Final = 20_000
"""The most addresses of one log; requests for further ones that no file with a finding has are not counted."""


_APART: Final = timedelta(minutes=1)
"""The most between the rows of one request in two logs."""


class Asking(Enum):
    """Who sends requests: a visitor, the server itself, or monitoring."""

    VISITOR = auto()
    SERVER = auto()
    MONITORING = auto()


Key = tuple[int | None, bytes]
"""The number of a site, if it is known, and an address in the form of ``address_key``."""


class KeySet:
    """Many addresses in little room: eight bytes of the digest of each."""

    def __init__(self, keys: Iterable[bytes] = ()) -> None:
        parts = [array("Q") for _ in range(256)]
        for each in map(_digest, keys):
            parts[each >> 56].append(each)
        self._digests: array[int] = array("Q", chain.from_iterable(map(sorted, parts)))

    def __contains__(self, key: object) -> bool:
        digest = _digest(key) if isinstance(key, bytes) else 0
        at = bisect_left(self._digests, digest)
        return self._digests[at : at + 1] == array("Q", (digest,))


def _digest(key: bytes) -> int:
    return int.from_bytes(blake2b(key, digest_size=8).digest(), "big")


class UseTally:
    """The requests for each address of one log: of visitors, of the server itself, and of monitoring."""

    def __init__(self, question: UseQuestion, log: LogFile) -> None:
        self.log: LogFile = log
        self.of: dict[Asking, dict[bytes, AddressTally]] = {each: {} for each in Asking}
        self.missed: dict[bytes, Misses] = {}
        self.left_out: int = 0
        self._suspects = question.suspects

    def __getstate__(self) -> dict[str, object]:
        """Return the results alone, without the addresses of the question."""
        return {**self.__dict__, "_suspects": frozenset()}

    def take(self, record: Record) -> None:
        """Count a request; for an address that no file with a finding has, only if it was answered or not found."""
        key = address_key(record.path.encode("utf-8", "surrogatepass"))
        is_suspect = key in self._suspects
        of = self.of[_asking(record) if is_suspect else Asking.VISITOR]
        tally = of.get(key)
        if tally is None:
            if not is_suspect and outcome_of(record) is not Outcome.ANSWERED:
                self._miss(key, record)
                return
            if len(of) >= MOST_ADDRESSES and not is_suspect:
                self.left_out += 1
                return
            statuses = OF_PAGES if is_page(key) else OF_FILES
            tally = of[key] = AddressTally(MOST_OF_SUSPECT, statuses) if is_suspect else AddressTally(MOST_OF_OTHER)
            if (before := self.missed.pop(key, None)) is not None:
                tally.add_misses(before)
        tally.take(record)

    def _miss(self, key: bytes, record: Record) -> None:
        """Note a request in vain; a scanner has many names, and those in directories of setup have their own limit."""
        if not is_missed(record):
            return
        known, limit = self.missed.get(key), MOST_MISSED * (1 + is_of_setup(key.decode("utf-8", "replace")))
        if known is not None or len(self.missed) < limit:
            self.missed[key] = Misses.add(record, known)


def _asking(record: Record) -> Asking:
    """Return who sent a request, as far as its row says so."""
    if is_probe(record):
        return Asking.MONITORING
    client = record.client or ""
    is_own = bool(client) and (client == record.text("s-ip") or is_loopback(client))
    return Asking.SERVER if is_own and not record.text("forwarded_for") else Asking.VISITOR


class UseQuestion:
    """The requests for suspect addresses, and for all pages but those of ``quiet`` files.

    Logs of HttpProxy have the requests to the front end a second time: if others are the witness (``kind``), only
    suspects are sought in them, in case that the others are gone.
    """

    words: frozenset[bytes] = frozenset()
    event_ids: frozenset[int] = frozenset()

    def __init__(self, suspects: Iterable[bytes], quiet: Container[bytes], kind: LogKind = LogKind.IIS) -> None:
        self.kinds: frozenset[LogKind] = frozenset({kind, LogKind.HTTP_PROXY})
        self.suspects: frozenset[bytes] = frozenset(suspects)
        self.quiet: Container[bytes] = quiet
        self._kind = kind

    def interest(self, path: bytes, kind: LogKind) -> Interest:
        """Return that each request is needed, or none."""
        key = address_key(path)
        if key in self.suspects:
            return ()
        if kind is not self._kind:
            return None
        return (
            ()
            if is_page(key) and key not in self.quiet and not is_expected_page(key.decode("utf-8", "replace"))
            else None
        )

    def tally(self, log: LogFile) -> UseTally:
        """Return a new tally."""
        return UseTally(self, log)


class Uses:
    """The uses of all addresses, merged over the logs.

    Logs of HttpProxy count at times without a request in others, or if they have more, as after a log was cut. So do
    requests of the server itself, by which the front end passes those of visitors on to the back end.
    """

    def __init__(self, tallies: Iterable[Tally], askers: Askers = NOBODY) -> None:
        self._of: dict[Asking, dict[bytes, Tallies]] = {each: {} for each in Asking}
        self._passed_on: dict[bytes, Tallies] = {}
        self._askers = askers
        self.left_out: int = 0
        self.missed: set[bytes] = set()
        found = [each for each in tallies if isinstance(each, UseTally)]
        answered = {key for each in found for key in each.of[Asking.VISITOR]}
        has_iis = any(each.log.kind is LogKind.IIS for each in found)
        for each in found:
            self.left_out += each.left_out
            self.missed |= each.missed.keys()
            is_second = has_iis and each.log.kind is LogKind.HTTP_PROXY
            log = each.log._replace(site=FRONT_END_SITE) if is_second else each.log
            for asking, of in each.of.items():
                into = self._passed_on if is_second and asking is Asking.VISITOR else self._of[asking]
                for key, tally in of.items() if not is_second or asking is Asking.VISITOR else ():
                    is_visitor = asking is Asking.MONITORING and self._is_no_monitor(tally)
                    (self._of[Asking.VISITOR] if is_visitor else into).setdefault(key, []).append((log, tally))
            into = self._passed_on if is_second else self._of[Asking.VISITOR]
            for key in answered & each.missed.keys():
                misses = AddressTally(MOST_OF_OTHER).add_misses(each.missed[key])
                into.setdefault(key, []).append((log, misses))

    def _is_no_monitor(self, tally: AddressTally) -> bool:
        """Return True if requests that look like monitoring change their query, or came through a proxy."""
        senders = map(self._askers.asker, (*tally.senders, *tally.refused))
        return bool(tally.acting) or any(each.proxy is not None for each in senders)

    def gaps(self, location: str) -> list[Gap]:
        """Return a gap if addresses were left out."""
        reason = f"{self.left_out:,} requests for pages were not counted: a log answers for too many addresses"
        return [Gap("addresses-left-out", "logs", location, reason)] if self.left_out else []

    @property
    def addresses(self) -> list[bytes]:
        """All addresses with a request, sorted."""
        return sorted(self._of[Asking.VISITOR])

    def rank(self, key: bytes) -> tuple[bool, int, int, int]:
        """Return a cheap measure of how few senders and agents an address answered; without an answer it comes last."""
        tallies = [tally for _, tally in self._of[Asking.VISITOR][key]]
        senders = set[str]().union(*(tally.senders for tally in tallies))
        agents = set[str]().union(*(tally.agents for tally in tallies))
        return not senders, len(senders), len(agents), -sum(tally.answered for tally in tallies)

    def spelling(self, key: bytes) -> str:
        """Return an address as a log has it, without path info; in lower case if it was logged in another form."""
        plain = key.decode("utf-8", "replace")
        logged = (tally.spelled[: len(plain)] for _, tally in self._of[Asking.VISITOR].get(key, ()))
        return next((each for each in logged if each.lower() == plain), plain)

    def answering_sites(self, key: bytes) -> list[int | None]:
        """Return the sites that answered requests for an address; ``None`` alone if no log names its site."""
        sites = {log.site for log, tally in self._of[Asking.VISITOR].get(key, ()) if tally.answered}
        known: list[int | None] = [*sorted(site for site in sites if site is not None)]
        return known if known or not sites else [None]

    def of(self, keys: Sequence[Key]) -> Use | None:
        """Return the requests for some addresses; a log of another site does not count. ``None`` if there is none."""
        visitors, own = self._tallies(keys)
        probes = sum(tally.requests for _, tally in _served(self._of[Asking.MONITORING], keys))
        if not visitors and not own:
            return Use(0, 0, 0, None, None, probes=probes) if probes else None
        return merged_use([*visitors, *own], self._askers)._replace(probes=probes)

    def _tallies(self, keys: Sequence[Key]) -> tuple[Tallies, Tallies]:
        """Return the tallies of some addresses: of visitors, and of the server itself."""
        visitors = _served(self._of[Asking.VISITOR], keys)
        for each in _served(self._passed_on, keys):
            known = _repeated(each, visitors)
            if each[1].answered > sum(tally.answered for _, tally in known):
                visitors = [other for other in visitors if other not in known]
                known = []
            visitors += [] if known else [each]
        own = _served(self._of[Asking.SERVER], keys)
        return visitors, [each for each in own if not _repeated(each, visitors)]

    def clients_of(self, keys: Sequence[Key]) -> Counter[str]:
        """Return the clients that used some addresses, with the numbers of their requests."""
        return Clients(self._askers, (tally for _, tally in self._tallies(keys)[0])).users

    def was_checked_by_its_user(self, keys: Sequence[Key]) -> bool:
        """Return True if the first client that got an answer had asked in vain before."""
        tallies = [tally for _, tally in self._tallies(keys)[0]]
        answered = [each for each in tallies if each.answered]
        first = min(answered, key=lambda each: order_of(each.first_answered), default=None)
        if first is None or first.answered_first_to is None:
            return False
        client = self._askers.asker(first.answered_first_to).address
        asked = (sender for each in tallies if began_before(each, first) for sender in each.missed_by)
        return client is not None and any(self._askers.asker(each).address == client for each in asked)


def _served(of: Mapping[bytes, Tallies], keys: Sequence[Key]) -> Tallies:
    """Return the tallies of addresses in the logs of their sites."""
    names = dict.fromkeys(key for _, key in keys)
    return [(log, tally) for key in names for log, tally in of.get(key, ()) if _serves(log.site, key, keys)]


def _repeated(one: tuple[LogFile, AddressTally], visitors: Tallies) -> Tallies:
    """Return the tallies of visitors, in logs of other sites or kinds, that have the requests of a tally as well."""
    log, tally = one
    return [
        (other, each)
        for other, each in visitors
        if (log.kind, log.site) != (other.kind, other.site) and _overlap(tally, each)
    ]


def _overlap(one: AddressTally, other: AddressTally) -> bool:
    """Return True if two logs may have the same requests: the answered ones, if one has any, were at the same time."""
    if one.answered and not other.answered:
        return other.unknown > 0
    spans = [(e.first_answered, e.last_answered) if one.answered else (e.first, e.last) for e in (one, other)]
    (first, last), (begin, end) = [[None if place is None else place[0] for place in span] for span in spans]
    if first is None or last is None or begin is None or end is None:
        return True
    return first <= end + _APART and begin <= last + _APART


def _serves(site: int | None, key: bytes, keys: Sequence[Key]) -> bool:
    """Return True if a log of a site may have requests for one of some addresses."""
    return any((key == each and None in (site, number)) or (number, each) == (site, key) for number, each in keys)


def clients_to_follow(
    pages: Iterable[Sequence[Key]], uses: Uses, exploited_by: Iterable[str] = (), own: Collection[str] = ()
) -> list[str]:
    """Return the clients of accused pages without visitors, given by their addresses, and of exploits.

    The addresses of the server itself, ``own``, are left out.
    """
    wanted = Counter[str](list(exploited_by))
    for keys in pages:
        wanted.update(uses.clients_of(keys))
    known = [each for each, _ in wanted.most_common() if each and each not in own and not is_loopback(each)]
    return known[:MOST_CLIENTS]
