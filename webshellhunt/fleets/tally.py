"""Tally: the reports of several hosts, each kept only as a bounded summary, and the fleet that follows from them."""

import ipaddress
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Final, Generic, TypeVar

from webshellhunt.errors import WrongTypeError
from webshellhunt.fleets.accused import Accused, accused_subject
from webshellhunt.fleets.hosts import host_name, host_row, worst_first
from webshellhunt.fleets.outliers import find_outliers
from webshellhunt.fleets.peers import peer_group
from webshellhunt.fleets.sentences import FOLDERS, LOGS, Kind, head_sentence, notes_on
from webshellhunt.fleets.sharing import ClientOf, find_shared
from webshellhunt.fleets.stacking import Stack
from webshellhunt.model.arguments import type_words
from webshellhunt.model.fleet import Fleet, FleetHost, Unopened
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition

T = TypeVar("T")

MOST_ACCUSED: Final = 200
"""The most accused subjects of one report that are compared, the worst ones."""

MOST_CLIENTS: Final = 200
MOST_OF_ALL: Final = 100_000
"""The most accused subjects, and the most clients, of all reports; with more, fewer of each report are compared."""

MOST_HOSTS: Final = 2_000
MOST_OUTLIERS: Final = 500
MOST_SHARED: Final = 500
_LONGEST: Final = 100
_LONGEST_SENTENCE: Final = 400
_MOST_PAGES: Final = 10


class _Shares(Generic[T]):
    """The first values of each report, so many of each that all of them are not too many.

    The number of each report is halved until they are few enough, so that it does not depend on the order of reports.
    """

    def __init__(self, most_of_each: int, most: int) -> None:
        self.shares: list[tuple[str, list[T], int]] = []
        self.most_of_each: int = most_of_each
        self._most = most
        self._number = 0

    def add(self, host: str, values: Iterable[T], count: int) -> None:
        """Add the values of a report of a host; ``count`` is their number."""
        share = list(islice(values, self.most_of_each))
        self.shares.append((host, share, count))
        self._number += len(share)
        while self._number > self._most and self.most_of_each > 1:
            self.most_of_each //= 2
            for _, each, _ in self.shares:
                del each[self.most_of_each :]
            self._number = sum(len(each) for _, each, _ in self.shares)

    def __iter__(self) -> Iterator[T]:
        return (value for _, share, _ in self.shares for value in share)

    def left_out(self) -> Counter[str]:
        """Return the number of values that are left out, by host, of the hosts of which some are."""
        found: Counter[str] = Counter()
        for host, share, count in self.shares:
            if count > len(share):
                found[host] += count - len(share)
        return found


