"""Quoted values: the rows of the logs of Exchange, whose values are separated by commas and may be in quotes.

A value in quotes may have commas, doubled quotes and ends of lines. A quote means something only where a value starts.
A line that starts with a time is never the rest of the row before it, so that no open quote hides the rows below it.

References:
    https://www.rfc-editor.org/rfc/rfc4180
"""

from __future__ import annotations

import csv
import re
from typing import Final, NamedTuple

LONGEST_ROW: Final = 64 * 1024
"""A longer row is broken."""

MOST_LINES: Final = 256
"""The most lines of a row."""

_CLOSED = re.compile(rb'(?:(?:"(?:[^"]|"")*+"[^,]*+|[^",][^,]*+|)(?:,|\Z))*+')
_TIME = re.compile(rb'"?\d{4}-\d\d-\d\d[T ]\d')


class Joined(NamedTuple):
    """The rows of lines: in place of each line the row that starts there, or nothing if it belongs to one above it.

    ``open_at`` is the position of a last row that may go on below the last line, or the number of lines.
    """

    rows: list[bytes]
    open_at: int


def join_lines(lines: list[bytes]) -> Joined:
    """Join the lines of values in quotes; a row whose quotes don't end in time stays as its lines are."""
    rows = list(lines)
    done = 0
    for start in [position for position, line in enumerate(lines) if b'"' in line]:
        if start < done or not _is_open(lines[start]):
            continue
        done, has_end = _end_of(lines, start)
        if has_end:
            rows[start] = b"\n".join(lines[start:done])
            rows[start + 1 : done] = [b""] * (done - start - 1)
        elif done == len(lines) < start + MOST_LINES:
            return Joined(rows, start)
    return Joined(rows, len(lines))


def _end_of(lines: list[bytes], start: int) -> tuple[int, bool]:
    """Return the position after the last line of an open row and true, or that of the line where the search ended."""
    size = len(lines[start])
    for position in range(start + 1, min(len(lines), start + MOST_LINES)):
        line = lines[position]
        size += len(line) + 1
        if size > LONGEST_ROW or _TIME.match(line):
            return position, False
        # Within quotes, a line goes on as if it started with one.
        if b'"' in line and not _is_open(b'"' + line):
            return position + 1, True
    return min(len(lines), start + MOST_LINES), False


def _is_open(row: bytes) -> bool:
    """Return True if a value in quotes has no end in a row."""
    parts = row.split(b'"')
    if len(parts) == 1:
        return False
    if _are_plain(parts):
        return len(parts) % 2 == 0
    found = _CLOSED.match(row)
    return found is None or found.end() < len(row)


def _are_plain(parts: list[bytes]) -> bool:
    """Return True if each quote of a row, which is split at them, starts or ends a value, or is doubled in one."""
    first, last = parts[0], parts[-1]
    if first and not first.endswith(b","):
        return False
    if len(parts) % 2 and last.rstrip(b"\r") and not last.startswith(b","):
        return False
    middle = parts[2:-1:2]
    return all(not part or (part.startswith(b",") and part.endswith(b",")) for part in middle)


def split_quoted(text: str) -> list[str]:
    """Return the values of a row; a quote that has no end does not lose the rest of the row."""
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error:
        pass
    if _is_open(text.encode("utf-8", "replace")):
        return text.split(",")
    try:
        return next(csv.reader([text.replace("\r", " ").replace("\n", " ")]), [])
    except csv.Error:
        return text.split(",")
