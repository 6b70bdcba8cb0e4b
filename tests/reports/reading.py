"""Reports as their readers have them: the texts in a written report, without the escapes of its format."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from tests.reports.markup import Markup


def parts_of(text: str, form: str) -> list[str]:
    """Return the texts in a report: the strings of JSON, the cells of a table, or the report itself."""
    if form == "html":
        return [Markup(text).text]
    if form in ("csv", "timesketch-csv"):
        return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    if not text.startswith(("{", "[")):
        return [text]
    try:
        documents = [json.loads(text)]
    except ValueError:
        documents = [json.loads(line) for line in text.splitlines()]
    return [part for document in documents for part in _strings(document)]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)
    elif isinstance(value, str):
        yield value
