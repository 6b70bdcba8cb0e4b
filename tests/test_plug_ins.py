"""A plug-in is found by its entry point, and one that fails is named with its package."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from webshellhunt.errors import PluginError, UnreadableError
from webshellhunt.plug_ins import PlugIn, plug_ins


def test_plug_ins_come_in_order_of_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "outsider-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: outsider\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[webshellhunt.tests]\nb = os.path\na = os:sep\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [each.name for each in plug_ins("webshellhunt.tests")] == ["a", "b"]
    assert plug_ins("webshellhunt.test") == ()
    assert plug_ins("webshellhunt.tests")[0].words == "the plug-in a = os:sep of the package outsider"


PLUG_IN = PlugIn(EntryPoint("x", "no_such_module_at_all", "webshellhunt.tests"))


def test_what_can_not_be_loaded_is_named() -> None:
    with pytest.raises(
        PluginError, match=r"^the plug-in x = no_such_module_at_all can't be loaded .ModuleNotFoundError: "
    ):
        PLUG_IN.load()


def test_an_error_of_ours_may_be_meant() -> None:
    error = UnreadableError("locked", path="x")
    with pytest.raises(UnreadableError), PLUG_IN.guarded("failed", own_errors=True):
        raise error
    words = r"failed \(UnreadableError: x: locked\); repair or uninstall it"
    with pytest.raises(PluginError, match=words), PLUG_IN.guarded("failed"):
        raise error


def test_an_interrupt_is_not_an_error_of_a_plug_in() -> None:
    with pytest.raises(KeyboardInterrupt), PLUG_IN.guarded("failed"):
        raise KeyboardInterrupt
