from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.logs.addresses import address_key, is_page


@pytest.mark.parametrize(
    ("logged", "key"),
    [
        (b"/owa/auth/X.aspx", b"/owa/auth/x.aspx"),
        (b"/owa/auth/x.aspx/more/info", b"/owa/auth/x.aspx"),
        (b"/owa/auth/%78.aspx", b"/owa/auth/x.aspx"),
        (b"/owa//auth/./x.aspx", b"/owa/auth/x.aspx"),
        (b"/owa\\auth\\x.aspx", b"/owa/auth/x.aspx"),
        (b"/app/(S(abc123))/x.aspx", b"/app/x.aspx"),
        (b"/x.aspx.txt", b"/x.aspx.txt"),
        (b"/owa/service.svc/s/x.aspx", b"/owa/service.svc"),
        (b"/folder.asp/page.html", b"/folder.asp"),
        (b"/sites/HR/_layouts/15/x.aspx", b"/_layouts/15/x.aspx"),
        (b"/sites/a_layouts/15/x.aspx", b"/sites/a_layouts/15/x.aspx"),
        (b"/up.aspx/_layouts/15/x.aspx", b"/up.aspx"),
        (b"", b""),
    ],
)
def test_different_spellings_of_an_address_are_one(logged: bytes, key: bytes) -> None:
    assert address_key(logged) == key


@given(st.binary(max_size=300))
def test_any_bytes_have_a_key_that_stays_the_same(address: bytes) -> None:
    key = address_key(address)
    assert len(key) <= 2048
    assert key == key.lower()


def test_an_endless_address_is_cut() -> None:
    assert len(address_key(b"/" + b"%61" * 100_000)) <= 2048


@pytest.mark.parametrize(
    ("key", "page"),
    [
        (b"/x.aspx", True),
        (b"/x.svc", False),
        (b"/x", False),
        (b"/x.css", False),
        (b"/php", False),
    ],
)
def test_only_files_that_run_by_their_extension_are_pages(key: bytes, page: bool) -> None:
    assert is_page(key) is page
