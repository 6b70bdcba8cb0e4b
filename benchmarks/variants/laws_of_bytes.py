"""Laws of the bytes: encodings, byte order marks, line ends, a picture's header."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace

from benchmarks.variants.page_file import Edit, PageFile
from webshellhunt.pages.markup import directive_attributes
from webshellhunt.pages.page import Directive

_NEWLINE = re.compile(r"\r\n|\r|\n")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 \t\r\n]+")
_MARKS = {
    "utf-8": b"\xef\xbb\xbf",
    "utf-16-le": b"\xff\xfe",
    "utf-16-be": b"\xfe\xff",
    "utf-32-le": b"\xff\xfe\0\0",
    "utf-32-be": b"\0\0\xfe\xff",
}
_GIF = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;\r\n"

Vary = Callable[[PageFile], PageFile | None]


def encode(text: str, codec: str) -> bytes | None:
    """Return a text in a codec; UTF-7 the way attackers write it, every sign hidden. ``None`` where it doesn't fit."""
    if codec == "utf-7":
        return _NOT_PLAIN.sub(_section, text).encode("ascii")
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return None


def _section(match: re.Match[str]) -> str:
    hidden = base64.b64encode(match[0].encode("utf-16-be", "surrogatepass")).decode("ascii").rstrip("=")
    return f"+{hidden}-"


def marked(codec: str) -> Vary:
    """Write the text in a Unicode encoding, behind its byte order mark."""

    def vary(file: PageFile) -> PageFile | None:
        data = encode(file.text, codec)
        return None if data is None or file.hides_in_bytes or _code_page(file) else file.with_data(_MARKS[codec] + data)

    return vary


def configured(codec: str, name: str) -> Vary:
    """Write the text in an encoding that only ``fileEncoding`` of the configuration tells."""

    def vary(file: PageFile) -> PageFile | None:
        data = encode(file.text, codec)
        if data is None or file.hides_in_bytes:
            return None
        return replace(file, data=data, settings=file.settings._replace(file_encoding=name))

    return vary


def code_page(number: int, codec: str) -> Vary:
    """Write a classic page in a code page that its directive declares; the directive itself stays readable."""

    def vary(file: PageFile) -> PageFile | None:
        if _code_page(file) or file.reading.reason == "bom":
            return None
        text = file.text
        first = next(iter(file.page.directives), None)
        if first is None:
            head, rest = f"<%@ CODEPAGE={number} %>", text
        elif text[: first.start].strip():
            return None
        else:
            head, rest = f"{text[: first.end - 2].rstrip()} CODEPAGE={number} %>", text[first.end :]
        data = encode(rest, codec)
        return None if data is None or not head.isascii() else file.with_data(head.encode("ascii") + data)

    return vary


def _code_page(file: PageFile) -> bool:
    """Tell whether a classic page declares its code page already."""
    declared: list[Directive] = list(file.page.directives)
    return file.kind == "classic_asp" and any(
        any(a.name.lower() == "codepage" for a in directive_attributes(file.text, d.start, d.end)[1]) for d in declared
    )


def newlines(end: str) -> Vary:
    """End each line in another way."""

    def vary(file: PageFile) -> PageFile | None:
        return file.edited(
            Edit(found.start(), found.end(), end) for found in _NEWLINE.finditer(file.text) if found.group() != end
        )

    return vary


def behind_a_picture(file: PageFile) -> PageFile | None:
    """Put the smallest picture before the page."""
    if file.reading.reason == "bom" or file.reading.encoding.startswith(("utf-16", "utf-32", "utf-7")):
        return None
    if file.reading.reason == "utf-8" and not file.data.isascii():
        return None  # the picture is no UTF-8, so that the whole file would be read another way
    return file.with_data(_GIF + file.data)


def behind_a_picture_in_text(file: PageFile) -> PageFile | None:
    """Put the six letters of a picture before the page, as uploads that look at no more are deceived."""
    return file.edited([Edit(0, 0, "GIF89a;\r\n")])
