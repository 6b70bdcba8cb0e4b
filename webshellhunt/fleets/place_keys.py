"""Place keys: one key for the same place on several hosts, without drive, install folder and build."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

EXCHANGE: Final = "%exchangeinstallpath%"
"""The start of the key of a place below the installation of Exchange."""

OTHER_BUILD: Final = "{other build}"
_BUILD: Final = "{build}"
_GUID: Final = re.compile(r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?")
_VERSION: Final = re.compile(r"\d{1,5}(?:\.\d{1,9}){2,3}")
_DRIVE: Final = re.compile(r"[a-z]:")
_INSTALL: Final = re.compile(r"(?:.*/)?exchange server/v1[0-9](?=/)")


class Scheme(NamedTuple):
    """The parts of a host that its keys leave out: the install folders of Exchange in lower case, and its build."""

    installs: tuple[str, ...] = ()
    build: str | None = None


def scheme(installs: tuple[str, ...], build: str | None) -> Scheme:
    """Return the scheme of a host."""
    return Scheme(tuple(sorted({_plain(each).rstrip("/") for each in installs} - {""}, key=len, reverse=True)), build)


def place_key(path: str, of_host: Scheme) -> str:
    """Return the key of a path: lower-case, separated by ``/``.

    A folder that is named like the host's build becomes ``{build}``, one of another build ``{other build}``, one that
    is named by a GUID ``{guid}``.
    """
    plain = _plain(path)
    folder, slash, name = plain.rpartition("/")
    return f"{_folder_key(folder, of_host)}/{name}" if slash else name


def folder_of(key: str) -> str:
    """Return the key of the folder."""
    return key.rpartition("/")[0]


def _plain(path: str) -> str:
    return path.lower().replace("\\", "/")


@lru_cache(maxsize=64)
def _folder_key(folder: str, of_host: Scheme) -> str:
    """Return the key of a folder; cached, because the files of a folder come one after another."""
    folder = f"{folder}/"
    found = next((each for each in of_host.installs if folder.startswith(f"{each}/")), None)
    if found is None:
        match = _INSTALL.match(folder)
        found = None if match is None else match[0]
    start = "" if found is None else EXCHANGE
    parts = folder[len(found or "") :].split("/")
    named = [_part(each, of_host.build) for each in parts if each and not _DRIVE.fullmatch(each)]
    return "/".join([start, *named] if start else named)


def _part(part: str, build: str | None) -> str:
    if _GUID.fullmatch(part):
        return "{guid}"
    if not _VERSION.fullmatch(part):
        return part
    numbers = [int(each) for each in part.split(".")]
    own = [int(each) for each in (build or "").split(".") if each.isascii() and each.isdigit()]
    return _BUILD if own[: len(numbers)] == numbers else OTHER_BUILD