class FleetTally:
    """A comparison in the making: ``add`` each report, then ask for the ``fleet``.

    The order of the reports does not change the fleet, and no report is kept.

    Examples:
        >>> import webshellhunt as wsh
        >>> from webshellhunt.sources import MemorySource
        >>> tally = wsh.FleetTally()
        >>> for name in ("EXCH01", "EXCH02"):
        ...     tally.add(wsh.hunt(MemorySource({"a.aspx": b"<p>"}, location=name)))
        >>> len(tally), len(tally.fleet().hosts)
        (2, 2)
    """

    def __init__(self) -> None:
        self._rows: list[FleetHost] = []
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._stack = Stack()
        self._accused: _Shares[Accused] = _Shares(MOST_ACCUSED, MOST_OF_ALL)
        self._clients: _Shares[ClientOf] = _Shares(MOST_CLIENTS, MOST_OF_ALL)
        self._kinds: set[Kind] = set()
        self._unopened: list[Unopened] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, report: Report) -> None:
        """Add a report.

        Raises:
            WrongTypeError: It is no report.
        """
        if not isinstance(report, Report):
            raise WrongTypeError(f"fleet: a report is {type_words(report)}; pass results of hunt")
        name = host_name(report)
        number = self._numbers.setdefault(name.casefold(), len(self._numbers))
        if number == len(self._names):
            self._names.append(name)
        self._names[number] = name = min(self._names[number], name)
        self._rows.append(host_row(report))
        self._kinds.add(_kind(report))
        self._stack.add(report, 1 << number)
        self._add_accused(report, name.casefold())
        self._clients.add(name.casefold(), _clients(report, name.casefold()), 0)

    def add_unopened(self, location: str, sentence: str, name: str | None = None) -> None:
        """Add a location that could not be opened, with the reason; its row names it, and the head counts it."""
        texts = (each[:_LONGEST_SENTENCE] for each in (name or location, location, sentence))
        self._unopened.append(Unopened(*texts))

    def _add_accused(self, report: Report, host: str) -> None:
        of_host, accused = peer_group(report).of_host, report.accused
        subjects = (
            accused_subject(each, host, of_host, malicious=each.disposition is Disposition.MALICIOUS)
            for each in accused
        )
        self._accused.add(host, subjects, len(accused))

    def fleet(self) -> Fleet:
        """Return the comparison of the reports so far."""
        rows = sorted(self._rows, key=worst_first)
        labels = {name.casefold(): name for name in self._names}
        subjects = [_named(each, labels) for each in self._accused]
        clients = [each._replace(host=labels[each.host]) for each in self._clients]
        shared = find_shared(subjects, clients)
        outliers = find_outliers(self._stack, self._names)
        uncompared = {labels[host]: count for host, count in self._accused.left_out().items()}
        unopened = sorted(self._unopened, key=lambda each: (each.name, each.location, each.sentence))
        kind = next(iter(self._kinds)) if len(self._kinds) == 1 else None
        return Fleet(
            head_sentence(rows, shared, outliers, kind, len(unopened)),
            tuple(rows[:MOST_HOSTS]),
            tuple(outliers[:MOST_OUTLIERS]),
            tuple(shared[:MOST_SHARED]),
            tuple(notes_on(rows, self._stack, self._names, uncompared)),
            max(0, len(rows) - MOST_HOSTS),
            max(0, len(outliers) - MOST_OUTLIERS),
            max(0, len(shared) - MOST_SHARED),
            tuple(unopened[:MOST_HOSTS]),
            max(0, len(unopened) - MOST_HOSTS),
        )


def fleet(reports: Iterable[Report]) -> Fleet:
    """Compare the reports of several hosts: the things that they share, and the files that differ from their peers.

    Args:
        reports: Results of ``hunt``. They are read one by one and not kept, so that they may be made meanwhile.

    Raises:
        WrongTypeError: ``reports`` is one report, or contains something else than reports; it is a ``TypeError``, too.

    Examples:
        >>> import webshellhunt as wsh
        >>> from webshellhunt.sources import MemorySource
        >>> hosts = [MemorySource({"a.aspx": b"<p>"}, location=name) for name in ("EXCH01", "EXCH02")]
        >>> [host.name for host in wsh.fleet(map(wsh.hunt, hosts)).hosts]
        ['EXCH01', 'EXCH02']
    """
    if isinstance(reports, Report) or not isinstance(reports, Iterable):
        raise WrongTypeError(f"fleet: reports is {type_words(reports)}; pass several results of hunt")
    tally = FleetTally()
    for report in reports:
        tally.add(report)
    return tally.fleet()


def _kind(report: Report) -> Kind:
    if report.run.options.logs.alone:
        return LOGS
    return Kind() if report.host.is_server else FOLDERS


def _named(subject: Accused, labels: dict[str, str]) -> Accused:
    return replace(subject, host=labels[subject.host])


def _clients(report: Report, host: str) -> Iterator[ClientOf]:
    """Yield the clients of accused pages and exploits, without proxies and the server itself."""
    for client in report.traffic.clients if report.traffic is not None else ():
        if not client.is_proxy and not _is_own(client.address):
            pages = tuple(page[:400] for page in (client.pages or client.exploits)[:_MOST_PAGES])
            yield ClientOf(host, client.address[:_LONGEST], client.first_utc, pages)


def _is_own(address: str) -> bool:
    """Return True for an address that means the server itself, or the link to it, on every server."""
    try:
        parsed = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return False
    return parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified
