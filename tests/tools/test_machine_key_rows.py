"""Lines of public keys are made from the keys, and nothing that is no key becomes one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.baselines import sha256
from tools.machine_key_rows import iter_keys, main
from webshellhunt.knowledge.machine_keys import key_digest

KEY, OTHER = sha256(b"one key"), sha256(b"another") * 2


def test_what_stands_for_each_new_key_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "keys.txt"
    path.write_text(f"{OTHER},{KEY.upper()}\n{KEY},\n", encoding="utf-8")
    assert main([str(path)]) == 0
    assert capsys.readouterr().out.split() == sorted({key_digest(KEY), key_digest(OTHER)})


@pytest.mark.parametrize(
    "text", ["", "AutoGenerate,IsolateApps", "31bf3856ad364e35", "0" * 64, "ab" * 32, f"{KEY}0", f"x{KEY}", OTHER * 2]
)
def test_what_is_no_key_is_left_out(text: str) -> None:
    assert list(iter_keys(text)) == []
