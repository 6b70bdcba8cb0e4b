"""A library that is loaded from a place where none belongs."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings

RULE, TEMP = "WSH1060", "library_loaded_from_odd_place/temp"
PATH = r"C:\Windows\Temp\noexist.dll"


def test_the_message_names_the_library() -> None:
    assert finding(TEMP, RULE).facts == {"library": PATH}
    assert finding(TEMP, RULE).message.endswith(f"the folder for temporary files: {PATH}")


@pytest.mark.parametrize(
    "path",
    [
        r"C:\Users\Public\a.dll",
        r"\\192.0.2.1\share\a.dll",
        r"%TEMP%\a.dll",
        r"D:\site\App_Data\a.dll",
        "~/img/logo.png",
    ],
)
def test_any_odd_place_or_disguise_counts(path: str) -> None:
    assert findings(changed(TEMP, (PATH, path)), RULE)


@pytest.mark.parametrize("path", [r"D:\site\plugins\a.dll", "~/Modules/a.dll", "Shop.Prices", "logo.png", "temp"])
def test_an_ordinary_place_or_a_name_is_no_finding(path: str) -> None:
    assert findings(changed(TEMP, (PATH, path)), RULE) == []


@pytest.mark.parametrize("call", ["LoadFile", "UnsafeLoadFrom"])
def test_each_way_to_load_a_file_counts(call: str) -> None:
    assert findings(changed(TEMP, ("LoadFrom", call)), RULE)
