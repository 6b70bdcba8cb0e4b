"""Gaps for files that a collector did not store, or of which it stored only a part: few sentences for many files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from webshellhunt.containers.page_names import SERVED_EXTENSIONS, extension_of
from webshellhunt.model.findings import Gap

_MOST_NAMED = 20


class Missing(NamedTuple):
    """A file of the server, by its path on the server or in the tree, and the reason why it is missing."""

    path: str
    reason: str


def iter_gaps(missing: Sequence[Missing], code: str, record: str) -> Iterator[Gap]:
    """Yield a gap for each page or setting that is missing, and one for all other files.

    Args:
        missing: The files.
        code: The code of the gaps.
        record: The record of the collector that reports the files.
    """
    served = [each for each in missing if extension_of(each.path) in SERVED_EXTENSIONS]
    for each in served[:_MOST_NAMED]:
        yield Gap(code, "survey", each.path.replace("/", "\\"), each.reason, matters=True)
    if len(served) > _MOST_NAMED:
        number = len(served) - _MOST_NAMED
        yield Gap(code, "survey", record, f"further pages or settings like these: {number:,}", matters=True)
    others = [each for each in missing if extension_of(each.path) not in SERVED_EXTENSIONS]
    if len(others) == 1:
        yield Gap(code, "survey", others[0].path.replace("/", "\\"), others[0].reason)
    elif others:
        example = f"such as {others[0].path}: {others[0].reason}".replace("/", "\\")
        yield Gap(code, "survey", record, f"{len(others):,} files, none of them a page, {example}")
