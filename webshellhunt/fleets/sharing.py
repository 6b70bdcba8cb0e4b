"""Sharing: the things that accused subjects of several hosts have in common, one row a thing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from webshellhunt.fleets.accused import Accused
from webshellhunt.model.fleet import MOST_NAMED_HOSTS, OnHost, Shared, SharedKind, TimeOf
from webshellhunt.model.verdict import Disposition

_MOST_PATHS: Final = 3
_MOST_KEYS: Final = 5
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_OF_INTRUDERS: Final = frozenset({SharedKind.PLANTING_DAY, SharedKind.WAVE})
"""Kinds that count only with a malicious subject: a vendor's pages have a common day of installation, too."""

_ALSO: Final = frozenset({SharedKind.FILE_NAME, SharedKind.WAVE})
"""Kinds that say nothing more about subjects that have the same place, or the same day."""

_ORDER: Final = {kind: number for number, kind in enumerate(SharedKind)}


class ClientOf(NamedTuple):
    """A client of accused pages or exploits on one host."""

    host: str
    address: str
    first_utc: datetime | None
    pages: tuple[str, ...]


def find_shared(subjects: Sequence[Accused], clients: Iterable[ClientOf]) -> list[Shared]:
    """Return the things that at least two hosts have in common, the worst and most common first.

    A thing whose subjects are all copies of one shell is left out: the row of the shell says it already.
    """
    ordered = sorted(subjects, key=lambda each: (each.host, each.path, each.sha256, each.title, each.identity))
    shells = list(_same_shells(ordered))
    shell_of = {at: number for number, members in enumerate(shells) for at in members}
    found = [_shell(members, ordered) for members in shells]
    by_link: dict[tuple[SharedKind, str], list[int]] = defaultdict(list)
    for at, subject in enumerate(ordered):
        for link in subject.links:
            by_link[link].append(at)
    seen: set[tuple[int, ...]] = set()
    for (kind, value), members in sorted(by_link.items(), key=lambda item: (_ORDER[item[0][0]], item[0][1])):
        numbers = {shell_of.get(at) for at in members}
        if len({ordered[at].host for at in members}) < 2 or (len(numbers) == 1 and None not in numbers):
            continue
        if kind in _ALSO and tuple(members) in seen:
            continue
        if kind in _OF_INTRUDERS and not any(ordered[at].malicious for at in members):
            continue
        seen.add(tuple(members))
        found.append(_row(kind, value, [ordered[at] for at in members]))
    found += _same_clients(clients)
    return sorted(found, key=_rank)


def _rank(shared: Shared) -> tuple[int, int, int, datetime, str]:
    first = shared.hosts[0].when_utc or _NEVER
    return _ORDER[shared.kind], -shared.worst, -shared.host_count, first, shared.value


def _same_shells(subjects: Sequence[Accused]) -> Iterator[tuple[int, ...]]:
    """Yield the subjects on at least two hosts with a common content, or code of a shell, directly or through others.

    Code in other bytes makes a shell of two malicious subjects only: pages of a vendor share code, too.
    """
    leaders = list(range(len(subjects)))

    def leader(at: int) -> int:
        while leaders[at] != at:
            leaders[at] = at = leaders[leaders[at]]
        return at

    first_with: dict[str, int] = {}
    for at, subject in enumerate(subjects):
        for each in _identity(subject):
            one, other = sorted((leader(at), leader(first_with.setdefault(each, at))))
            leaders[other] = one
    groups: dict[int, list[int]] = defaultdict(list)
    for at, subject in enumerate(subjects):
        if _identity(subject):
            groups[leader(at)].append(at)
    for members in groups.values():
        if len({subjects[at].host for at in members}) > 1:
            yield tuple(members)


def _identity(subject: Accused) -> tuple[str, ...]:
    if subject.malicious:
        return subject.identity
    return (subject.sha256,) if subject.sha256 else ()


def _shell(members: Iterable[int], subjects: Sequence[Accused]) -> Shared:
    chosen = [subjects[at] for at in members]
    contents = Counter(each.sha256 for each in chosen if each.sha256)
    value = min(contents, key=lambda digest: (-contents[digest], digest), default="")
    is_shell = any(each.is_code and each.malicious for each in chosen)
    kind = SharedKind.SHELL if is_shell else SharedKind.FILE
    return _row(kind, value, chosen, len(contents))


def _row(kind: SharedKind, value: str, chosen: Sequence[Accused], contents: int = 0) -> Shared:
    by_host: dict[str, list[Accused]] = defaultdict(list)
    for subject in chosen:
        by_host[subject.host].append(subject)
    hosts = sorted((_on_host(host, members) for host, members in by_host.items()), key=_spread)
    titles = Counter(each.title for each in chosen if each.title)
    is_shell = kind is SharedKind.SHELL
    keys = sorted({key for each in chosen for key in each.keys})[:_MOST_KEYS] if is_shell else ()
    return Shared(
        kind,
        value,
        tuple(hosts[:MOST_NAMED_HOSTS]),
        len(hosts),
        Disposition.MALICIOUS if any(each.malicious for each in chosen) else Disposition.SUSPICIOUS,
        min(titles, key=lambda title: (-titles[title], title), default=""),
        tuple(keys),
        contents,
        _undated(hosts),
    )


def _on_host(host: str, members: Sequence[Accused]) -> OnHost:
    first = min(members, key=lambda each: (each.when_utc or _NEVER, each.path))
    paths = sorted({each.path for each in members}, key=lambda path: (path != first.path, path))
    return OnHost(host, first.when_utc, first.time_of, first.witness, tuple(paths[:_MOST_PATHS]), len(members))


def _undated(hosts: Iterable[OnHost]) -> int:
    return sum(each.when_utc is None for each in hosts)


def _spread(on_host: OnHost) -> tuple[datetime, str]:
    return on_host.when_utc or _NEVER, on_host.host


def _same_clients(clients: Iterable[ClientOf]) -> Iterator[Shared]:
    by_address: dict[str, dict[str, list[ClientOf]]] = defaultdict(lambda: defaultdict(list))
    for client in clients:
        by_address[client.address][client.host].append(client)
    for address, by_host in by_address.items():
        if len(by_host) < 2:
            continue
        hosts = sorted((_client_on(host, members) for host, members in by_host.items()), key=_spread)
        yield Shared(
            SharedKind.CLIENT,
            address,
            tuple(hosts[:MOST_NAMED_HOSTS]),
            len(hosts),
            Disposition.SUSPICIOUS,
            "a client of accused pages or exploits",
            undated=_undated(hosts),
        )


def _client_on(host: str, members: Sequence[ClientOf]) -> OnHost:
    first = min((each.first_utc for each in members if each.first_utc is not None), default=None)
    pages = sorted({page for each in members for page in each.pages})
    time_of = TimeOf.UNKNOWN if first is None else TimeOf.SEEN
    return OnHost(host, first, time_of, "" if first is None else "logs", tuple(pages[:_MOST_PATHS]), len(pages))
