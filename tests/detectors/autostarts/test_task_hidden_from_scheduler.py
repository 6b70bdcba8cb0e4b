from __future__ import annotations

from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_registry import program, task

GOOD = program(r"C:\Program Files\V\u.exe", "/check")


def test_all_ways_to_hide_a_task_are_named_with_its_program() -> None:
    found = finding("WSH4054", task("V\\U", GOOD, descriptor=False, index=0))
    assert found.message == (
        "the task \\V\\U is hidden: its security descriptor (SD) was deleted, so that no tool lists it, its index is 0"
        ', so that no tool lists it; it runs "C:\\Program Files\\V\\u.exe" /check'
    )
    assert str(found.facts["registry_key"]).endswith("TaskCache\\Tree\\V\\U")


def test_a_task_that_is_listed_is_left_in_peace() -> None:
    assert findings("WSH4054", task("V\\U", GOOD)) == []
