from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.signatures.hits import Externals


@pytest.mark.parametrize(
    ("path", "filename", "filepath", "extension"),
    [
        ("C:\\inetpub\\wwwroot\\Help.ASPX", "Help.ASPX", "C:\\inetpub\\wwwroot", ".aspx"),
        ("inetpub/wwwroot/a.b.ashx", "a.b.ashx", "inetpub/wwwroot", ".ashx"),
        ("C:\\mixed/way\\x.asp", "x.asp", "C:\\mixed/way", ".asp"),
        ("x.aspx", "x.aspx", "", ".aspx"),
        ("/x", "x", "", ""),
        ("d/.htaccess", ".htaccess", "d", ""),
        ("d/ends.", "ends.", "d", "."),
        ("", "", "", ""),
        ("caf\u00e9/\u00fc.aspx", "\u00fc.aspx", "caf\u00e9", ".aspx"),
        ("d\udcff/n\udce4me.aspx", "n\\xe4me.aspx", "d\\xff", ".aspx"),
        ("half\ud800/\udfff.asp", "\\xed\\xbf\\xbf.asp", "half\\xed\\xa0\\x80", ".asp"),
        ("a\0b/c\0.asp", "c\\x00.asp", "a\\x00b", ".asp"),
    ],
)
def test_a_path_becomes_variables(path: str, filename: str, filepath: str, extension: str) -> None:
    assert Externals.of(path) == Externals(filename, filepath, extension)


@given(st.text(st.characters(exclude_categories=())))
def test_variables_can_always_be_handed_to_an_engine(path: str) -> None:
    for value in Externals.of(path).values().values():
        assert "\0" not in value
        value.encode("utf-8")


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="/\\\0"))


@given(NAMES, st.sampled_from("/\\"))
def test_the_parts_make_the_path_again(name: str, separator: str) -> None:
    externals = Externals.of(f"some{separator}folder{separator}{name}")
    assert externals.filename == name
    assert externals.filepath == f"some{separator}folder"
    assert name.lower().endswith(externals.extension)
