"""Reading: calls that read a file of the site, whose content is the site's although a visitor names the file."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.domain.values import Text, Value, options_of
from webshellhunt.lazy_pattern import lazy_pattern

READERS = frozenset(
    {"readalltext", "readallbytes", "readalllines", "readlines", "opentext", "openread", "opentextfile", "streamreader"}
)
"""Members and classes of the languages that open the file whose path is their argument, to read it."""
READING = lazy_pattern(r"read|load|include|import|template|file")
"""Words in the names of functions of other files that read one: without that other file, nothing comes of the call."""
FOLDER = lazy_pattern(r"(?:[\w.~-]*+[/\\])+")


def reads_site_file(language: str, names: tuple[str, ...], arguments: Sequence[Value]) -> bool:
    """Return True if a call reads a file in a fixed folder of the site."""
    is_reader = names[-1] in READERS or (
        language == "vbscript" and len(names) == 1 and READING.search(names[0]) is not None
    )
    return is_reader and any(_begins_in_folder(option) for each in arguments for option in options_of(each))


def _begins_in_folder(value: Value) -> bool:
    if value.__class__ is not Text or not isinstance(value.parts[0], str):
        return False
    return FOLDER.fullmatch(value.parts[0]) is not None
