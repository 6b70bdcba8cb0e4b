"""Differences in words."""

from webshellhunt.keeping.differences import Difference


def test_a_difference_names_its_place() -> None:
    assert str(Difference("files/1.bin", "it is missing")) == "files/1.bin: it is missing"
    assert str(Difference(None, "odd", 1000, 2000)) == "the bag: odd (bytes 1,000 to 2,000 of the archive)"
