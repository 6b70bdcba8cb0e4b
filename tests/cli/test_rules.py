"""``rules``: every rule once."""

from __future__ import annotations

import pytest

from webshellhunt.cli import main
from webshellhunt.reports.rule_list import iter_rules


def test_each_rule_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    ids = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert ids == [rule.id for rule in iter_rules()]
    assert len(set(ids)) == len(ids)
    assert {"WSH1001", "WSH6006"} <= set(ids)
    assert any(each.startswith("WSH9") for each in ids)
