"""Charsets, defanged text, encoded scripts and rewritten addresses: bytes and texts become texts."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from tests.builders.inert import live
from tests.fuzz.door import Door
from webshellhunt.decoding.charset import decode_candidates
from webshellhunt.decoding.script_encoder import decode_script, iter_encoded
from webshellhunt.defang import defang, inert, read_fixture, refang, restored
from webshellhunt.errors import FixtureError
from webshellhunt.model.settings import PageKind, PageSettings

_PAGE = live('<\x25@ Page Language="C#" codepage=65001 \x25>\r\n<p>é“”Ж表</p><\x25 Req·uest["k"]; \x25>\r\n')
_ENCODINGS = (None, "utf-7", "utf-16", "IBM037", "gb2312", "shift_jis", "iso-2022-jp", "utf-32")


def _charset_seeds() -> Iterator[bytes]:
    for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-7", "cp1252", "cp037", "gbk", "shift_jis",
                 "iso2022_jp", "hz"):  # fmt: skip
        yield _PAGE.encode(name, "replace")
    yield codecs.BOM_UTF8 + b"\xff\x00\xfe" * 9


def _decode(data: bytes) -> object:
    found = []
    for kind in (PageKind.WEB_FORM, PageKind.CLASSIC_ASP, PageKind.STATIC):
        for encoding in _ENCODINGS:
            for each in decode_candidates(data, kind, PageSettings(file_encoding=encoding)):
                ends = [each.byte_offset(at) for at in range(0, len(each.text) + 1, 1 + len(each.text) // 50)]
                assert ends == sorted(ends)
                assert all(0 <= end <= len(data) for end in ends)
                found.append((each.encoding, each.reason, len(each.text)))
    return found


def _round_trip(data: bytes) -> object:
    written = defang(data)
    assert written.isascii() or "·" in written
    assert refang(written) == data
    text = data.decode("utf-8", "replace")
    assert restored(inert(text)) == text.replace("\N{MIDDLE DOT}", "") or "\N{MIDDLE DOT}" in text
    return len(written)


def _refang(data: bytes) -> object:
    text = data.decode("utf-8", "replace")
    found: list[object] = []
    for read in (refang, read_fixture):
        try:
            found.append(read(text))
        except FixtureError as error:
            found.append(str(error))
    return found


def _script(data: bytes) -> object:
    text = data.decode("latin-1")
    assert len(decode_script(text)) <= len(text)
    return [(*each[:2], each.text, each.note) for each in iter_encoded(text)]


def _encoded() -> Iterator[bytes]:
    yield b"#@~^DgAAAA==\\ko$K6,JCV^GJqAQAAA==^#~@"
    yield b"<script language=VBScript.Encode>#@~^AAAAAA==@#@&@!@*@$AAAAAA==^#~@</script>"


def _fixtures() -> Iterator[bytes]:
    head = b"webshellhunt-fixture: 1\npath: a/x.aspx\nclass: benign\nexpect: WSH1001\norigin: written\n\n"
    yield head + b"\xc2\xb7<%@\xc2\xb7 Pa\xc2\xb7ge\\x0d\n"
    yield defang(_PAGE.encode("utf-16")).encode()


_WORDS = [
    b"+AGU-",
    b"+",
    b"-",
    b"\x1b$B",
    b"\x1b(B",
    b"~{",
    b"~}",
    b"\x00",
    b"\x81\x30\x81\x30",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
]
DOORS = (
    Door("charset", _charset_seeds, _decode, ("decoding",), _WORDS, steps=40_000),
    Door("defang", _charset_seeds, _round_trip, ("defang",)),
    Door(
        "refang",
        _fixtures,
        _refang,
        ("defang",),
        [b"\\x", b"\xc2\xb7", b"path: ", b"class: missed", b"expect: ", b"\\"],
    ),
    Door(
        "encoded-script",
        _encoded,
        _script,
        ("decoding.script_encoder",),
        [b"#@~^", b"==", b"^#~@", b"@#", b"@&", b"@*", b"@!"],
    ),
)
