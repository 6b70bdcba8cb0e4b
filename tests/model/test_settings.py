"""Which mapping makes the server execute a file."""

from __future__ import annotations

import pytest

from webshellhunt.model.settings import HandlerMapping, PageKind, PageSettings


@pytest.mark.parametrize(
    ("pattern", "name", "covers"),
    [("*.pix", "a.PIX", True), ("*.pix", "a.pix.txt", False), ("logo.png", "Logo.png", True), ("*", "a", True)],
)
def test_a_pattern_covers_names_whatever_their_case(pattern: str, name: str, covers: bool) -> None:
    assert HandlerMapping(pattern, PageKind.WEB_FORM, "web.config").covers(name) is covers


def test_the_first_mapping_that_covers_a_name_counts() -> None:
    mappings = tuple(HandlerMapping("*.pix", kind, "web.config") for kind in (PageKind.CLASSIC_ASP, PageKind.WEB_FORM))
    found = PageSettings(mappings=mappings).mapping_for("a.pix")
    assert found is mappings[0]
    assert PageSettings(mappings=mappings).mapping_for("a.txt") is None
