"""Lists of keys that may have signed a view state."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.view_states import KEY
from webshellhunt.cli.inputs.machine_keys import read_signing_keys
from webshellhunt.errors import UsageError


def test_keys_of_several_lists(tmp_path: Path) -> None:
    one, other = tmp_path / "a.txt", tmp_path / "b.txt"
    one.write_text(f"{KEY},{KEY}\n", encoding="utf-8-sig")
    other.write_text(f"{'ab' * 20}\n", encoding="utf-8")
    first, second = read_signing_keys([str(one), str(other)])
    assert (first.validation, second.validation) == (bytes.fromhex(KEY), bytes.fromhex("ab" * 20))
    assert first.origin == f"the list {one}"
    assert read_signing_keys([]) == ()


def test_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the machine keys in"):
        read_signing_keys([str(tmp_path / "none.txt")])
    with pytest.raises(UsageError):
        read_signing_keys(["a\0b"])
