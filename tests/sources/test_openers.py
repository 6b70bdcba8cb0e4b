"""Openers: of this folder first, then of other packages, then the file system."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

from webshellhunt.errors import PluginError, UnreadableError, WrongTypeError
from webshellhunt.plug_ins import PlugIn
from webshellhunt.sources import DirectorySource, MemorySource, open_source
from webshellhunt.sources.openers import load_openers

OPENED = """
from webshellhunt.sources.memory import MemorySource

def opens(location):
    return location.startswith("case:")

def open(location, *, drives, times):
    return MemorySource({"x.aspx": b"page"}, location=f"{location} {drives} {times}")
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def made(code: str) -> None:
        module = ModuleType("outsider_source")
        exec(code, module.__dict__)
        monkeypatch.setattr(EntryPoint, "load", lambda _: module)
        point = PlugIn(EntryPoint("cases", "outsider_source", "webshellhunt.sources"))
        monkeypatch.setattr("webshellhunt.sources.openers.plug_ins", lambda _: (point,))
        load_openers.cache_clear()

    yield made
    load_openers.cache_clear()


def test_a_package_opens_its_own_locations(install: Callable[[str], None], tmp_path: Path) -> None:
    install(OPENED)
    with open_source("case:7", drives={"D": tmp_path}, times="copy") as source:  # type: ignore[dict-item]
        assert isinstance(source, MemorySource)
        assert source.location == f"case:7 {{'D': {str(tmp_path)!r}}} copy"
    with open_source(tmp_path) as source:
        assert isinstance(source, DirectorySource)


def test_an_opener_of_this_folder_comes_first(
    install: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import webshellhunt.sources as package

    (tmp_path / "zz_cases.py").write_text(
        OPENED.replace('"x.aspx"', '"own.aspx"')
        .replace("*, drives, times", "options")
        .replace(" {drives} {times}", ""),
        encoding="utf-8",
    )
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    install(OPENED)
    assert [entry.name for entry in open_source("case:7").list("")] == ["own.aspx"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("def opens", "def shuts"), r"offers no 'opens\(location\)'"),
        (
            ('return location.startswith("case:")', "raise KeyError(7)"),
            r"failed when asked for a location \(KeyError: 7",
        ),
        (("return MemorySource(", "return no_such("), r"failed to open a location \(NameError"),
        (('return MemorySource({"x.aspx": b"page"}, location=f"{location} {drives} {times}")', "return 7"), "as int, "),
    ],
)
def test_a_broken_plug_in_is_named(install: Callable[[str], None], change: tuple[str, str], words: str) -> None:
    assert change[0] in OPENED
    install(OPENED.replace(*change))
    with pytest.raises(PluginError, match=f"^the plug-in cases = outsider_source .*{words}"):
        open_source("case:7")


def test_a_plug_in_says_by_our_errors_what_can_not_be_opened(install: Callable[[str], None]) -> None:
    raised = "from webshellhunt.errors import UnreadableError; raise UnreadableError('it is locked', path=location)"
    install(OPENED.replace("return MemorySource(", f"{raised}; MemorySource("))
    with pytest.raises(UnreadableError, match="case:7: it is locked"):
        open_source("case:7")


def test_what_is_no_path_is_refused_in_a_sentence() -> None:
    for wrong in (None, 7, b"/evidence", MemorySource({})):
        with pytest.raises(WrongTypeError, match=r"^open_source: location is .*; pass a path as str or pathlib.Path"):
            open_source(wrong)  # type: ignore[arg-type]
    with pytest.raises(WrongTypeError, match=r"^open_source: drives\['D'\] is of type int; pass a path"):
        open_source("x", drives={"D": 7})  # type: ignore[dict-item]
    with pytest.raises(
        WrongTypeError, match=r"^open_source: drives is of type str; pass a dict from letters to folders"
    ):
        open_source("x", drives="D=x")  # type: ignore[arg-type]
