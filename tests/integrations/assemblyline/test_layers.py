"""Decoded layers for Assemblyline: exact, without the file itself, and bounded."""

from __future__ import annotations

import pytest

from integrations.assemblyline.webshellhunt_al import layers
from integrations.assemblyline.webshellhunt_al.layers import decoded_layers
from tests.decoding.test_script_encoder import container
from webshellhunt.model.limits import Limits

_ENCODED = "<\x25@ LANGUAGE = VBScript.Encode %><%{}%>"
_PAGE = '<%@ Page Language="C#" \x25><html><body>{}</body></html>'


def test_a_plain_page_has_no_further_layer() -> None:
    assert list(decoded_layers(_PAGE.format("Welcome").encode(), "x.aspx", Limits())) == []


@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"MZ" + bytes(200), b"\xff\xfe\xfd", b"PK\x03\x04garbage"])
def test_other_files_have_none(data: bytes) -> None:
    assert list(decoded_layers(data, "x.bin", Limits())) == []


def test_an_encoded_script_is_a_layer() -> None:
    (layer,) = decoded_layers(_ENCODED.format(container("Response.Write(1)")).encode(), "x.asp", Limits())
    assert layer.step == "text, script decoded"
    assert layer.content == b"<\x25@ LANGUAGE = VBScript.Encode %><%Response.Write(1)%>"


def test_a_large_layer_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "LARGEST_BYTES", 10)
    assert list(decoded_layers(_ENCODED.format(container("Response.Write(1)")).encode(), "x.asp", Limits())) == []


def test_the_number_of_layers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "MOST_LAYERS", 0)
    assert list(decoded_layers(_ENCODED.format(container("Response.Write(1)")).encode(), "x.asp", Limits())) == []
