"""Gaps by their code, those that matter first, with advice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from webshellhunt.model.findings import Gap
from webshellhunt.reports.gap_advice import ADVICE
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable, one_line

MOST_PLACES: Final = 50
"""Largest number of places of a group without ``--all``."""

_REASONS: Final = 3


class GapGroup(NamedTuple):
    """The gaps of one code: its words, the advice, a few reasons, and the places."""

    code: str
    matters: bool
    number: int
    advice: str
    reasons: tuple[str, ...]
    places: tuple[str, ...]
    more: int


def gap_groups(gaps: Sequence[Gap], options: Options) -> tuple[GapGroup, ...]:
    """Return the groups, those that matter first, then by their codes."""
    groups: dict[tuple[bool, str], list[Gap]] = {}
    for gap in gaps:
        groups.setdefault((not gap.matters, decodable(gap.code)), []).append(gap)
    return tuple(_group(code, members, options) for (_, code), members in sorted(groups.items(), key=lambda g: g[0]))


def _group(code: str, members: Sequence[Gap], options: Options) -> GapGroup:
    reasons = list(dict.fromkeys(one_line(each.reason, 600) for each in members))
    places = list(_places(members))
    most = len(places) if options.show_all else MOST_PLACES
    return GapGroup(
        code=code,
        matters=members[0].matters,
        number=len(members),
        advice=_sentence(ADVICE.get(code, "")),
        reasons=tuple(reasons[:_REASONS]),
        places=tuple(places[:most]),
        more=len(places) - len(places[:most]),
    )


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}." if words else ""


def _places(members: Sequence[Gap]) -> Iterator[str]:
    """Yield the places, each once; with its reason if the group has many reasons."""
    is_each = len({each.reason for each in members}) > _REASONS
    named = (f"{each.path}: {each.reason}" if is_each else each.path for each in members)
    yield from dict.fromkeys(one_line(each, 800) for each in named)
