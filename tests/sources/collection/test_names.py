from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.triage import escaped
from webshellhunt.sources.collection.names import (
    drive_path,
    drive_top,
    folded,
    path_below,
    plain,
    shown_name,
    unescaped,
    unescaped_in_store,
)
from webshellhunt.sources.source import join


@pytest.mark.parametrize(
    ("name", "decoded"),
    [
        ("C%3A", "C:"),
        ("%5C%5C.%5CC%3A", "\\\\.\\C:"),
        ("100%25.aspx", "100%.aspx"),
        ("%253A", "%3A"),
        ("x.aspx%3Astream", "x.aspx:stream"),
        ("a%", "a%"),
        ("%zz", "%zz"),
        ("%C3%BC.aspx", "ü.aspx"),
        ("%ff", "\udcff"),
        ("ü%3A", "ü:"),
    ],
)
def test_escapes_are_decoded_once(name: str, decoded: str) -> None:
    assert unescaped(name) == decoded


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0/\\"), min_size=1, max_size=40))
def test_the_names_of_velociraptor_come_back(name: str) -> None:
    assert unescaped(escaped(name)) == name


@given(st.text(max_size=60))
def test_a_shown_name_is_one_name(name: str) -> None:
    shown = shown_name(name, unescaped)
    assert shown == name or (not set(shown) & {"/", "\\", "\0"} and shown not in {"", ".", ".."})


def test_a_plain_name_is_kept() -> None:
    assert shown_name("a%3A", plain) == "a%3A"
    assert join("", "a") == "a"
    assert join("a", "b") == "a/b"


def test_folding_keeps_the_length() -> None:
    assert folded("straße/É.aspx") == "STRAßE/É.ASPX"
    assert folded("ex01") == "EX01"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("c:\\w\\x.aspx", "C:/w/x.aspx"),
        ("\\\\?\\C:\\w", "C:/w"),
        ("C:", "C:"),
        ("/w", None),
        ("", None),
        ("C:\\..\\..\\x", "C:/../../x"),
    ],
)
def test_paths_on_drives(text: str, path: str | None) -> None:
    assert drive_path(text) == path


def test_tops_of_drives() -> None:
    assert drive_top("c:") == drive_top("\\\\.\\C:") == "C:"
    assert drive_top("C") is None
    assert path_below("VSS1", "\\w//x") == "VSS1/w/x"


def test_names_in_the_file_store_of_a_server() -> None:
    assert unescaped_in_store("x.db_") == "x.db"
    assert unescaped_in_store("%3A_") == ":"
    assert unescaped_in_store("_") == "_"
