"""The extension of a name, as Windows opens it."""

from __future__ import annotations

import pytest

from webshellhunt.containers.page_names import IMAGE_EXTENSIONS, RUN_EXTENSIONS, STATIC_EXTENSIONS, extension_of


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        *(("a.ASPX", "aspx"), ("x.ASPX. ", "aspx"), ("a.tar.gz", "gz"), ("x.js. ", "js"), (".config", "config")),
        *(("a", ""), ("a.", ""), ("aspx", "")),
    ],
)
def test_the_extension_of_a_name(name: str, extension: str) -> None:
    assert extension_of(name) == extension


def test_what_is_run_is_neither_only_sent_nor_an_image() -> None:
    assert not RUN_EXTENSIONS & (STATIC_EXTENSIONS | IMAGE_EXTENSIONS)
