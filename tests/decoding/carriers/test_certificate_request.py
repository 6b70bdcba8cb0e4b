"""Scripts in the names of a certificate request."""

from __future__ import annotations

import pytest

from tests.builders import der
from tests.builders.carried_code import BLOCK, SCRIPT
from webshellhunt.decoding.carriers.certificate_request import open_carrier


@pytest.mark.parametrize("kind", [der.UTF8, der.PRINTABLE, der.TELETEX, der.BMP, der.UNIVERSAL])
def test_each_type_of_string(kind: int) -> None:
    data = der.request(
        [der.name(der.ORGANIZATION, "Example", der.PRINTABLE), der.name(der.COMMON_NAME, SCRIPT.decode(), kind)]
    )
    carried = list(open_carrier(data))
    assert [c.data for c in carried] == [SCRIPT]
    assert data[carried[0].start : carried[0].end].decode(der.CODECS[kind]).encode() == SCRIPT
    assert carried[0].executes == (kind not in (der.BMP, der.UNIVERSAL))
    assert carried[0].facts["subject"] == f"O=Example, CN={SCRIPT.decode()}"
    assert carried[0].name.startswith("CN (")


def test_the_text_form_is_an_attempt() -> None:
    data = b"before\r\n" + der.pem(der.request([der.name(der.COMMON_NAME, SCRIPT.decode(), der.UTF8)])) + b"after"
    carried = list(open_carrier(data))
    assert [(c.data, c.executes, c.facts["form"]) for c in carried] == [(SCRIPT, False, "PEM")]
    assert data[carried[0].start : carried[0].end].startswith(b"-----BEGIN")


def test_an_alternative_name() -> None:
    data = der.request([der.name(der.COMMON_NAME, "mail.example.org", der.UTF8)], alternative=SCRIPT)
    assert [(c.name, c.data) for c in open_carrier(data)] == [("subjectAltName (dNSName)", SCRIPT)]


def test_code_over_several_names_is_found_as_the_server_reads_it() -> None:
    half = len(BLOCK) // 2
    parts = BLOCK[:half].decode(), BLOCK[half:].decode()
    data = der.request(
        [der.name(der.COMMON_NAME, parts[0] + "/* ", der.UTF8), der.name(der.ORGANIZATION, " */" + parts[1], der.UTF8)]
    )
    carried = list(open_carrier(data))
    assert len(carried) == 1
    assert carried[0].executes
    assert carried[0].data == data[data.index(b"<%") : data.index(b"%>") + 2]


@pytest.mark.parametrize(
    "data", [b"0" * 200, b"0\x82", der.request([der.name(der.COMMON_NAME, "mail.example.org", der.UTF8)])]
)
def test_nothing_in_honest_requests_and_text(data: bytes) -> None:
    assert not list(open_carrier(data))
    assert not list(open_carrier(der.pem(data)))
