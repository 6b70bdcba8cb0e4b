"""The files of an image on this machine: which of them belong to it, in their order, and which is missing."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Final

from webshellhunt.errors import UnreadableError
from webshellhunt.sources.local_paths import absolute, extended

_NUMBERED: Final = re.compile(r"\.(\d{3,4})\Z")
_SEGMENT: Final = re.compile(r"\.([EeSs])([0-9A-Za-z]{2})\Z")
_MOST_PIECES: Final = 10_000


def first_piece(path: str) -> str:
    """Return the path of the first file of an image, by the path of any of its numbered files."""
    match = _NUMBERED.search(path)
    if match is None:
        return path
    for number in (0, 1):
        first = f"{path[: match.start()]}.{number:0{len(match[1])}d}"
        if os.path.isfile(extended(absolute(first))):  # noqa: PTH113 - Path would normalise the spelling
            return first
    return path


def raw_pieces(path: str) -> list[str]:
    """Return the files of a raw image: the file itself, or all of a split one, by its numbers.

    Raises:
        UnreadableError: A number is missing between two others.
    """
    match = _NUMBERED.search(path)
    if match is None:
        return [path]
    stem, width, first = path[: match.start()], len(match[1]), int(match[1])
    numbers = _present(stem, width)
    return _without_holes(path, first, numbers, lambda number: f"{stem}.{number:0{width}d}")


def segment_pieces(path: str) -> list[str]:
    """Return the files of an EnCase image, from ``.E01`` on.

    Raises:
        UnreadableError: A segment is missing between two others, or the path is not that of the first.
    """
    match = _SEGMENT.search(path)
    if match is None:
        return [path]
    stem, letter = path[: match.start()], match[1]
    names: dict[int, str] = {}
    for name in _siblings(stem):
        found = re.fullmatch(r"\.([A-Za-z])([0-9A-Za-z]{2})", name)
        number = _segment_number(found[1], found[2], letter) if found else None
        if number is not None:
            names.setdefault(number, stem + name)
    if _segment_number(letter, match[2], letter) != 1:
        first = os.path.basename(names.get(1, f"{stem}.{letter}01"))  # noqa: PTH119 - as the user wrote it
        raise UnreadableError(f"it is not the first segment of its image: name {first}", path=path)
    last = max((number for number in names if number < 100), default=1)
    while last >= 99 and last + 1 in names:
        last += 1
    numbers = sorted(number for number in names if number <= last)
    return _without_holes(path, 1, numbers, lambda number: names.get(number, f"{stem}.{letter}{number:02d}"))


def _segment_number(letter: str, rest: str, first: str) -> int | None:
    """Return the number of a segment by its extension: E01 to E99, then EAA to EZZ, FAA and so on."""
    if rest.isdigit():
        return int(rest) or None if letter.upper() == first.upper() else None
    if not rest.isalpha():
        return None
    high, low = (ord(each) - ord("A") for each in rest.upper())
    return 100 + (ord(letter.upper()) - ord(first.upper())) * 676 + high * 26 + low


def _present(stem: str, width: int) -> list[int]:
    found = [re.fullmatch(rf"\.(\d{{{width}}})", name) for name in _siblings(stem)]
    return sorted(int(match[1]) for match in found if match)


def _siblings(stem: str) -> list[str]:
    """Return the extensions of the files next to a path that have its name, as this system compares names."""
    folder, name = os.path.split(stem)
    beginning = os.path.normcase(f"{name}.")
    try:
        names = os.listdir(extended(absolute(folder or ".")))  # noqa: PTH208 - names alone
    except OSError:
        return []
    return [each[len(name) :] for each in names if os.path.normcase(each).startswith(beginning)]


def _without_holes(path: str, first: int, numbers: list[int], name_of: Callable[[int], str]) -> list[str]:
    """Return the paths of numbered files from the first to the last, if none is missing."""
    last = max([*numbers, first])
    present = set(numbers) | {first}
    missing = next((number for number in range(first, last + 1) if number not in present), None)
    if missing is not None:
        lacking = os.path.basename(name_of(missing))  # noqa: PTH119 - as the user wrote it
        raise UnreadableError(f"its segment {lacking} is missing: put all of them into one folder", path=path)
    return [path, *(name_of(number) for number in range(first + 1, last + 1))][:_MOST_PIECES]
