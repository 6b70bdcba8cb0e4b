"""Identifiers are stable, and differ where the subject does."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given

from tests.reports.cases import finding, verdict
from tests.reports.strategies import hostile
from webshellhunt.model.verdict import Disposition, SubjectKind
from webshellhunt.reports.identity import finding_id, stable_id, subject_id

SUBJECT = verdict(r"C:\inetpub\wwwroot\x.aspx", Disposition.MALICIOUS).subject


@given(hostile, hostile)
def test_an_identifier_is_a_uuid_of_its_texts(one: str, other: str) -> None:
    assert UUID(stable_id(one, other)).version == 5
    assert stable_id(one, other) == stable_id(one, other)


def test_a_subject_is_the_same_in_another_copy_and_letter_case() -> None:
    moved = replace(SUBJECT, path=SUBJECT.path.upper(), source_path="/elsewhere/x.aspx", entry_path="e")
    assert subject_id(moved, "EXCH01") == subject_id(SUBJECT, "exch01")


@pytest.mark.parametrize(
    "change", [{"path": "y.aspx"}, {"sha256": "0" * 64}, {"kind": SubjectKind.TRACE}], ids=["path", "content", "kind"]
)
def test_another_subject_has_another_identifier(change: dict[str, object]) -> None:
    assert subject_id(replace(SUBJECT, **change), "EXCH01") != subject_id(SUBJECT, "EXCH01")  # type: ignore[arg-type]


def test_another_host_has_another_identifier() -> None:
    assert subject_id(SUBJECT, "EXCH01") != subject_id(SUBJECT, "EXCH02")


def test_a_finding_is_the_same_with_other_blanks() -> None:
    assert finding_id(finding(), SUBJECT, None, "a  b\r\n") == finding_id(finding(), SUBJECT, None, "a b")
    assert finding_id(finding(), SUBJECT, "EXCH01", "a b") != finding_id(finding(), SUBJECT, None, "a b")
    assert finding_id(finding(), SUBJECT, None, "b") != finding_id(finding(), SUBJECT, None, "a b")
