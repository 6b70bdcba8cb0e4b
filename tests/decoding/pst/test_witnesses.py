"""What an export tells of itself, and of the mail at a place."""

from __future__ import annotations

from tests.builders.pst import Mail, build_pst
from webshellhunt.decoding.pst.witnesses import Witnesses


def test_the_facts_of_an_export_name_its_store() -> None:
    facts = Witnesses(build_pst("Archive of X", [Mail("Subject")])).facts()
    assert "Archive of X" in map(str, facts.values())


def test_what_is_no_export_tells_nothing() -> None:
    assert not any(Witnesses(b"text").facts().values())
