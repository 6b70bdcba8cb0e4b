"""Stacking: the same place on many hosts, to find the file that differs from its peers.

A place is kept with its contents, and each content with a set of hosts (a bit a host), so that the memory grows with
the number of different places, not with that of files. The number of places is bounded: those with the smallest digest
of their key are kept, so that the result does not depend on the order of the hosts.
"""

import hashlib
import re
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from webshellhunt.fleets.peers import (
    EXCHANGE,
    OTHER_BUILD,
    PeerGroup,
    folder_of,
    is_compared,
    is_of_setup,
    is_script_for_browsers,
    peer_group,
    place_key,
    roles_proving,
)
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Role
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition, SubjectKind, Verdict

MOST_PLACES: Final = 50_000
MOST_CONTENTS: Final = 16
"""The most contents of a place; with more it differs by nature, and its contents are not compared."""

MOST_UNREAD: Final = 200
"""The most gaps of a host by place; with more, the absence of any file on it means nothing."""

_OF_THE_WHOLE: Final = frozenset({"open", "hunt"})
_OF_FILES: Final = _OF_THE_WHOLE | {"survey", "walk", "examine"}
"""The stages of gaps that hide files."""

_FEW: Final = 8
"""Details of a content are kept as long as so few hosts have it; an outlier is on no more."""

_LONGEST: Final = 400
_MOST_PATHS: Final = 3

_MOST_NUMBER: Final = (1 << 20) - 1
"""The largest number of a host."""

_SHA256: Final = re.compile(r"[0-9A-Fa-f]{64}")

At = tuple[str, str]
"""A group of hosts, and the key of a place."""

T = TypeVar("T")


@dataclass(slots=True)
class Content:
    """One content of a place: the hosts that have it, the worst verdict there, and a path while they are few."""

    hosts: int = 0
    worst: Disposition = Disposition.KNOWN_GOOD
    paths: tuple[str, ...] = ()

    def add(self, host: int, disposition: Disposition, path: str) -> None:
        """Add a host."""
        self.hosts |= host
        self.worst = max(self.worst, disposition)
        few = self.hosts.bit_count() <= _FEW
        self.paths = tuple(sorted({*self.paths, path[:_LONGEST]})[:_MOST_PATHS]) if few else ()


@dataclass(slots=True)
class Place:
    """One place of a group of hosts, with its contents by the start of their SHA-256.

    ``only_content`` is true if the absence of a file there means nothing.
    """

    role: Role
    only_content: bool
    hosts: int = 0
    is_varied: bool = False
    contents: dict[bytes, Content] = field(default_factory=dict)

    def add(self, host: int, digest: bytes, verdict: Verdict) -> None:
        """Add a file."""
        self.hosts |= host
        self.role = min(self.role, verdict.subject.role)
        if self.is_varied:
            return
        self.contents.setdefault(digest, Content()).add(host, verdict.disposition, verdict.subject.path)
        if len(self.contents) > MOST_CONTENTS:
            self.is_varied = True
            self.contents = {}


class Bounded(Generic[T]):
    """Values by place, at most so many: those of setups first, then those whose key has the smallest digest.

    The values that are kept don't depend on the order in which places come.
    """

    def __init__(self, most: int) -> None:
        self.values: dict[At, T] = {}
        self.is_cut: bool = False
        self._most = most
        self._largest: tuple[bool, bytes] | None = None

    def admits(self, at: At) -> bool:
        """Return True if a place is kept, as far as is known."""
        return at in self.values or self._largest is None or _order(at) <= self._largest

    def set(self, at: At, value: T) -> None:
        """Set the value of a place that is admitted."""
        self.values[at] = value
        if len(self.values) > self._most + self._most // 4:
            self.cut()

    def cut(self) -> None:
        """Remove the places that are too many."""
        if len(self.values) <= self._most:
            return
        ordered = sorted(self.values, key=_order)
        self._largest, self.is_cut = _order(ordered[self._most - 1]), True
        for at in ordered[self._most :]:
            del self.values[at]


class _Unread:
    """The places with a gap, each with its hosts, in eight bytes for each of both.

    A number has the start of the digest of a place, then the number of the host. Two places with the same start are
    taken for one, so that a host with a gap at one of them proves nothing at the other either.
    """

    def __init__(self) -> None:
        self._numbers = array("Q")
        self._is_sorted = True

    def add(self, key: str, host: int) -> None:
        """Add a gap of a host, by its number."""
        self._numbers.append(self._first(key) | host)
        self._is_sorted = False

    def hosts(self, key: str) -> int:
        """Return the hosts with a gap at a place."""
        if not self._is_sorted:
            self._numbers, self._is_sorted = array("Q", sorted(self._numbers)), True
        first, found = self._first(key), 0
        for at in range(bisect_left(self._numbers, first), len(self._numbers)):
            host = self._numbers[at] - first
            if host > _MOST_NUMBER:
                break
            found |= 1 << host
        return found

    @staticmethod
    def _first(key: str) -> int:
        return int.from_bytes(_digest(key)) & ~_MOST_NUMBER


