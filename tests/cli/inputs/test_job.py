from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from tests.builders.view_states import KEY as SIGNING_KEY
from webshellhunt.cli.inputs.job import job_for, read_signing_keys
from webshellhunt.errors import UsageError
from webshellhunt.knowledge.machine_keys import key_digest

KEY = "00112233445566778899AABBCCDDEEFF"


def arguments(*lists: Path) -> Namespace:
    return Namespace(
        baselines=[], accepted=[], signatures=[], engine="auto", machine_keys=[str(path) for path in lists]
    )


def test_keys_of_all_lists_count(tmp_path: Path) -> None:
    first, second = tmp_path / "first.txt", tmp_path / "second.csv"
    first.write_text(f"\ufeff{KEY}\n", encoding="utf-8")
    second.write_text(f"{KEY[::-1]},{KEY}\n", encoding="utf-8")
    assert job_for(arguments(first, second)).machine_keys == {key_digest(KEY), key_digest(KEY[::-1])}
    assert job_for(arguments()).machine_keys == frozenset()
    assert job_for(arguments(first, second)).signing_keys == ((KEY.lower(), ""), (KEY[::-1].lower(), KEY.lower()))


def test_a_list_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"\0none")
    with pytest.raises(UsageError, match="contains no machine key"):
        job_for(arguments(empty))
    with pytest.raises(UsageError, match="can't be read"):
        job_for(arguments(tmp_path / "absent.txt"))


def test_keys_of_several_lists(tmp_path: Path) -> None:
    one, other = tmp_path / "a.txt", tmp_path / "b.txt"
    one.write_text(f"{SIGNING_KEY},{SIGNING_KEY}\n", encoding="utf-8-sig")
    other.write_text(f"{'ab' * 20}\n", encoding="utf-8")
    first, second = read_signing_keys([str(one), str(other)])
    assert (first.validation, second.validation) == (bytes.fromhex(SIGNING_KEY), bytes.fromhex("ab" * 20))
    assert first.origin == f"the list {one}"
    assert read_signing_keys([]) == ()


def test_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the machine keys in"):
        read_signing_keys([str(tmp_path / "none.txt")])
    with pytest.raises(UsageError):
        read_signing_keys(["a\0b"])
