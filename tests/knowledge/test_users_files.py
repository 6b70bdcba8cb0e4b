"""Files of rules that a user passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from webshellhunt.errors import UsageError
from webshellhunt.knowledge import users_files
from webshellhunt.knowledge.users_files import MOST_BYTES, iter_files, read_file


def test_folders_are_listed_in_order(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    for name in ("b.toml", "a.TOML", "c.txt", "more/d.toml"):
        (tmp_path / name).write_bytes(name.encode())
    named = tmp_path / "b.toml"
    found = list(iter_files([str(tmp_path), str(named), str(named)], [".toml"]))
    assert found == [
        (tmp_path / "a.TOML", False),
        (tmp_path / "b.toml", False),
        (tmp_path / "more" / "d.toml", False),
        (named, True),
    ]
    assert read_file(named) == b"b.toml"


def test_errors_name_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"no file that ends with \.yml or \.yaml"):
        list(iter_files([str(tmp_path)], [".yml", ".yaml"]))
    with pytest.raises(UsageError, match="there is no such file or folder"):
        list(iter_files([str(tmp_path / "none.yml")], [".yml"]))
    (tmp_path / "some.txt").write_bytes(b"")
    with pytest.raises(UsageError, match=r"does not end with \.yml"):
        list(iter_files([str(tmp_path / "some.txt")], [".yml"]))
    with pytest.raises(UsageError, match="can't be read") as raised:
        read_file(tmp_path / "none")
    assert raised.value.path == str(tmp_path / "none")
    (tmp_path / "large.yml").write_bytes(bytes(MOST_BYTES + 1))
    with pytest.raises(UsageError, match="larger than 1 MiB"):
        read_file(tmp_path / "large.yml")
    monkeypatch.setattr(users_files, "MOST_FILES", 0)
    with pytest.raises(UsageError, match="too many"):
        list(iter_files([str(tmp_path)], [".yml"]))
