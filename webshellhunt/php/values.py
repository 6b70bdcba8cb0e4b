"""Values of the PHP interpreter: known texts, and texts of the visitor."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.php.vocabulary import OF_SERVER, OF_VISITOR

LONGEST: Final = 4 * 1024 * 1024
MOST_ITEMS: Final = 2000
_NO_ITEMS: Final[Mapping[str, Value]] = {}


@dataclass(frozen=True, slots=True)
class Value:
    """The knowledge of a value.

    Attributes:
        text: The text, if it is known.
        source: The place of the request value that the text contains; ``None`` without one.
        leads: The request value is the beginning of the text.
        decoded: The text was decoded or unpacked from another one.
        fetched: The text is from another server.
        items: The elements, if it is an array.
        uploaded: It is the name of an uploaded file, or its temporary name (``tmp_name``).
        listed: The only texts that the request value may be here, since the page compared it.
    """

    text: str | None = None
    source: int | None = None
    leads: bool = False
    decoded: bool = False
    fetched: bool = False
    items: Mapping[str, Value] = field(default_factory=dict)
    uploaded: str = ""
    listed: tuple[str, ...] = ()

    @property
    def is_tainted(self) -> bool:
        """True if a request value is a part of it."""
        return self.source is not None or any(item.source is not None for item in self.items.values())

    @property
    def is_plain(self) -> bool:
        """True if nothing is known of it."""
        return self is UNKNOWN or (self.text is None and not self.is_tainted and not self.decoded and not self.items)


UNKNOWN: Final = Value()
EMPTY: Final = Value(text="")


def known(text: str) -> Value:
    """Return a known text."""
    return Value(text=text) if len(text) <= LONGEST else UNKNOWN


def visitor(place: int) -> Value:
    """Return a text that a request value begins."""
    return Value(source=place, leads=True)


def join(first: Value, second: Value) -> Value:
    """Return the knowledge of a value that is one of two."""
    if first.is_plain:
        return second
    if second.is_plain or first is second:
        return first
    if not first.items and not second.items and first == second:
        return first
    return Value(
        second.text if second.text is not None else first.text,
        first.source if second.source is None else second.source,
        first.leads or second.leads,
        first.decoded or second.decoded,
        first.fetched or second.fetched,
        {**first.items, **second.items},
        second.uploaded or first.uploaded,
        _listed_of_both(first, second),
    )


def _listed_of_both(first: Value, second: Value) -> tuple[str, ...]:
    """Return the texts of a value that is one of two, if both are known texts or listed."""
    texts = tuple(
        each.listed or ((each.text,) if each.source is None and each.text else ()) for each in (first, second)
    )
    return texts[0] + texts[1] if texts[0] and texts[1] and len(texts[0] + texts[1]) < 100 else ()


def concatenate(first: Value, second: Value) -> Value:
    """Return the text of two values in a row."""
    text = None if first.text is None or second.text is None else first.text + second.text
    source = first.source if first.source is not None else second.source
    if text is not None and source is None and not (first.decoded or second.decoded):
        return known(text)
    is_here = first.text is not None and _HERE.fullmatch(first.text) is not None
    is_shell = first.text is not None and len(first.text) < 60 and _SHELL.search(first.text) is not None
    leads = first.leads or (second.leads and (first.text == "" or is_here or is_shell))
    decoded, fetched = first.decoded or second.decoded, first.fetched or second.fetched
    uploaded = second.uploaded if first.text == "" or is_here else first.uploaded
    kept = text if text is not None and len(text) <= LONGEST else None
    listed: tuple[str, ...] = ()
    if first.listed and second.source is None and second.text is not None and len(second.text) < 100:
        listed = tuple(each + second.text for each in first.listed)
    return Value(kept, source, leads, decoded, fetched, uploaded=uploaded, listed=listed)


_HERE = lazy_pattern(r"\.?[\\/]?|<here>(?:[\\/]\.\.)*+[\\/]?")
_SHELL = lazy_pattern(
    r"(?:\b(?:sh|cmd(?:\.exe)?|powershell(?:\.exe)?|sudo|su|cd|c|command)\b[^|]*|[;|&`(]\s*|[\"'])\Z", re.IGNORECASE
)
"""A text after which a shell reads a command."""
HERE: Final = Value(text="<here>")
"""The folder of the page."""


def element(array: Value, key: str | None) -> Value:
    """Return an element of an array, or a character of a text."""
    if key is not None and key in array.items:
        return array.items[key]
    if array.text is not None and key is not None and re.fullmatch(r"-?\d{1,7}", key):
        at = int(key)
        return known(array.text[at]) if -len(array.text) <= at < len(array.text) else EMPTY
    if array.items and (array.source is None or key is None):
        values = list(array.items.values())
        joined = next((each for each in values if each.is_tainted), UNKNOWN)
        return joined if key is None else UNKNOWN
    uploaded = _UPLOAD_KEYS.get(key or "", array.uploaded) if array.uploaded else ""
    return replace(array, text=None, items=_NO_ITEMS, uploaded=uploaded, listed=())


_UPLOAD_KEYS = {"tmp_name": "content", "name": "name", "type": "", "size": "", "error": ""}


def with_element(array: Value, key: str | None, value: Value) -> Value:
    """Return an array with one more element."""
    if array.text is not None and array.text != "":
        return join(array, value)
    if len(array.items) >= MOST_ITEMS:
        return array
    items = dict(array.items)
    items[str(len(items)) if key is None else key] = value
    return Value(None, array.source, array.leads, array.decoded, array.fetched, items, array.uploaded)


def of_items(values: list[Value]) -> Value:
    """Return the array of some values."""
    return Value(items={str(index): value for index, value in enumerate(values)})


def of_server(variables: Value, key: str | None) -> Value:
    """Return an element of ``$_SERVER``: a header or an address of the request, the folder of the page, or neither."""
    name = (key or "HTTP_").upper()
    if name in ("DOCUMENT_ROOT", "SCRIPT_FILENAME", "PATH_TRANSLATED"):
        return HERE
    return visitor(variables.source or 0) if name.startswith(OF_VISITOR) and name not in OF_SERVER else UNKNOWN
