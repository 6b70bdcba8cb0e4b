"""Paths of two reports in one spelling."""

from __future__ import annotations

from webshellhunt.comparison.paths import drive_letter, folder_key, is_inside, path_key


def test_case_and_slashes_do_not_count() -> None:
    assert path_key("C:/InetPub/x.aspx") == path_key(r"c:\inetpub\X.ASPX") == r"c:\inetpub\x.aspx"
    assert path_key("C:\\x\\") == "c:\\x"


def test_drives_and_folders() -> None:
    assert drive_letter(path_key("D:\\x")) == "D"
    assert drive_letter(path_key("inetpub/x")) is None
    assert folder_key(path_key("a/b/c.aspx")) == r"a\b"
    assert folder_key("c.aspx") == ""
    assert is_inside(r"a\b", "a")
    assert is_inside("a", "a")
    assert not is_inside("ab", "a")
