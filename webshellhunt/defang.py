r"""Defanging: the codec that stores malicious text in an inert form, and restores it only in memory.

A defanged line starts with a middle dot and has another one after every third character, so that no run of four
bytes of the original remains. Bytes other than printable ASCII, the backslash, and a space at the end of a line are
written as ``\xNN``. Line feeds are line ends; a last line without one ends in a single backslash. The form is readable
in a diff, and survives tools that change line ends.

A text *about* evidence (a message, a name, a URL, a row of a log) stays readable: `inert` breaks only the words of code
in it, as ``e·val(``, so that no scanner takes a report for a page, and `restored` undoes that.

A *fixture* is a defanged text with a short header: its class, and the rules that must find it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from webshellhunt.errors import FixtureError
from webshellhunt.lazy_pattern import lazy_pattern

_DOT = "\N{MIDDLE DOT}"
_GROUP = 3
_NO_LINE_FEED = "\\"
_SHOWN = tuple(chr(b) if 0x20 <= b < 0x7F and b != 0x5C else f"\\x{b:02x}" for b in range(256))
_LINE = lazy_pattern(rf"(?:{_DOT}(?:[ -\[\]-~]|\\x[0-9A-Fa-f]{{2}}){{0,{_GROUP}}})+(\\?)")
_ESCAPE = lazy_pattern(rb"\\x([0-9A-Fa-f]{2})")
_FIELD = lazy_pattern(r"([a-z][a-z0-9-]*):(?:[ \t]+(.*))?")
_COMMENT = lazy_pattern(r"(?:^|[ \t]+)# .*$")

_OPENER = r"(?:%|\?(?:php|=|\s)|/?(?:script|object|jsp:|asp:|cf\w|configuration\b)|!--\s{0,8}#)"
_MEMBER = r"(?:form|querystring|params|item|cookies|headers|inputstream|files|servervariables|get\w+)\b"
_CALLED = r"\s{0,20}(?:\((?!WSH)|%28)"
_CALLED_WITH_TEXT = r"(?:\(|%28|\s{1,20}\(\s{0,8}[\"'$@])"
_CODE_CALLS = (
    "eval", "frombase64string", "createobject", "getruntime", "defineclass", "base64_decode", "gzinflate",
    "shell_exec", "passthru", "proc_open", "pcntl_exec", "create_function", r"process\s{0,8}\.\s{0,8}start",
    r"assembly\s{0,8}\.\s{0,8}load", r"activator\s{0,8}\.\s{0,8}createinstance",
)  # fmt: skip
_ENGLISH_CALLS = ("execute", "executeglobal", "exec", "assert", "system", "popen")
_CODE = (
    rf"<(?={_OPENER})",
    rf"&(?=lt;{_OPENER})",
    r"%(?=3c(?:%25|%3f|/|%2f|script|object))",
    r"r(?=unat\s{0,8}(?:=|%3d))",
    *(rf"{each[0]}(?={each[1:]}{_CALLED})" for each in _CODE_CALLS),
    *(rf"{each[0]}(?={each[1:]}{_CALLED_WITH_TEXT})" for each in _ENGLISH_CALLS),
    r"e(?=(?:val|xecute|xecuteglobal)\s{1,8}\(?\s{0,8}request\b)",
    r"\$(?=\{?[\"']?_(?:get|post|request|cookie|server|files)\b)",
    r"n(?=ew:\s{0,8}\{?[0-9a-f]{8}-)",
)
_NEXT_TO_CODE = (rf"r(?=equest\s{{0,8}}(?:[\[(]|%28|%5b|\.\s{{0,8}}{_MEMBER}))",)
"""Words that are split after their first character. A text holds code if it has one of the first: a mark that opens
code, a call that runs a text, the visitor's values of PHP. Without one of them none of our rules matches. The second
are split in such a text only, since a sentence names them, too: ``Request('key') → eval``."""

_HOLDS_CODE = lazy_pattern("|".join(_CODE), re.IGNORECASE | re.ASCII)
_WORDS_OF_CODE = lazy_pattern("|".join((*_CODE, *_NEXT_TO_CODE)), re.IGNORECASE | re.ASCII)
_MAY_HOLD_CODE = lazy_pattern(r"[<(\[$%=&]")
"""A character of each word of code, but for the name of an object by its class."""

_MAGIC = "webshellhunt-fixture"
_REQUIRED = ("path", "class", "expect", "origin")
_OPTIONAL = ("mapping", "about")


class FixtureClass(StrEnum):
    """The class of a fixture: malicious, benign, or malicious and not detected yet."""

    MALICIOUS = "malicious"
    BENIGN = "benign"
    MISSED = "missed"


class Fixture(NamedTuple):
    """One defanged text and its header.

    ``path`` is the path of the file on the server; ``expect`` the ids of the rules that match: exactly these,
    of 9xxx (signatures) at least these. ``about`` is a sentence about its technique. ``mapping`` is a handler mapping
    of the configuration above the file, as a pattern and a kind of page (``*.png web_form``).
    """

    path: str
    fixture_class: FixtureClass
    expect: tuple[str, ...]
    origin: str
    data: bytes
    about: str = ""
    mapping: str = ""


def defang(data: bytes) -> str:
    """Return bytes as inert text, which `refang` converts back exactly."""
    *lines, last = data.split(b"\n")
    text = "".join(f"{_defang_line(line)}\n" for line in lines)
    return f"{text}{_defang_line(last)}{_NO_LINE_FEED}\n" if last else text


def refang(text: str) -> bytes:
    """Return the bytes of a defanged text.

    Raises:
        FixtureError: A line is not in defanged form; its number is 1-based.
    """
    return refang_lines(split_lines(text), 1)


def refang_lines(lines: Iterable[str], first_line: int) -> bytes:
    """Return the bytes of defanged lines without their ends; ``first_line`` is the number of the first, for errors."""
    pieces: list[bytes] = []
    ended = False
    for number, line in enumerate(lines, first_line):
        found = _LINE.fullmatch(line)
        if ended or found is None:
            raise FixtureError(_complaint(ended), line=number)
        ended = bool(found[1])
        shown = line.replace(_DOT, "").encode("ascii")
        pieces.append(_ESCAPE.sub(_unescape, shown[:-1] if ended else shown + b"\n"))
    return b"".join(pieces)


def inert(text: str) -> str:
    """Return a text about evidence with a middle dot in each word of code; most texts have none and stay as they are.

    The result holds no code any more, so that it stays the same if it is made inert again.
    """
    if _MAY_HOLD_CODE.search(text) is None and "new:" not in text.lower():
        return text
    if _HOLDS_CODE.search(text) is None:
        return text
    return _WORDS_OF_CODE.sub(rf"\g<0>{_DOT}", text)


def restored(text: str) -> str:
    """Return the text that `inert` changed; one that has other middle dots stays as it is."""
    if _DOT not in text:
        return text
    plain = text.replace(_DOT, "")
    return plain if inert(plain) == text else text


def read_fixture(text: str) -> Fixture:
    """Read a fixture: its header, an empty line, the defanged text.

    Raises:
        FixtureError: The header or the text is malformed; ``line`` is the place.
    """
    lines = split_lines(text)
    head = lines.index("") if "" in lines else len(lines)
    fields = read_fields(lines[:head], 1, {_MAGIC, *_REQUIRED, *_OPTIONAL})
    if fields.get(_MAGIC) != "1":
        raise FixtureError(f"a fixture starts with '{_MAGIC}: 1'", line=1)
    for name in _REQUIRED:
        if name not in fields:
            raise FixtureError(f"the header has no '{name}:'", line=head)
    if fields["class"] not in list(FixtureClass):
        raise FixtureError(f"class '{fields['class']}' is none of {', '.join(FixtureClass)}", line=head)
    return Fixture(
        path=fields["path"],
        fixture_class=FixtureClass(fields["class"]),
        expect=tuple(fields["expect"].split()),
        origin=fields["origin"],
        data=refang_lines(lines[head + 1 :], head + 2),
        about=fields.get("about", ""),
        mapping=fields.get("mapping", ""),
    )


def load_fixture(path: Path) -> Fixture:
    """Read the fixture in a file.

    Raises:
        FixtureError: It is malformed; the error has the path and the line.
    """
    try:
        return read_fixture(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise FixtureError("a fixture is UTF-8 text", path=str(path)) from error
    except FixtureError as error:
        raise FixtureError(error.message, path=str(path), line=error.line) from error


def write_fixture(fixture: Fixture) -> str:
    """Return the text of a fixture, for `read_fixture`.

    Raises:
        FixtureError: A value of its header can't be written without a change.
    """
    fields: Mapping[str, str] = {
        _MAGIC: "1",
        "path": fixture.path,
        "class": fixture.fixture_class,
        "expect": " ".join(fixture.expect),
        "origin": fixture.origin,
        "mapping": fixture.mapping,
        "about": fixture.about,
    }
    for name, value in fields.items():
        if value != _COMMENT.sub("", value).strip() or split_lines(value) not in ([value], []):
            raise FixtureError(f"'{name}' is one line without blanks around it or a ' # ' in it")
    head = "".join(f"{name}: {value}".rstrip() + "\n" for name, value in fields.items() if value or name in _REQUIRED)
    return f"{head}\n{defang(fixture.data)}"


def split_lines(text: str) -> list[str]:
    """Split text into lines only at LF or CRLF; a line end at the end of the text adds no empty line."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


