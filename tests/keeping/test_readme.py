"""The text that goes with the files."""

from __future__ import annotations

from webshellhunt.keeping.readme import CUSTOMARY_PASSWORD, readme


def test_it_warns_and_says_how_to_verify() -> None:
    archive, folder = readme(CUSTOMARY_PASSWORD).decode("ascii"), readme(None).decode("ascii")
    for text in (archive, folder):
        assert "WARNING" in text
        assert "webshellhunt verify BAG" in text
        assert all(line.endswith("\r") for line in text.split("\n")[:-1])
    assert "infected" in archive
    assert "not encrypted" in folder


def test_a_password_of_the_user_is_not_in_it() -> None:
    text = readme("our secret").decode("ascii")
    assert "infected" not in text
    assert "our secret" not in text
    assert "encrypted" in text
