"""The key file: made once, for its user alone, and refused where it protects nothing."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from webshellhunt.errors import UsageError
from webshellhunt.scan.result_cache.key_file import default_key_path, read_key

POSIX = pytest.mark.skipif(os.name == "nt", reason="modes of files are of POSIX")


def test_a_key_is_made_once(tmp_path: Path) -> None:
    place = tmp_path / "new" / "folder" / "cache.key"
    key = read_key(place)
    assert len(key) == 32
    assert read_key(place) == key
    assert read_key(tmp_path / "other") != key
    assert [each.name for each in place.parent.iterdir()] == ["cache.key"]


def test_threads_that_make_it_at_once_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: read_key(tmp_path / "cache.key"), range(16)))
    assert len(keys) == 1


@POSIX
def test_it_is_for_its_user_alone(tmp_path: Path) -> None:
    place = tmp_path / "cache.key"
    read_key(place)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    for mode in (0o640, 0o604, 0o620, 0o666):
        place.chmod(mode)
        with pytest.raises(UsageError, match="change its mode to 600") as error:
            read_key(place)
        assert error.value.path == str(place)


@pytest.mark.parametrize("content", [b"", b"key", b"0" * 63, b"g" * 64, b"0" * 64 + b"x", b"0" * 5000])
def test_another_file_is_no_key(content: bytes, tmp_path: Path) -> None:
    place = tmp_path / "cache.key"
    place.write_bytes(content)
    place.chmod(0o600)
    with pytest.raises(UsageError, match="no key of a cache"):
        read_key(place)
    assert place.read_bytes() == content


def test_what_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path, tmp_path / "file" / "key"):
        with pytest.raises(UsageError, match="can't be read or made"):
            read_key(place)


@POSIX
def test_its_usual_place_is_the_users_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert default_key_path() == tmp_path / "webshellhunt" / "cache.key"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for value in ("", "relative"):
        monkeypatch.setenv("XDG_CONFIG_HOME", value)
        assert default_key_path() == tmp_path / "home" / ".config" / "webshellhunt" / "cache.key"


def test_a_user_without_a_home_is_told_what_to_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def home() -> Path:
        raise RuntimeError

    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("APPDATA", raising=False)
    monkeypatch.setattr(Path, "home", home)
    with pytest.raises(UsageError, match="--cache-key"):
        default_key_path()
