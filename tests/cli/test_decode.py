"""``decode``: the layers of one file."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest

from tests.builders.view_states import KEY, forged
from webshellhunt.cli import main


def test_the_layers_are_numbered_and_one_may_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "a.aspx"
    page.write_text("<p>text</p>")
    assert main(["decode", str(page), "--json", "--layer", "1"]) == 0
    assert "<p>text</p>" in str(json.loads(capsys.readouterr().out))
    assert main(["decode", str(page), "--layer", "9"]) == 2
    assert "there is no layer 9" in capsys.readouterr().err


def test_a_view_state_in_a_file_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys, pasted = tmp_path / "keys.txt", tmp_path / "pasted.txt"
    keys.write_text(KEY, encoding="utf-8")
    pasted.write_bytes(b64encode(forged(generator="")))
    assert main(["decode", str(pasted), "--machine-keys", str(keys)]) == 0
    shown = capsys.readouterr().out
    assert "gadget chain: TextFormattingRunProperties" in shown
    assert f"key from: the list {keys}" in shown
    assert KEY not in shown
    assert main(["decode", str(pasted), "--json"]) == 0
    (state,) = json.loads(capsys.readouterr().out)["view_states"]
    assert (state["protection"], state["gadget_chain"]) == ("signed", "TextFormattingRunProperties")
    assert main(["decode", str(pasted), "--machine-keys", str(tmp_path / "none.txt")]) == 2
