"""Standing: the comparison of one file with the baselines: known, changed, unlisted, or none of these."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class StandingKind(StrEnum):
    """The result of comparing a file with the baselines.

    ``KNOWN``: a baseline has this content at this path. ``CHANGED``: a baseline that covers the host has the path with
    another content. ``UNLISTED``: a baseline that covers the host lists the directory without this file. ``APART``: no
    baseline applies.
    """

    KNOWN = "known"
    CHANGED = "changed"
    UNLISTED = "unlisted"
    APART = "apart"


class Standing(NamedTuple):
    """The comparison of one file with the baselines.

    ``key`` is its path in the spelling of baselines; ``baseline`` is the name of the one that decided. ``expected`` are
    a few prefixes of the SHA-256 (hexadecimal) of the contents that baselines have at the path; ``elsewhere`` are, for
    a file that is not as listed, the directories in which a server-side file of this name is shipped, if they are few.
    ``by_user`` is true if only a baseline of the user has the content, ``accused`` if our rules found it suspicious
    when that baseline was made.
    """

    kind: StandingKind = StandingKind.APART
    key: str = ""
    baseline: str = ""
    expected: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    by_user: bool = False
    accused: bool = False
