"""Outliers: the files of a stack that differ from their peers.

A content is the measure only if most peers agree on it: at least three, and three quarters of those with the file.
Files that differ on many hosts, such as pages of the customer, are no outliers.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from webshellhunt.fleets.peers import OTHER_BUILD, is_of_setup
from webshellhunt.fleets.stacking import Content, Place, Stack, bits
from webshellhunt.model.fleet import LEAST_PEERS, MOST_NAMED_HOSTS, Outlier, OutlierKind
from webshellhunt.model.verdict import Disposition

MOST_OF_A_HOST: Final = 12
"""The most outliers of one host without an accusation that are listed one by one."""

_SINGLE: Final = 2
"""The most files of a folder of its own that are listed one by one."""

_MOST_PATHS: Final = 3
_MOST_CONTENTS: Final = 4


class _Found(NamedTuple):
    """An outlier with its hosts; ``below`` is the group of hosts and the folder that the peers have as well."""

    outlier: Outlier
    hosts: int
    below: tuple[str, str] = ("", "")


def find_outliers(stack: Stack, names: Sequence[str]) -> list[Outlier]:
    """Return the outliers, the worst first; ``names`` are those of the hosts by number."""
    found = [*_only_here(stack, names), *_other_content(stack, names)]
    kept, many = _folded(found, names)
    return sorted([*kept, *many], key=_rank)


def few(count: int) -> int:
    """Return the largest number of hosts that is few among so many."""
    return min(max(1, count // 10), 8)


def _rank(outlier: Outlier) -> tuple[int, int, int, str, str, tuple[str, ...]]:
    many = outlier.kind is OutlierKind.MANY
    return -outlier.disposition, int(many), outlier.host_count, outlier.kind, outlier.key, outlier.hosts


def _only_here(stack: Stack, names: Sequence[str]) -> Iterator[_Found]:
    """Yield the places that few hosts have, although others were searched there."""
    found: list[_Found] = []
    for (group, key), place in stack.places.items():
        if place.only_content or place.is_varied or _is_known(place):
            continue
        proving, folder = stack.hosts_proving((group, key), place)
        lacking = (proving & ~place.hosts).bit_count()
        holding = place.hosts.bit_count()
        if holding <= few((proving | place.hosts).bit_count()) and lacking >= LEAST_PEERS:
            outlier = _outlier(OutlierKind.ONLY_HERE, key, place.hosts, place.contents.items(), names)
            outlier = replace(outlier, agreeing=lacking, compared=lacking + holding)
            found.append(_Found(outlier, place.hosts, (group, folder)))
    yield from _by_folder(_without_custom_folders(stack, found))


def _is_known(place: Place) -> bool:
    """Return True if a baseline has each content."""
    return all(content.worst is Disposition.KNOWN_GOOD for content in place.contents.values())


def _without_custom_folders(stack: Stack, found: Sequence[_Found]) -> Iterator[_Found]:
    """Leave out the folders in which many hosts have files of their own, as in sites of the customer."""
    own: dict[tuple[str, str], int] = defaultdict(int)
    for each in found:
        own[each.below] |= each.hosts
    for each in found:
        place = stack.places[each.below[0], each.outlier.key]
        is_owned = is_of_setup(place.role) and OTHER_BUILD not in each.outlier.key
        most = max(2, each.outlier.compared // 4)
        if is_owned or each.outlier.is_accused or own[each.below].bit_count() <= most:
            yield each


def _by_folder(found: Iterable[_Found]) -> Iterator[_Found]:
    """Yield one outlier for the files without an accusation in a folder that the peers lack, if they are several."""
    folders: dict[tuple[int, tuple[str, str], str], list[_Found]] = defaultdict(list)
    for each in found:
        inside = each.outlier.key.removeprefix(each.below[1]).strip("/")
        new, slash, _ = inside.partition("/")
        if slash and not each.outlier.is_accused:
            folders[each.hosts, each.below, new].append(each)
        else:
            yield each
    for (hosts, below, new), members in folders.items():
        if len(members) <= _SINGLE:
            yield from members
            continue
        outliers = sorted((each.outlier for each in members), key=_rank)
        paths = tuple(path for each in outliers for path in each.paths[:1])[:_MOST_PATHS]
        worst = max(each.disposition for each in outliers)
        key = f"{below[1]}/{new}/".lstrip("/")
        yield _Found(
            replace(outliers[0], key=key, paths=paths, disposition=worst, sha256=(), files=len(members)), hosts
        )


def _other_content(stack: Stack, names: Sequence[str]) -> Iterator[_Found]:
    """Yield the places whose content is another one than most peers have."""
    for (_, key), place in stack.places.items():
        if OTHER_BUILD in key or len(place.contents) < 2:
            continue
        common = _common_content(place)
        if common is None:
            continue
        rest = [(d, c) for d, c in place.contents.items() if c is not common and c.worst > Disposition.KNOWN_GOOD]
        differing = 0
        for _, content in rest:
            differing |= content.hosts
        if rest:
            outlier = _outlier(OutlierKind.OTHER_CONTENT, key, differing, rest, names)
            agreeing = (common.hosts & ~differing).bit_count()
            outlier = replace(outlier, agreeing=agreeing, compared=place.hosts.bit_count())
            yield _Found(outlier, differing)


def _common_content(place: Place) -> Content | None:
    """Return the content that three quarters of the hosts with the file have, and at least three."""
    _, common = max(place.contents.items(), key=lambda item: (item[1].hosts.bit_count(), item[0]))
    agreeing, holding = common.hosts.bit_count(), place.hosts.bit_count()
    return common if agreeing >= LEAST_PEERS and agreeing * 4 >= holding * 3 else None


def _outlier(
    kind: OutlierKind, key: str, hosts: int, contents: Iterable[tuple[bytes, Content]], names: Sequence[str]
) -> Outlier:
    chosen = sorted(contents, key=lambda item: item[0])
    named = sorted(names[at] for at in bits(hosts))
    paths = sorted({path for _, content in chosen for path in content.paths})
    return Outlier(
        kind,
        key,
        tuple(named[:MOST_NAMED_HOSTS]),
        len(named),
        0,
        0,
        max(content.worst for _, content in chosen),
        tuple(paths[:_MOST_PATHS]),
        tuple(digest.hex() for digest, _ in chosen[:_MOST_CONTENTS]),
    )


def _folded(found: Sequence[_Found], names: Sequence[str]) -> tuple[list[Outlier], list[Outlier]]:
    """Return the outliers to list, and one row for each host that has too many without an accusation."""
    quiet = [each for each in found if not each.outlier.is_accused]
    of_host = Counter(at for each in quiet for at in bits(each.hosts))
    crowded = sum(1 << at for at, count in of_host.items() if count > MOST_OF_A_HOST)
    kept = [each.outlier for each in found if each.outlier.is_accused or each.hosts & ~crowded]
    many: list[Outlier] = []
    for at in bits(crowded):
        mine = sorted((each.outlier for each in quiet if each.hosts >> at & 1), key=_rank)
        compared = max(each.compared for each in mine)
        paths = tuple((each.paths or (each.key,))[0] for each in mine[:_MOST_PATHS])
        many.append(
            Outlier(
                OutlierKind.MANY,
                "",
                (names[at],),
                1,
                compared - 1,
                compared,
                max(each.disposition for each in mine),
                paths,
                files=sum(each.files for each in mine),
            )
        )
    return kept, many
