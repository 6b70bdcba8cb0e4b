"""XML of configuration files as a small tree with line numbers and byte offsets.

Evidence is hostile: nothing is expanded or fetched, a document type declaration is rejected, and size, depth and
number of elements are bounded. ``ConfigError`` is the only exception for unreadable XML.
"""

from __future__ import annotations

import codecs
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final
from xml.parsers import expat

from webshellhunt.errors import ConfigError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.limits import Limits

MAX_DEPTH: Final = 256
MAX_ELEMENTS: Final = 200_000
_LONGEST_LOCATION: Final = 80
_LONGEST_TAG: Final = 4096
_NEAR: Final = 400
_LONGEST_PATH: Final = 200

_LIMIT_BYTES: Final = Limits().config_bytes
_DECLARED = lazy_pattern(rb"""<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9][\w.:-]{0,40})["']""")
_LIKELY_START = lazy_pattern(rb"(?i)<\?xml\s|<configuration\b")
# A declaration that is readable as ASCII can't be in one of these encodings.
_NOT_ASCII: Final = frozenset({"utf-16", "utf-16le", "utf-16be", "ucs-2", "unicode", "iso-10646-ucs-2", "utf-32"})
# Only plain text codecs: Python also has decompressors and codecs of quadratic cost (punycode, idna).
_TEXT_CODEC = lazy_pattern(
    r"(?:cp|iso8859-|mac-|koi8-|windows-)\w+|gb2312|gbk|gb18030|hz|big5\w*|shift_ji\w+|euc_\w+|iso2022_\w+|johab"
    r"|tis-620|utf-7|ptcp154"
)


@dataclass(slots=True, eq=False)
class Element:
    """One element: its name without prefix, its attributes, and the position of its start tag.

    Names of elements and attributes are compared without case, although IIS is strict, so that attempts are found, too.
    ``text`` is the character data directly inside, stripped.

    Units: ``line`` from 1; ``offset`` in bytes of the file, from 0 (near the place, in the rare stateful encodings).
    """

    tag: str
    attributes: dict[str, str]
    line: int
    offset: int
    children: list[Element] = field(default_factory=list, repr=False)
    text: str = ""
    _by_name: dict[str, list[Element]] | None = field(default=None, init=False, repr=False)

    def get(self, name: str, default: str = "") -> str:
        """Return the stripped value of an attribute; its name is compared without case."""
        value = self.attributes.get(name)
        if value is None:
            wanted = name.lower()
            value = next((text for key, text in self.attributes.items() if key.lower() == wanted), default)
        return value.strip()

    def find(self, path: str) -> Element | None:
        """Return the first element at a path of names such as ``system.web/globalization``."""
        return next(iter(self.find_all(path)), None)

    def find_all(self, path: str) -> list[Element]:
        """Return every element at a path of names, in document order."""
        found = [self]
        for name in path.lower().split("/"):
            found = [child for element in found for child in element.children if child.tag.lower() == name]
        return found

    def named(self, name: str) -> list[Element]:
        """Return this element and its descendants that have a lower-case name, in document order.

        An index by name is built at the first call.
        """
        if self._by_name is None:
            self._by_name = {}
            for element in islice(self.iter(), 1, None):  # without itself, to avoid a reference cycle
                self._by_name.setdefault(element.tag.lower(), []).append(element)
        below = self._by_name.get(name, [])
        return [self, *below] if self.tag.lower() == name else below

    def iter(self) -> Iterator[Element]:
        """Yield this element and its descendants in document order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(element.children)


def parse_xml(data: bytes, path: str, *, limit_bytes: int = _LIMIT_BYTES) -> Element:
    """Return the root element of an XML file.

    Byte order marks take precedence over the declared encoding; a file that declares UTF-16 but is in another encoding
    is read as UTF-8, which most such files are.

    Raises:
        ConfigError: Malformed, a document type declaration, an unknown encoding, too large, deep or many elements.
    """
    root, error = _read(data, path, limit_bytes)
    if error is not None:
        raise error
    if root is None:
        raise ConfigError("no element", path=path)
    return root


def section_in_line(root: Element, data: bytes, offset: int) -> str:
    """Return the path of the section with the element at an offset, if its line has others; otherwise an empty text."""
    start, end = max(0, offset - _NEAR), data.find(b">", offset, offset + _LONGEST_TAG) + 1 or offset
    before = data[start:offset].rpartition(b"\n")[2]
    after = data[end : end + _NEAR].partition(b"\n")[0]
    return path_of(root, offset) if b"<" in before + after else ""


def path_of(root: Element, offset: int) -> str:
    """Return the path of the section with the element at an offset: ``location "app"/system.webServer/handlers``."""
    names: list[str] = []
    element = root
    while element.children:
        at = bisect_right(element.children, offset, key=lambda each: each.offset) - 1
        if at < 0 or element.children[at].offset == offset:
            break
        element = element.children[at]
        place = element.get("path")[:_LONGEST_LOCATION] if element.tag.lower() == "location" else ""
        names.append(f'{element.tag} "{place}"' if place else element.tag)
    return "/".join(names)[:_LONGEST_PATH]


def salvage_xml(
    data: bytes, path: str, *, limit_bytes: int = _LIMIT_BYTES
) -> tuple[Element | None, ConfigError | None]:
    """Return the readable part of the tree, and the error that ended it.

    This is for files that the server rejects, which still show the attempts of an intruder: text after the root element
    or before the declaration, a truncated file, bytes outside the encoding, a document type (which is skipped, so that
    its entities stay undefined).
    """
    root, error = _read(data, path, limit_bytes)
    if error is None or len(data) > limit_bytes:
        return root, error
    if root is None and (start := _LIKELY_START.search(data)) is not None and start.start() > 0:
        root = _read(data, path, limit_bytes, start=start.start())[0]
    if error.message.endswith("(invalid token)"):
        # Every byte is a character in latin-1, so that only the markup can still be invalid.
        other = _read(data, path, limit_bytes, codec="iso-8859-1")[0]
        root = max(root, other, key=lambda tree: sum(1 for _ in tree.iter()) if tree else 0)
    return root, error


class _Builder:
    """Builds the tree from expat's events, and raises an error at the first violated bound."""

    def __init__(self, path: str, encoding: str | None) -> None:
        self.root: Element | None = None
        self.parser = parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        self._path = path
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._count = 0

    def close(self) -> None:
        """Remove the handlers from the parser: a reference cycle stays in memory until a garbage collection."""
        parser = self.parser
        parser.StartElementHandler = parser.EndElementHandler = None
        parser.CharacterDataHandler = parser.StartDoctypeDeclHandler = None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise self._refusal(f"more than {MAX_ELEMENTS} elements")
        if len(self._open) >= MAX_DEPTH:
            raise self._refusal(f"elements nested more than {MAX_DEPTH} deep")
        parser = self.parser
        tag = name.rpartition(":")[2] if ":" in name else name
        element = Element(tag, attributes, parser.CurrentLineNumber, parser.CurrentByteIndex)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._texts.append([])

    def _end(self, _name: str) -> None:
        self._open.pop().text = "".join(self._texts.pop()).strip()

    def _text(self, text: str) -> None:
        if self._texts:
            self._texts[-1].append(text)

    def _doctype(self, _name: str, _system: str | None, _public: str | None, _has_subset: int) -> None:
        raise self._refusal("document type declaration, which no server configuration has; the rest is not read")

    def _refusal(self, reason: str) -> ConfigError:
        parser = self.parser
        return ConfigError(reason, path=self._path, line=parser.CurrentLineNumber, offset=parser.CurrentByteIndex)


