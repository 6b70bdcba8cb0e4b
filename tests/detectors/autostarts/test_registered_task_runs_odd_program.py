from __future__ import annotations

from tests.builders.tasks_of_hives import actions, com_handler, task_cache
from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_registry import handler, program, software, task


def test_the_actions_of_the_registry_count() -> None:
    found = finding("WSH4055", task("V\\U", program(r"C:\Users\Public\u.exe", "-k")))
    assert found.message == r"the task \V\U runs C:\Users\Public\u.exe (the public folder of all users)"
    assert found.facts["command"] == r"C:\Users\Public\u.exe -k"


def test_the_library_of_a_com_handler_is_named() -> None:
    clsid = "{0b1d3c3a-6a0f-4f1e-9a52-0f8b8b3f6f10}"
    cache = task_cache("V\\U", actions(com_handler(clsid)))
    server = {f"Classes\\CLSID\\{clsid}\\InprocServer32": {"": r"C:\Windows\h.dll"}}
    assert finding("WSH4055", software({**cache, **server})).message.endswith(r"(C:\Windows\h.dll)")
    assert "starts the COM class" in finding("WSH4055", task("V\\U", handler(clsid))).message


def test_an_ordinary_task_is_left_in_peace() -> None:
    assert findings("WSH4055", task("V\\U", program(r"C:\Program Files\V\u.exe"))) == []
