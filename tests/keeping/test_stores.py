"""Where a bag is written: completely or not at all, over nothing, and readable only if that is asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from webshellhunt.cli import main
from webshellhunt.errors import UsageError
from webshellhunt.keeping.readme import readme
from webshellhunt.keeping.stores import Store, is_bag, new_target, open_store
from webshellhunt.reports.destination import partial_path
from webshellhunt.sources import MemorySource


def fill(store: Store) -> None:
    for name in ("README.txt", "files/1.bin"):
        member = store.open_member(name, 5)
        member.write(b"bytes")
        member.close()
    store.close()


@pytest.mark.parametrize("password", ["infected", None])
def test_a_complete_store_gets_its_name(tmp_path: Path, password: str | None) -> None:
    target = tmp_path / "bag"
    with open_store(target, password) as store:
        fill(store)
        assert not target.exists()
        assert store.partial.exists()
    assert [each.name for each in tmp_path.iterdir()] == ["bag"]
    if password is None:
        assert (target / "files" / "1.bin").read_bytes() == b"bytes"


@pytest.mark.parametrize("password", ["infected", None])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), ZeroDivisionError()])
def test_an_error_leaves_nothing(tmp_path: Path, password: str | None, error: BaseException) -> None:
    def fail() -> None:
        with open_store(tmp_path / "bag", password) as store:
            store.open_member("files/1.bin", 5).write(b"bytes")
            raise error

    with pytest.raises((UsageError, KeyboardInterrupt, ZeroDivisionError)):
        fail()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("password", ["infected", None])
def test_nothing_is_replaced(tmp_path: Path, password: str | None) -> None:
    target = tmp_path / "bag"
    target.write_text("mine")
    with pytest.raises(UsageError, match="exists"), open_store(target, password):
        pass
    assert target.read_text() == "mine"


@pytest.mark.parametrize("password", ["infected", None])
@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_meanwhile_is_not_replaced(
    tmp_path: Path, password: str | None, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "not supported")

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    target = tmp_path / "bag"

    def race() -> None:
        with open_store(target, password) as store:
            fill(store)
            target.write_text("mine")

    with pytest.raises(UsageError, match="exists by now"):
        race()
    assert [each.name for each in tmp_path.iterdir()] == ["bag"]
    assert target.read_text() == "mine"


def test_a_file_system_without_links_works_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "not supported")

    monkeypatch.setattr(os, "link", refuse)
    with open_store(tmp_path / "bag", "infected") as store:
        fill(store)
    assert (tmp_path / "bag").is_file()


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="its folder does not exist"), open_store(tmp_path / "a" / "bag", "x"):
        pass


def test_names_that_can_not_be_targets(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="empty"):
        new_target("")
    with pytest.raises(UsageError):
        new_target("a\0b")
    assert len(partial_path(tmp_path / ("é" * 120)).name.encode()) < 255


def test_the_title_decides() -> None:
    assert is_bag(MemorySource({"README.txt": readme(None)}))
    assert not is_bag(MemorySource({"README.txt": b"Read me"}))
    assert not is_bag(MemorySource({"files/README.txt": readme(None)}))
    assert not is_bag(MemorySource({"README.txt": readme(None)}, unreadable=("README.txt",)))


def test_a_hunt_through_a_bag_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "README.txt").write_bytes(readme(None))
    main(["hunt", "--jobs", "1", "--quiet", str(tmp_path)])
    assert "this is an evidence bag: 'webshellhunt verify' checks it" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize("password", [None, "infected"])
def test_a_bag_is_readable_by_its_owner_alone(password: str | None, tmp_path: Path) -> None:
    target, before = tmp_path / "bag", os.umask(0)
    try:
        with open_store(target, password) as store:
            fill(store)
    finally:
        os.umask(before)
    modes = {place.stat().st_mode & 0o077 for place in (target, *target.rglob("*"))}
    assert modes == {0}
