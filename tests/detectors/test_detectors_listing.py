"""A file in the folder, or an entry point of another package, is all it takes to add a detector."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from webshellhunt.cli import main
from webshellhunt.detectors import ENTRY_POINTS, _load, detectors_on, iter_rules, load_detectors, outsiders
from webshellhunt.errors import PluginError
from webshellhunt.plug_ins import PlugIn
from webshellhunt.views.sample import Code, Sample

MODULE = """
from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.views.sample import Code

RULE = define_rule("outsiders.foreign_idea", "XYZ1000", "low", "low", page="An outsider's idea.")
find = again = Detector(RULE, Code, lambda *_: iter(()))
other = "no detector"
"""


@pytest.fixture
def with_an_outsider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "outsider_detector.py").write_text(MODULE, encoding="utf-8")
    info = tmp_path / "outsider-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: outsider\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[{ENTRY_POINTS}]\nx = outsider_detector\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    _forget()
    yield
    _forget()


def _forget() -> None:
    sys.modules.pop("outsider_detector", None)
    for each in (load_detectors, detectors_on, outsiders):
        each.cache_clear()


def test_detectors_are_listed_once_in_the_order_of_their_rules() -> None:
    ids = [found.rule.id for found in load_detectors()]
    assert ids == sorted(set(ids))
    assert {"WSH1001", "WSH2001", "WSH4001", "WSH6001"} <= set(ids)


def test_the_detectors_of_a_view_are_those_of_all_that_examine_it() -> None:
    """A module whose view its folder does not name would never be loaded."""
    everyone = load_detectors()
    for view in {each.on for each in everyone}:
        assert detectors_on(view) == tuple(each for each in everyone if each.on is view)
    assert len({each.on.__name__ for each in everyone}) == len({each.on for each in everyone})


def test_the_rules_are_those_of_the_detectors() -> None:
    assert [rule.id for rule in iter_rules()] == [found.rule.id for found in load_detectors()]


@pytest.mark.usefixtures("with_an_outsider")
def test_an_installed_package_adds_its_detectors() -> None:
    listed = load_detectors()
    assert [found.rule.id for found in listed].count("XYZ1000") == 1
    assert [found.rule.id for found in detectors_on(Code)].count("XYZ1000") == 1
    assert not any(found.rule.id == "XYZ1000" for found in detectors_on(Sample))
    assert len(listed) > 1


@pytest.mark.usefixtures("with_an_outsider")
def test_the_listing_is_made_once() -> None:
    assert load_detectors() is load_detectors()


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("raise RuntimeError('no luck')", "can't be loaded (RuntimeError: no luck)"),
        ("import sys; sys.exit(3)", "can't be loaded (SystemExit: 3)"),
        ("import no_such_module_at_all", "can't be loaded (ModuleNotFoundError: "),
        ("this is no Python", "can't be loaded (SyntaxError: "),
        ("nothing = 'of use'", "offers no detector"),
        (
            "from webshellhunt.detectors.contract import Detector\nfind = Detector('WSH0', str, print)",
            "offers no detector",
        ),
    ],
)
@pytest.mark.usefixtures("with_an_outsider")
def test_a_broken_plug_in_is_named(module: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "outsider_detector.py").write_text(module, encoding="utf-8")
    sys.modules.pop("outsider_detector", None)
    with pytest.raises(PluginError) as caught:
        load_detectors()
    assert str(caught.value).startswith("the plug-in x = outsider_detector of the package outsider ")
    assert words in str(caught.value)
    assert main(["rules"]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "the package outsider" in line


def test_a_single_detector_may_be_announced() -> None:
    point = EntryPoint("x", "webshellhunt.detectors.data_flow.request_reaches_eval:find", ENTRY_POINTS)
    assert [each.rule.id for each in _load(PlugIn(point))] == ["WSH1001"]
