"""Compare a server with baselines: added files, changed files, and changed lines if a clean page is available."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from webshellhunt.baselines.known_contents import CUSTOMISED, Baselines
from webshellhunt.baselines.make import digest_of
from webshellhunt.baselines.path_keys import spell
from webshellhunt.baselines.store import Baseline
from webshellhunt.errors import SourceError
from webshellhunt.host.walk.survey import survey
from webshellhunt.host.walk.walk import walk
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.settings import PageKind
from webshellhunt.model.standing import Standing, StandingKind
from webshellhunt.pages.page import Page
from webshellhunt.pages.parser import parse
from webshellhunt.sources.source import Source
from webshellhunt.views.sample import Sample

FindClean = Callable[[str], bytes | None]
"""Returns the clean content of a key, or ``None`` if it is not available."""

_COMPARED_LINES = 4_000
_MARKUP = "markup"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One file that differs from the baselines; ``page`` is True if the server executes it."""

    artifact: Artifact
    standing: Standing
    sha256: str
    page: bool


@dataclass
class Comparison:
    """The result of a comparison: deviations by kind, the number of known files, and the gaps.

    ``unlisted`` are pages in directories that a baseline contains, ``outside`` pages in other directories; ``apart``
    counts the remaining files.
    """

    location: str
    builds: tuple[str, ...] = ()
    covered: bool = False
    known: int = 0
    apart: int = 0
    changed: list[Deviation] = field(default_factory=list)
    unlisted: list[Deviation] = field(default_factory=list)
    outside: list[Deviation] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """True if no file has a path of a baseline, so that nothing was compared."""
        return not (self.known or self.changed or self.unlisted)


@dataclass(frozen=True, slots=True)
class ContentChange:
    """One change in a page: its block, its first line (1-based, in the page), and the lines."""

    block: str
    line: int
    removed: tuple[str, ...]
    added: tuple[str, ...]


def compare(source: Source, baselines: Baselines, limits: Limits, *, same_top: Baseline | None = None) -> Comparison:
    """Compare every file of a source with baselines, without examining any.

    ``same_top`` is the baseline of a folder that the user declares equal: paths are relative to the top of both.
    """
    surveyed = survey(source, limits)
    result = Comparison(source.location, surveyed.host.builds, baselines.covers(surveyed.host.builds))
    result.gaps += surveyed.gaps
    for found in walk(source, surveyed, limits):
        if isinstance(found, Gap):
            result.gaps.append(found)
            continue
        try:
            sha256 = digest_of(source, found)
        except SourceError as error:
            result.gaps.append(Gap("unreadable", "examine", found.path, error.message, matters=True))
            continue
        standing = baselines.standing(found, sha256, surveyed.host.builds)
        if standing.kind is StandingKind.APART and same_top is not None:
            standing = _from_the_top(found, same_top)
        _file(result, found, standing, sha256)
    return result


def _from_the_top(artifact: Artifact, listed: Baseline) -> Standing:
    """Return the standing of a file in the baseline of a folder with the same top."""
    spelling = spell(artifact.path)
    if spelling.whole or not listed.lists(spelling.key) or spelling.key.endswith(CUSTOMISED):
        return Standing(key=spelling.key)
    expected = tuple(content.digest for content in listed.contents(spelling.key))
    return Standing(StandingKind.CHANGED, spelling.key, listed.head.name, expected)


def _file(result: Comparison, artifact: Artifact, standing: Standing, sha256: str) -> None:
    nature = Sample(artifact, b"").nature
    page = nature.executable and nature.kind is not PageKind.CONFIG
    if standing.kind is StandingKind.KNOWN:
        result.known += 1
    elif standing.kind is StandingKind.CHANGED:
        result.changed.append(Deviation(artifact, standing, sha256, page))
    elif standing.kind is StandingKind.UNLISTED and page:
        result.unlisted.append(Deviation(artifact, standing, sha256, page))
    elif page:
        result.outside.append(Deviation(artifact, standing, sha256, page))
    else:
        result.apart += 1


def changed_lines(clean: str, found: str, sample: Sample) -> Iterator[ContentChange] | None:
    """Yield the changes from a clean page to the found one, block by block; ``None`` if they are too long.

    Both are texts as the server reads them, without secrets; line numbers are those of ``found``.
    """
    old, new = clean.split("\n"), found.split("\n")
    if max(len(old), len(new)) > _COMPARED_LINES:
        return None
    return _changes(old, new, _blocks(old, sample), _blocks(new, sample))


def _changes(old: list[str], new: list[str], old_blocks: list[str], new_blocks: list[str]) -> Iterator[ContentChange]:
    strip = [[line.rstrip("\r") for line in lines] for lines in (old, new)]
    for word, a, b, c, d in SequenceMatcher(None, strip[0], strip[1]).get_opcodes():
        if word == "equal":
            continue
        removed, added = tuple(strip[0][a:b]), tuple(strip[1][c:d])
        if not added:
            yield ContentChange(old_blocks[a], c + 1, removed, ())
            continue
        # Added lines may begin in one block and end in another.
        at = c
        while at < d:
            end = next((i for i in range(at, d) if new_blocks[i] != new_blocks[at]), d)
            yield ContentChange(new_blocks[at], at + 1, removed if at == c else (), tuple(strip[1][at:end]))
            at = end


def _blocks(lines: list[str], sample: Sample) -> list[str]:
    """Return the block of each line, the first one of several."""
    text = "\n".join(lines)
    page = parse(text, sample.nature.kind, sample.artifact.settings)
    ranges = sorted(_ranges(page))
    named, at, start = [], 0, 0
    for line in lines:
        end = start + len(line)
        while at < len(ranges) and ranges[at][1] <= start:
            at += 1
        inside = at < len(ranges) and ranges[at][0] <= end
        named.append(ranges[at][2] if inside else _MARKUP)
        start = end + 1
    return named


def _ranges(page: Page) -> Iterator[tuple[int, int, str]]:
    for directive in page.directives:
        yield directive.start, directive.end, f"directive {directive.name or page.kind.value}"
    for block in page.blocks:
        yield block.outer_start, block.outer_end, f"{block.kind.value.replace('_', ' ')} ({block.language})"