def read_fields(lines: Iterable[str], first_line: int, known: Iterable[str]) -> dict[str, str]:
    """Parse ``name: value`` lines; a ``#`` with a space before and after it starts a comment."""
    known = frozenset(known)
    fields: dict[str, str] = {}
    for number, line in enumerate(lines, first_line):
        bare = _COMMENT.sub("", line).rstrip()
        if not bare:
            continue
        found = _FIELD.fullmatch(bare)
        if found is None:
            raise FixtureError("expected 'name: value'", line=number)
        if found[1] not in known:
            raise FixtureError(f"unknown field '{found[1]}'; known are {', '.join(sorted(known))}", line=number)
        if found[1] in fields:
            raise FixtureError(f"'{found[1]}:' stands twice", line=number)
        fields[found[1]] = (found[2] or "").strip()
    return fields


def _defang_line(line: bytes) -> str:
    shown = [_SHOWN[byte] for byte in line]
    if line.endswith(b" "):
        shown[-1] = "\\x20"
    return "".join(_DOT + "".join(shown[i : i + _GROUP]) for i in range(0, max(len(shown), 1), _GROUP))


def _unescape(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[1].decode("ascii"))


def _complaint(ended: bool) -> str:
    if ended:
        return "a line follows the one marked as the last"
    return "not a defanged line: a middle dot at its start and after at most every third character, \\xNN for the rest"
