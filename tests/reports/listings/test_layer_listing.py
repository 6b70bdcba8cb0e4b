"""Layers as they are shown: whole, but for what belongs to the victim."""

from __future__ import annotations

import json

import pytest

from tests.secrets.cases import KEY, PASSWORD
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role
from webshellhunt.reports.listings.layer_listing import json_lines, text_lines
from webshellhunt.reports.redaction import fingerprint
from webshellhunt.views.sample import Sample

CONFIG = f'<machineKey validationKey="{KEY[:20]}\n{KEY[20:]}"/>\n<identity password="{PASSWORD}"/>\n'
PAGE = f'<%@ Page Language="C#" %>\n<% c = "Server=db;Password={PASSWORD};"; p = "orange juice"; %>\n'


def shown(text: str, path: str, *, show_secrets: bool = False) -> tuple[str, dict[str, object]]:
    """Return the layers for a person, and the only layer for a tool."""
    sample = Sample(Artifact(path, path, Role.GIVEN, len(text)), text.encode())
    layers = list(enumerate(sample.layers, 1))
    [document] = json_lines(sample, layers, show_secrets=show_secrets)
    [layer] = json.loads(document)["layers"]
    return "".join(text_lines(sample, layers, show_secrets=show_secrets)), layer


def test_settings_are_shown_with_fingerprints_on_their_lines() -> None:
    text, layer = shown(CONFIG, "web.config")
    assert f'     1 | <machineKey validationKey="{fingerprint(KEY)}\n' in text
    assert '     2 | "/>\n' in text
    assert f'     3 | <identity password="{fingerprint(PASSWORD)}"/>\n' in text
    assert "  2 secrets of the victim replaced by fingerprints (--show-secrets shows them)\n" in text
    assert layer["hidden_secrets"] == 2
    for part in (KEY[:20], KEY[20:], PASSWORD):
        assert part not in text
        assert part not in json.dumps(layer)


def test_the_page_of_a_layer_says_no_secret_either() -> None:
    text, layer = shown(PAGE, "page.aspx")
    assert PASSWORD not in text + json.dumps(layer)
    assert fingerprint(PASSWORD) in json.dumps(layer["page"])
    assert "orange juice" in text
    assert "orange juice" in json.dumps(layer["page"])


@pytest.mark.parametrize(("content", "path"), [(CONFIG, "web.config"), (PAGE, "page.aspx")])
def test_on_demand_all_is_shown_as_it_stands(content: str, path: str) -> None:
    text, layer = shown(content, path, show_secrets=True)
    assert (layer["text"], layer["hidden_secrets"]) == (content, 0)
    assert PASSWORD in text
    assert "fingerprints" not in text


def test_a_text_without_secrets_is_whole() -> None:
    text, layer = shown('<%@ Page Language="C#" %>\n<% var password = "orange juice"; %>', "page.aspx")
    assert layer["hidden_secrets"] == 0
    assert 'var password = "orange juice";' in text


def test_a_file_without_a_layer_is_said_to_be_binary() -> None:
    data = bytes(range(256)) * 20
    sample = Sample(Artifact("a.png", "a.png", Role.GIVEN, len(data)), data)
    assert "no layer: the file is binary and contains no page\n" in "".join(text_lines(sample, []))
