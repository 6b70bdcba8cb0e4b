"""``demo``: the report of the described server."""

from __future__ import annotations

import json

import pytest

from webshellhunt.cli import main


def test_the_demo_is_a_report_in_the_wanted_format(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--format", "jsonl"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert records[-1]["kind"] == "summary"
    assert "malicious" in {record.get("disposition") for record in records}
