"""Families: the same content, or the same statements up to the keys."""

from __future__ import annotations

from dataclasses import replace

from tests.pivot.cases import case_with, fixture, judged
from webshellhunt.pipeline import examine
from webshellhunt.pivot.families import divided, with_other_statements


def test_the_same_content_in_two_places_is_one_family() -> None:
    verdict = judged("request_reaches_eval/vbscript")
    other = replace(verdict, subject=replace(verdict.subject, path="D:\\elsewhere\\y.asp"))
    [family] = case_with(verdict, other).families
    assert len(family.shells) == 2
    assert len(family.hashes) == 1


def test_copies_with_other_keys_are_one_and_can_be_divided() -> None:
    data = fixture("request_reaches_eval/jscript-net").data
    verdict = judged("request_reaches_eval/jscript-net")
    key = str(verdict.findings[0].facts["request_key"])
    copy = examine(data.replace(key.encode(), b"other"), path="inetpub/wwwroot/y.aspx")
    [family] = case_with(verdict, copy).families
    assert any(None in pattern.tokens for pattern in family.patterns)
    parts = divided(family)
    assert [len(part.shells) for part in parts] == [1, 1]
    assert len({part.name for part in parts}) == 2
    assert divided(parts[0]) == (parts[0],)


def test_other_shells_are_other_families_with_steady_names() -> None:
    verdicts = (judged("request_reaches_eval/vbscript"), judged("request_reaches_process/csharp-handler"))
    names = [family.name for family in case_with(*verdicts).families]
    assert len(set(names)) == 2
    assert names == [family.name for family in case_with(*verdicts).families]
    assert all(name.replace("_", "a").isalnum() and name.isascii() for name in names)


def test_statements_of_the_file_are_added_if_it_is_at_hand() -> None:
    verdict = judged("request_reaches_process/csharp-handler")
    [without] = case_with(verdict).families
    assert with_other_statements(without) is without
    data = fixture("request_reaches_process/csharp-handler").data
    [family] = case_with(verdict, contents={verdict.subject.path: data}).families
    wider = with_other_statements(family)
    assert wider.needs_all
    assert len(wider.patterns) > len(family.patterns)
