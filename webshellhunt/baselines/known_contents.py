"""Baselines: the shipped one of Exchange and those of the user, in one look-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from webshellhunt.baselines.path_keys import Spelling, spell, suffixes
from webshellhunt.baselines.store import PAGE_ENDINGS, Baseline, read_baseline
from webshellhunt.lazy_attribute import lazy_attribute
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.standing import Standing, StandingKind

SHIPPED = Path(__file__).with_name("exchange.baseline")
"""The files of Exchange 2013, 2016 and 2019 up to March 2021."""

CUSTOMISED = (".config",)
"""Endings of files that setup and administrators change: other content is no evidence."""
_LEAST_PARTS = 3
_SHOWN = 3


@dataclass(frozen=True, eq=False)
class Baselines:
    """Several baselines: a content in any of them is known; the first ``by_user`` of them are the user's."""

    members: tuple[Baseline, ...]
    by_user: int = 0

    @lazy_attribute
    def _tops(self) -> frozenset[str]:
        return frozenset[str]().union(*(member.tops for member in self.members))

    def covers(self, builds: Sequence[str]) -> bool:
        """Return True if any baseline covers a host with these builds."""
        return any(member.covers(builds) for member in self.members)

    def standing(self, artifact: Artifact, sha256: str, builds: Sequence[str] = ()) -> Standing:
        """Return the standing of a file with this content.

        ``builds``: the builds of Exchange on the host; empty if unknown.
        """
        if self._lists_none_at(artifact.path) and self._lists_none_at(artifact.source_path or ""):
            return Standing()
        spellings = _spellings(artifact)
        # The shipped baseline comes first: its contents need no second opinion.
        for number, member in reversed(tuple(enumerate(self.members))):
            key = next((key for each in spellings for key in _keys(member, each) if member.knows(key, sha256)), None)
            if key is not None:
                by_user = number < self.by_user
                accused = by_user and self._is_accused(spellings, sha256)
                return Standing(StandingKind.KNOWN, key, member.head.name, by_user=by_user, accused=accused)
        covering = [member for member in self.members if member.covers(builds)]
        for member in covering:
            standing = _deviation(member, spellings[0], builds)
            if standing is not None and not self._is_listed_elsewhere(standing, covering):
                return standing._replace(elsewhere=self._elsewhere(standing.key))
        return Standing(key=spellings[0].key)

    def _lists_none_at(self, path: str) -> bool:
        """Return True if surely no baseline lists a path, by its folder, which most files share with the one before."""
        if not path:
            return True
        last = max(path.rfind("/"), path.rfind("\\"))
        name = path[last + 1 :].lower()
        is_plain = name.rfind(".") > 0 and not name[-1].isdigit()  # no folder of a build
        return is_plain and name not in self._tops and not _may_list(path[: max(last, 0)], self._tops)

    def _is_accused(self, spellings: Sequence[Spelling], sha256: str) -> bool:
        """Return True if our rules accused this content when a baseline with it was made."""
        keys = ((member, key) for member in self.members for each in spellings for key in _keys(member, each))
        return any(member.accuses(key, sha256) for member, key in keys)

    def _is_listed_elsewhere(self, standing: Standing, covering: Sequence[Baseline]) -> bool:
        """Return True if one baseline lists the file that another one lacks."""
        return standing.kind is StandingKind.UNLISTED and any(member.lists(standing.key) for member in covering)

    def _elsewhere(self, key: str) -> tuple[str, ...]:
        directory, _, name = key.rpartition("/")
        if not name.endswith(PAGE_ENDINGS):
            return ()
        found = {where for member in self.members for where in member.directories_of(name)}
        return () if directory in found else tuple(sorted(found)[:_SHOWN])


@lru_cache(maxsize=4)
def load_baselines(paths: tuple[str, ...] = ()) -> Baselines:
    """Load the shipped baseline and those of the user, once in each process.

    Raises:
        UsageError: One of them can't be read.
    """
    return Baselines((*map(read_baseline, map(Path, paths)), read_baseline(SHIPPED, trusted=True)), len(paths))


def _spellings(artifact: Artifact) -> list[Spelling]:
    """Return the spelling of the server's path; if its beginning is unclear, also that of the path on this machine."""
    named = spell(artifact.path)
    if named.whole or artifact.source_path is None:
        return [named]
    found = spell(artifact.source_path)
    # The analyst's drive is no clue to the beginning; folders of Exchange are.
    return [Spelling(found.key, False), named]


@lru_cache(maxsize=64)
def _may_list(folder: str, tops: frozenset[str]) -> bool:
    """Return True if a path in a folder is unambiguous, or if a suffix of it may be listed."""
    spelling = spell(f"{folder}/x.x")
    return spelling.whole or bool(suffixes(spelling.key, tops))


def _keys(member: Baseline, spelling: Spelling) -> list[str]:
    """Return the keys that a file may have in a baseline."""
    return [spelling.key] if spelling.whole else suffixes(spelling.key, member.tops)


def _deviation(member: Baseline, spelling: Spelling, builds: Sequence[str]) -> Standing | None:
    """Return the deviation of an unknown content from a baseline that covers the host, or ``None``."""
    if spelling.key.endswith(CUSTOMISED):
        return None
    for key in _keys(member, spelling):
        if member.lists(key) and (spelling.whole or key.count("/") + 1 >= _LEAST_PARTS):
            shipped = member.contents_at(key, builds[0] if builds else None)
            expected = tuple(content.digest for content in shipped[:_SHOWN])
            return Standing(StandingKind.CHANGED, key, member.head.name, expected)
    directory = spelling.key.rpartition("/")[0]
    if spelling.whole and directory and member.lists_directory(directory):
        return Standing(StandingKind.UNLISTED, spelling.key, member.head.name)
    return None
