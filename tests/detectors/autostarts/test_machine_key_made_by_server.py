from __future__ import annotations

from datetime import UTC, datetime

from tests.builders.hive import HiveTree, Written, build_hive
from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_registry import CONFIG, software, user

WHEN = datetime(2024, 3, 5, tzinfo=UTC)


def test_the_day_is_a_fact() -> None:
    keys = Written(WHEN, {"AutoGenKeyV4": b"\1" * 8})
    found = finding("WSH4064", lambda files: files.update({f"{CONFIG}/SOFTWARE": build_hive(tree_of_keys(keys))}))
    assert "its registry key was written last on 2024-03-05, before " in found.message
    assert found.message.endswith("waves of attacks, of which ToolShell was the first")
    assert found.facts["key_written"] == "2024-03-05T00:00:00+00:00"
    assert found.severity.label == "info"


def tree_of_keys(keys: Written) -> HiveTree:
    return {"Microsoft": {"ASP.NET": {"4.0.30319.0": {"AutoGenKeys": {"S-1-5-82-1": keys}}}}}


def test_a_key_without_a_time_says_nothing() -> None:
    assert (
        findings("WSH4064", software({"Microsoft\\ASP.NET\\4.0.30319.0\\AutoGenKeys\\S-1": {"AutoGenKeyV4": b"\1"}}))
        == []
    )
    assert findings("WSH4064", user({"Software\\Microsoft\\ASP.NET\\4.0.30319.0": {"Other": b"\1"}})) == []
