"""The folder of outputs: new, complete, and with the origin of everything in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pivot.cases import case_with, demo_case, judged
from webshellhunt.errors import MissingDependencyError, UsageError
from webshellhunt.pivot import sigma_rules
from webshellhunt.pivot.case import Product
from webshellhunt.pivot.outputs import ABOUT, KINDS, about, make_products, require_new, write_products


@pytest.mark.parametrize(
    ("made", "unit", "words"),
    [(1, "YARA rules", "1 YARA rule"), (2, "YARA rules", "2 YARA rules"), (1, "objects of STIX", "1 object of STIX")],
)
def test_one_thing_is_in_the_singular(made: int, unit: str, words: str) -> None:
    assert f"yara: {words}\n" in about(demo_case(), {"yara": Product({}, made, unit)})


def test_all_kinds_are_written(tmp_path: Path) -> None:
    products = make_products(demo_case())
    names = write_products(demo_case(), products, tmp_path / "out")
    assert {"shells.yar", "indicators.csv", "indicators.stix.json", ABOUT} <= set(names)
    assert list(products) == list(KINDS)
    written = {
        path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()
    }
    assert written == set(names)
    for name in names:
        assert b"webshellhunt 0.1.0 from the report on demo" in (tmp_path / "out" / name).read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_existing_folder_is_not_overwritten(tmp_path: Path) -> None:
    products = make_products(demo_case(), ["indicators"])
    (tmp_path / "empty").mkdir()
    write_products(demo_case(), products, tmp_path / "empty")
    with pytest.raises(UsageError, match="not empty"):
        write_products(demo_case(), products, tmp_path / "empty")
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="no folder"):
        require_new(tmp_path / "file")
    with pytest.raises(UsageError, match="empty"):
        require_new("")
    with pytest.raises(UsageError, match="can't be written"):
        write_products(demo_case(), products, tmp_path / "file" / "out")
    assert (tmp_path / "file").read_text() == "x"


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UsageError, match="yara, sigma, indicators, stix"):
        make_products(demo_case(), ["snort"])


def test_a_missing_package_is_an_error_only_if_its_kind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise MissingDependencyError("pip install 'webshellhunt[sigma]'")

    monkeypatch.setattr(sigma_rules, "require_sigma", missing)
    assert make_products(demo_case())["sigma"].left_out == ("pip install 'webshellhunt[sigma]'",)
    with pytest.raises(MissingDependencyError):
        make_products(demo_case(), ["sigma"])


def test_the_text_says_what_was_left_out() -> None:
    case = case_with(judged("unexpected_sign_in_page/writer"))
    text = about(case, make_products(case, ["yara"]))
    assert text.startswith("Made by webshellhunt")
    assert "yara: 0 YARA rules\n  not made: " in text