class Stack:
    """The places of all hosts. Hosts are bits of a whole number.

    ``complete`` are the hosts whose hunt had all files, so that an absent one means something; ``partial`` are those of
    which the evidence has only a part, ``shortened`` those whose saved report only counts benign files.
    ``unknown_build`` are those with Exchange of an unknown build.
    """

    def __init__(self, most_places: int = MOST_PLACES) -> None:
        self.complete: int = 0
        self.partial: int = 0
        self.shortened: int = 0
        self.unknown_build: int = 0
        self._places: Bounded[Place] = Bounded(most_places)
        self._folders: Bounded[int] = Bounded(most_places)
        self._roles: dict[tuple[str, str, Role], int] = defaultdict(int)
        self._unread = _Unread()

    @property
    def is_cut(self) -> bool:
        """True if places were left out."""
        return self._places.is_cut or self._folders.is_cut

    @property
    def places(self) -> Mapping[At, Place]:
        """The places that are compared."""
        self._places.cut()
        return self._places.values

    def add(self, report: Report, host: int) -> None:
        """Add the files of a report."""
        groups = peer_group(report)
        if not report.interrupted and not report.run.options.logs.alone:
            if report.unlisted:
                self.shortened |= host
            elif _has_all_files(report):
                self.complete |= host
                self._add_gaps(groups, host, report)
            else:
                self.partial |= host
        if report.host.exchange and groups.by_build is None:
            self.unknown_build |= host
        for root in report.roots:
            self._add_folder(groups, host, place_key(root.server_path or root.path, groups.of_host), root.role)
        seen: set[tuple[str, Role]] = set()
        for verdict in report.verdicts:
            subject = verdict.subject
            if subject.kind is not SubjectKind.FILE:
                continue
            key = place_key(subject.path, groups.of_host)
            at = folder_of(key), subject.role
            if at not in seen:
                seen.add(at)
                self._add_folder(groups, host, *at)
            if is_compared(subject) or is_script_for_browsers(subject):
                self._add_file(groups, host, key, verdict)

    def hosts_proving(self, at: At, place: Place) -> tuple[int, str]:
        """Return the hosts on which a file would have been found at a place, and the folder that proves it.

        A host with a gap at the place, or at a folder above it, is none of them.
        In directories of a setup, a directory of the same role proves it. Elsewhere, it is the nearest folder that
        another host has as well.
        """
        group, key = at
        examined = self.complete & ~self._hosts_unread(key)
        if is_of_setup(place.role) and OTHER_BUILD not in key:
            found = 0
            for each in roles_proving(place.role):
                found |= self._roles.get((group, _area(key), each), 0)
            return found & examined, folder_of(key)
        self._folders.cut()
        folder = folder_of(key)
        while folder or "/" not in key:
            holding = self._folders.values.get((group, folder), 0) & (examined | place.hosts)
            if holding & ~place.hosts or not folder:
                return holding, folder
            folder = folder_of(folder)
        return 0, folder

    def _add_gaps(self, groups: PeerGroup, host: int, report: Report) -> None:
        for gap in _gaps_of_files(report):
            key = place_key(gap.path.rstrip("\\/"), groups.of_host)
            if len(key) <= _LONGEST:
                self._unread.add(key, host.bit_length() - 1)

    def _hosts_unread(self, key: str) -> int:
        """Return the hosts with a gap at a place, or at a folder above it."""
        hosts = 0
        while key:
            hosts |= self._unread.hosts(key)
            key = folder_of(key)
        return hosts

    def _add_folder(self, groups: PeerGroup, host: int, folder: str, role: Role) -> None:
        group = groups.group_for(folder)
        if group is None:
            return
        self._roles[group, _area(folder), role] |= host
        at = group, folder
        if len(folder) <= _LONGEST and self._folders.admits(at):
            self._folders.set(at, self._folders.values.get(at, 0) | host)

    def _add_file(self, groups: PeerGroup, host: int, key: str, verdict: Verdict) -> None:
        group, subject = groups.group_for(key), verdict.subject
        digest = subject.sha256 or ""
        if group is None or len(key) > _LONGEST or _SHA256.fullmatch(digest) is None:
            return
        if not self._places.admits((group, key)):
            return
        place = self._places.values.get((group, key))
        if place is None:
            place = Place(subject.role, is_script_for_browsers(subject))
            self._places.set((group, key), place)
        place.add(host, bytes.fromhex(digest[:32]), verdict)


def _has_all_files(report: Report) -> bool:
    """Return True if an absent file means something: no collection, and no gap of the whole or of too many places."""
    gaps = list(_gaps_of_files(report))
    is_whole = not any(gap.stage in _OF_THE_WHOLE or gap.path == report.location for gap in gaps)
    return is_whole and not report.is_collection and len(gaps) <= MOST_UNREAD


def _gaps_of_files(report: Report) -> Iterator[Gap]:
    return (gap for gap in report.gaps if gap.matters and gap.stage in _OF_FILES)


def _area(key: str) -> str:
    """Return the part of Exchange that a place belongs to, such as its front end; empty for another place."""
    return key.split("/", 2)[1] if key.startswith(f"{EXCHANGE}/") else ""


def _order(at: At) -> tuple[bool, bytes]:
    group, key = at
    digest = _digest(f"{group} {key}")
    return not key.startswith(EXCHANGE) and "/aspnet_client/" not in key, digest


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def bits(hosts: int) -> Iterator[int]:
    """Yield the numbers of the hosts in a set."""
    while hosts:
        lowest = hosts & -hosts
        yield lowest.bit_length() - 1
        hosts ^= lowest
