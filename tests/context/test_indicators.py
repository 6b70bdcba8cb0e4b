"""The shipped indicators: a well-formed table, and places that match by their end only."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.context.indicators import Indicator, Indicators, load_indicators

ROWS = files("webshellhunt.context").joinpath("indicators.tsv").read_text(encoding="utf-8").splitlines()
FORMS = {
    "sha256": r"[0-9a-f]{64}",
    "sha1": r"[0-9a-f]{40}",
    "md5": r"[0-9a-f]{32}",
    "known_good_sha256": r"[0-9a-f]{64}",
    "path": r"\\[^/\t]*[^/\\\t]",
    "filename": r"[^/\\\t]+\.[a-z]+",
}
PLACE = Indicator("path", r"\aspnet_client\x.aspx", "a campaign", "a source")
MADE_UP = Indicators({}, {PLACE.value: PLACE}, {})


def test_the_table_is_well_formed() -> None:
    assert ROWS[0].split("\t") == ["type", "value", "campaign", "source"]
    cells = [row.split("\t") for row in ROWS[1:]]
    assert [row for row in cells if len(row) != 4 or not all(row)] == []
    wrong = [value for kind, value, *_ in cells if not re.fullmatch(FORMS[kind], value) or value != value.lower()]
    assert wrong == []


def test_no_value_stands_twice() -> None:
    keys = [tuple(row.split("\t")[:2]) for row in ROWS[1:]]
    assert len(keys) == len(set(keys))


def test_every_row_is_loaded_where_it_belongs() -> None:
    loaded = load_indicators()
    assert len(loaded.digests) + len(loaded.paths) + len(loaded.filenames) == len(ROWS) - 1
    assert {i.type for i in loaded.paths.values()} == {"path"}
    assert {i.type for i in loaded.filenames.values()} == {"filename"}
    assert all(value == indicator.value for value, indicator in loaded.digests.items())


def test_no_known_good_content_is_an_indicator_of_an_intrusion() -> None:
    digests: dict[str, set[str]] = {}
    for row in ROWS[1:]:
        kind, value, *_ = row.split("\t")
        digests.setdefault(value, set()).add(kind)
    assert [kinds for kinds in digests.values() if len(kinds) > 1] == []


@pytest.mark.parametrize(
    "path",
    [
        r"C:\inetpub\wwwroot\aspnet_client\x.aspx",
        r"C:\INETPUB\wwwroot\Aspnet_Client\X.ASPX",
        "inetpub/wwwroot/aspnet_client/x.aspx",
        r"aspnet_client\x.aspx",
    ],
)
def test_a_place_matches_by_its_end(path: str) -> None:
    assert MADE_UP.by_path(path) is PLACE


@pytest.mark.parametrize(
    "path",
    [
        r"C:\inetpub\wwwroot\my_aspnet_client\x.aspx",
        r"C:\inetpub\wwwroot\aspnet_client\xx.aspx",
        r"C:\inetpub\wwwroot\aspnet_client\x.aspx\y",
        r"C:\inetpub\wwwroot\aspnet_client\x.aspx.bak",
        "x.aspx",
        "",
    ],
)
def test_a_place_matches_whole_names_only(path: str) -> None:
    assert MADE_UP.by_path(path) is None


@pytest.mark.parametrize("value", sorted(load_indicators().paths))
def test_every_shipped_place_is_found_on_a_server(value: str) -> None:
    found = load_indicators().by_path(f"C:{value}")
    assert found is not None
    assert value.endswith(found.value)


@given(st.text(max_size=60))
def test_no_path_makes_it_raise(path: str) -> None:
    found = load_indicators().by_path(path)
    assert found is None or ("\\" + path.lower().replace("/", "\\")).endswith(found.value)
