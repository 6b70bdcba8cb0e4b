"""Standing: what the baselines say of one file: known, changed, unlisted, or nothing."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class StandingKind(StrEnum):
    """How a file stands to the baselines.

    ``KNOWN``: its content is known for its path. ``CHANGED``: its path is known, its content isn't, and a baseline
    covers the host. ``UNLISTED``: a baseline that covers the host lists its directory without it. ``APART``: nothing
    can be said.
    """

    KNOWN = "known"
    CHANGED = "changed"
    UNLISTED = "unlisted"
    APART = "apart"


class Standing(NamedTuple):
    """What the baselines say of one file.

    ``key`` is its path as baselines spell it; ``baseline`` names the one that says so. ``expected`` are beginnings of
    the SHA-256 (hexadecimal) of what should be there, a few; ``elsewhere`` are, for a file that is not as listed, the
    directories in which a server-side file of this name is shipped, where they are few enough for that to tell much.
    ``by_user`` is true where only a baseline of the user has the content, ``accused`` where our rules accused it when
    that baseline was made.
    """

    kind: StandingKind = StandingKind.APART
    key: str = ""
    baseline: str = ""
    expected: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    by_user: bool = False
    accused: bool = False
