"""A layer written plainly, for signatures."""

from __future__ import annotations

from tests.views.test_sample import SHELL, sample
from webshellhunt.views.normalised_text import plain_layers


def test_a_disguised_call_is_written_plainly() -> None:
    (layer,) = sample(SHELL.replace("Request", "Request/* a */")).layers
    plain = {each.name: each.text for each in plain_layers(layer)}
    assert "Request.Item" in plain["text, written plainly"]


def test_strings_in_pieces_are_joined() -> None:
    (layer,) = sample(SHELL.replace('"k"', '"a"+"b"')).layers
    assert any('"ab"' in each.text for each in plain_layers(layer))


def test_plain_code_needs_no_other_layer() -> None:
    assert not list(plain_layers(sample(SHELL).layers[0]))
