"""``webshellhunt verify``: its sentences and its exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.bags import make_bag
from webshellhunt.cli import main

Captured = pytest.CaptureFixture[str]


def test_an_intact_bag(tmp_path: Path, capsys: Captured) -> None:
    bag = make_bag(tmp_path / "bag.zip")
    assert main(["verify", str(bag)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("the bag is intact: 2 copies, ")
    digest = out.split()[-1]
    assert main(["verify", str(bag), "--manifest", digest]) == 0
    assert main(["verify", str(bag), "--manifest", "0" * 64]) == 1
    assert "not the one of the case notes" in capsys.readouterr().out


def test_a_damaged_bag(tmp_path: Path, capsys: Captured) -> None:
    bag = make_bag(tmp_path / "bag.zip")
    data = bytearray(bag.read_bytes())
    data[data.index(b"files/00001.bin") + 80] ^= 1
    bag.write_bytes(data)
    assert main(["verify", str(bag)]) == 1
    out = capsys.readouterr().out
    assert out.startswith("files/00001.bin: ")
    assert "bytes " in out
    assert "the bag is NOT as it was made: 1 difference\n" in out


def test_a_name_in_a_bag_does_not_reach_the_terminal(tmp_path: Path, capsys: Captured) -> None:
    bag = make_bag(tmp_path / "bag", password=None)
    try:
        (bag / "files" / "a\x1b[31m").write_bytes(b"")
    except OSError:
        pytest.skip("such a name can't be made here")
    assert main(["verify", str(bag)]) == 1
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["{bag}", "--password", "wrong"], "the password is wrong"),
        (["{bag}", "--manifest", "abc"], "is no SHA-256"),
        (["{absent}"], "there is no such file or folder"),
        (["{text}"], "no evidence bag"),
    ],
)
def test_wrong_use(words: list[str], sentence: str, tmp_path: Path, capsys: Captured) -> None:
    bag, text = make_bag(tmp_path / "bag.zip"), tmp_path / "text"
    text.write_text("hello")
    filled = [each.format(bag=bag, text=text, absent=tmp_path / "absent") for each in words]
    assert main(["verify", *filled]) == 2
    assert sentence in capsys.readouterr().err
