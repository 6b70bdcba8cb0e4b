"""Shells that PHP pages start, and toolkits."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.pipeline import examine

REVERSE = "php_toolkit/reverse"
CALLS = tuple(
    live(call)
    for call in (
        "pass·thru($c);", "php_un·ame();", "open·dir($d);", "ch·mod($f, 1);", "un·link($f);", "fwr·ite($f, 1);",
        "move_upl·oaded_file($a, 'u/x');", "fsock·open($h, 1);", "mysqli_qu·ery($l, $q);",
    )
)  # fmt: skip


@pytest.mark.parametrize("shell", ["sh", "/bin/bash", "cmd.exe", "C:\\\\Windows\\\\System32\\\\cmd.exe", "bash -i"])
def test_a_shell_in_any_folder(shell: str) -> None:
    assert findings(changed(REVERSE, ("/bin/sh -i", shell)), "WSH1053")


@pytest.mark.parametrize("program", ["/usr/bin/identify", "shred", "cmdlist"])
def test_other_programs_are_no_shells(program: str) -> None:
    assert findings(changed(REVERSE, ("/bin/sh -i", program)), "WSH1053") == []


def test_the_message_names_the_groups() -> None:
    assert "starts a shell (proc_open)" in finding(REVERSE, "WSH1053").message


@pytest.mark.parametrize(("form", "expected"), [("{}", True), ("/* {} */", False), ("echo '{}';", False)])
def test_a_toolkit_calls_functions_of_many_groups(form: str, expected: bool) -> None:
    body = " ".join(form.format(call.replace("'", "")) for call in CALLS)
    page = f"<?php $x = $_GET['x']; {body} ?>"
    found = {each.rule.id for each in examine(page.encode(), path="x.php").findings}
    assert ("WSH1053" in found) is expected


def test_functions_that_nothing_executes_are_a_library() -> None:
    page = f"<?php $x = $_GET['x']; function a() {{ {' '.join(CALLS)} }}"
    assert "WSH1053" not in {each.rule.id for each in examine(page.encode(), path="x.php").findings}
