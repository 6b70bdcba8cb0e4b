"""The text that goes with the files."""

from webshellhunt.keeping.readme import readme


def test_it_warns_and_says_how_to_verify() -> None:
    archive, folder = readme(encrypted=True).decode("ascii"), readme(encrypted=False).decode("ascii")
    for text in (archive, folder):
        assert "WARNING" in text
        assert "webshellhunt verify BAG" in text
        assert all(line.endswith("\r") for line in text.split("\n")[:-1])
    assert "infected" in archive
    assert "not encrypted" in folder
