from __future__ import annotations

import pytest

from webshellhunt.sources.archive.names import components, decode_zip_name


@pytest.mark.parametrize(
    ("raw", "is_utf8", "name"),
    [
        (b"a.aspx", False, "a.aspx"),
        ("ä".encode(), False, "ä"),
        ("ä".encode("cp437"), False, "ä"),
        (b"\xff.aspx", True, "\udcff.aspx"),
    ],
)
def test_decodes_as_programs_write(raw: bytes, is_utf8: bool, name: str) -> None:
    assert decode_zip_name(raw, is_utf8=is_utf8) == name


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("./a//b/", ("a", "b")),
        ("/abs/a", ("abs", "a")),
        ("C:\\inetpub\\a", ("C:", "inetpub", "a")),
        ("\\\\server\\share\\a", ("server", "share", "a")),
        ("a/../b", None),
        ("..\\b", None),
        ("./", None),
        ("a.aspx\0.txt", ("a.aspx",)),
        ("x" * 5000, None),
        ("a/" * 300, None),
    ],
)
def test_components_stay_inside(name: str, found: tuple[str, ...] | None) -> None:
    assert components(name, windows=True) == found


def test_a_backslash_is_a_character_elsewhere() -> None:
    assert components("a\\b", windows=False) == ("a\\b",)