def _read(
    data: bytes, path: str, limit_bytes: int, *, codec: str | None = None, start: int = 0
) -> tuple[Element | None, ConfigError | None]:
    """Parse once; return the tree that was read, and the error if it is incomplete."""
    if len(data) > limit_bytes:
        return None, ConfigError(f"more than the limit of {limit_bytes:,} bytes", path=path)
    body = data[start:] if start else data
    try:
        encoding, transcode = (codec, None) if codec else _encodings(body)
    except LookupError as problem:
        return None, ConfigError(str(problem), path=path, line=1, offset=0)
    text = body.decode(transcode, "replace").encode("utf-8", "replace") if transcode else body
    builder = _Builder(path, "utf-8" if transcode else encoding)
    error = _run(builder, text, path)
    builder.close()
    shift_line = data.count(b"\n", 0, start)
    if builder.root is not None and (transcode or start):
        _relocate(builder.root, text, transcode, start, shift_line)
    return builder.root, error


def _run(builder: _Builder, text: bytes, path: str) -> ConfigError | None:
    """Feed the parser, and return each of its errors as a ``ConfigError``."""
    try:
        builder.parser.Parse(text, True)
    except ConfigError as refusal:
        return refusal
    except expat.ExpatError as problem:
        reason = (expat.ErrorString(problem.code) or "malformed").removeprefix("not well-formed ")
        where = builder.parser.ErrorByteIndex
        return ConfigError(f"not well-formed XML: {reason}", path=path, line=problem.lineno, offset=where)
    except (ValueError, LookupError) as problem:  # an encoding that expat or its Python module doesn't support
        return ConfigError(f"undecodable XML: {problem}", path=path, line=builder.parser.CurrentLineNumber)
    return None


def _encodings(data: bytes) -> tuple[str | None, str | None]:
    """Return the encoding for expat, or the Python codec that decodes the data for it."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return None, "utf-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", None
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8", None
    declared = _DECLARED.match(data)
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if name == "utf-8":
        return None, None
    if name in _NOT_ASCII:
        return "utf-8", None
    if name in ("iso-8859-1", "latin1", "us-ascii", "ascii"):
        return "iso-8859-1", None
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        codec = ""
    if not _TEXT_CODEC.fullmatch(codec):
        raise LookupError(f"unknown encoding {name!r}")
    return None, codec


def _relocate(root: Element, text: bytes, codec: str | None, start: int, shift_line: int) -> None:
    """Convert the offsets in the parsed text into offsets in the file."""
    seen = 0
    origin = start
    if codec == "utf-32":
        codec = "utf-32-le"  # the name without byte order would add a byte order mark to every piece
        origin += len(codecs.BOM_UTF32_LE)
    for element in root.iter():
        piece = text[seen : element.offset]
        seen = element.offset
        origin += len(piece.decode("utf-8", "replace").encode(codec, "replace")) if codec else len(piece)
        element.offset = origin
        element.line += shift_line
