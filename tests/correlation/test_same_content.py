"""What only the whole host tells."""

from __future__ import annotations

from dataclasses import replace

from tests.verdict.test_judge import C, S, examination, finding
from webshellhunt.correlation.same_content import correlate


def test_the_same_content_in_two_places_is_told_at_both() -> None:
    one = examination(finding(S.HIGH, C.HIGH))
    pair = [replace(one, subject=replace(one.subject, path=path, sha256="aa")) for path in ("a.aspx", "b.aspx")]
    first, second = correlate(pair)
    assert first.findings[0].facts["same_content_at"] == ("b.aspx",)
    assert second.findings[0].facts["same_content_at"] == ("a.aspx",)


def test_files_without_findings_or_digest_stay_apart() -> None:
    quiet = [replace(examination(), subject=replace(examination().subject, path=p, sha256="aa")) for p in "ab"]
    undigested = [examination(finding(S.LOW, C.LOW)), examination(finding(S.LOW, C.LOW))]
    assert correlate(quiet) == quiet
    assert correlate(undigested) == undigested
