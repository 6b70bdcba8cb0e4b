r"""Path keys: one key for all spellings of a path, so that a file of one host is found in the baseline of another.

Baselines and hosts spell the same path differently: ``\ClientAccess\Owa\prem\version\boot.js`` in a list of 2021,
``\owa\prem\version\boot.js`` in one of before 2015, ``C:\…\V15\ClientAccess\Owa\prem\15.1.2176.2\boot.js`` on a disk
and ``ServerRoles/ClientAccess/owa/…`` on a setup medium. The key is lower-case, separated by ``/``, begins at the
application (``owa/…``), and calls every folder of a build ``version``.

The applications of ``FrontEnd\HttpProxy`` and ``ClientAccess`` share their keys: the contents of both
``owa\auth\logoff.aspx`` are known at both places, which helps no attacker.

Source: the file lists of CSS-Exchange, ``Security/src/Baselines``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern

_SEPARATORS = lazy_pattern(r"[\\/]+")
_BUILD_FOLDER = re.compile(r"version|current\d?|1[45](?:\.\d{1,5}){1,3}")
_NO_FILE = re.compile(rf"[a-z]:|{_BUILD_FOLDER.pattern}")
_BESIDE_PROXIES = frozenset({"callrouter", "popimap", "routingupdates"})  # no web applications, and listed all the same
_DRIVE = re.compile(r"[a-z]:")
_STRUCTURAL = frozenset({"", ".", "clientaccess", "frontend", "httpproxy", *_BESIDE_PROXIES})


class Spelling(NamedTuple):
    """The key of a path; ``whole`` if the path contains its beginning, so that the key is unambiguous."""

    key: str
    whole: bool


def spell(path: str) -> Spelling:
    """Return the key of a path in any spelling; a key is its own key."""
    lowered = path.lower()
    folder, separator, name = lowered.rpartition("\\" if "\\" in lowered else "/")
    if not separator or "/" in name or name in _STRUCTURAL or _NO_FILE.fullmatch(name):
        return _spell(lowered)
    above = _spell(folder)
    return Spelling(f"{above.key}/{name}" if above.key else name, above.whole)


@lru_cache(maxsize=64)
def _spell(path: str) -> Spelling:
    """Return the key of a lower-case path; cached, because the files of a folder come one after another."""
    parts = [part for part in _SEPARATORS.split(path) if part not in ("", ".")]
    starts = [at + 1 for at, part in enumerate(parts) if _DRIVE.fullmatch(part)]
    application = _application(parts)
    if application is not None:
        starts.append(application)
    named = ("version" if _BUILD_FOLDER.fullmatch(part) else part for part in parts[max(starts, default=0) :])
    return Spelling("/".join(named), bool(starts))


def suffixes(key: str, tops: frozenset[str]) -> list[str]:
    """Return the suffixes of a key that start at a top folder of a baseline, the longest first."""
    folder, inside, name = key.rpartition("/")
    found = [f"{above}/{name}" for above in _suffixes(folder, tops)] if inside else []
    if name in tops:
        found.append(name)
    return found


@lru_cache(maxsize=64)
def _suffixes(folder: str, tops: frozenset[str]) -> tuple[str, ...]:
    parts = folder.split("/")
    return tuple("/".join(parts[at:]) for at, part in enumerate(parts) if part in tops)


def _application(parts: list[str]) -> int | None:
    """Return the index after the last folder of web applications of Exchange; ``None`` if there is none."""
    for at in range(len(parts) - 1, -1, -1):
        below = parts[at + 1] if at + 1 < len(parts) else ""
        if parts[at] == "clientaccess":
            return at + 1
        if parts[at] == "frontend" and (below == "httpproxy" or below in _BESIDE_PROXIES):
            return at + 2 if below == "httpproxy" else at
    return None
