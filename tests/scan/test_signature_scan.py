"""Signatures over a sample and its layers."""

from __future__ import annotations

from pathlib import Path

from webshellhunt.model.limits import Job
from webshellhunt.pipeline import examine

RULE = 'rule a_word { strings: $a = "xyzzy" condition: $a }'


def test_a_rule_is_told_once_with_the_place_of_its_match(tmp_path: Path) -> None:
    (tmp_path / "a.yar").write_text(RULE)
    job = Job(signature_paths=(str(tmp_path / "a.yar"),), own_signatures=False, detectors=False)
    (found,) = examine(b"\n xyzzy xyzzy", path="a.txt", job=job).findings
    assert found.evidence[0].span.start == 2
    assert examine(b"nothing", path="a.txt", job=job).findings == ()
