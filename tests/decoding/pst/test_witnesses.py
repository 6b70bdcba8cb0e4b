"""What an export tells of itself, and of the mail at a place."""

from __future__ import annotations

from tests.builders.pst import Mail, build_pst
from webshellhunt.decoding.carriers.mailbox_export import open_carrier
from webshellhunt.decoding.pst.permutation import decode_permuted
from webshellhunt.decoding.pst.witnesses import Witnesses


def test_the_facts_of_an_export_name_its_store() -> None:
    facts = Witnesses(build_pst("Archive of X", [Mail("Subject")])).facts()
    assert "Archive of X" in map(str, facts.values())


def test_what_is_no_export_tells_nothing() -> None:
    assert not any(Witnesses(b"text").facts().values())


BLOCK = b"<" + b"%@ Page %" + b">" + b"<" + b"% x = f(1) %" + b">"


def test_the_subject_of_the_message_around_code_is_read() -> None:
    data = build_pst("Archive", [Mail("A subject \u00e9", attachments={"a.txt": decode_permuted(BLOCK)})])
    assert [carried.facts.get("subject") for carried in open_carrier(data)] == ["A subject \u00e9"]
