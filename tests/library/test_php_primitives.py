"""Results of calls."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.php import analyse

ASKED = "$_" + "GET['k']"
RUN = "pass" + "thru"


def kinds(code: str) -> set[str]:
    return {act.kind for act in analyse(f"<?php {code}").found}


@pytest.mark.parametrize(
    "asked",
    [
        ASKED,
        "file_get_contents('php://input')",
        "getenv('HTTP_X')",
        "getallheaders()['a']",
        "$_" + "SERVER['HTTP_ACCEPT']",
        "filter_input(1, 'k')",
        "file_get_contents($_" + "FILES['a']['tmp_name'])",
    ],
)
def test_each_source_of_a_request_value(asked: str) -> None:
    assert kinds(f"{RUN}({asked});") == {"command"}


@pytest.mark.parametrize("other", ["getenv('PATH')", "$_" + "SERVER['SCRIPT_NAME']", "file_get_contents('a.txt')"])
def test_other_values_are_not_the_visitors(other: str) -> None:
    assert kinds(f"{RUN}({other});") == set()


@pytest.mark.parametrize(
    "call",
    [
        f"array_map('{RUN}', array({ASKED}));",
        f"array_filter(array({ASKED}), '{RUN}');",
        f"usort({ASKED}, '{RUN}');",
        f"call_user_func({ASKED}, 'a');",
        f"register_shutdown_function({ASKED}, 1);",
        f"$r = new ReflectionFunction('{RUN}'); $r->invoke({ASKED});",
        f"$d->createFunction('a', {ASKED});",
        f"ob_start('{RUN}'); echo {ASKED};",
    ],
)
def test_functions_that_are_called_by_name(call: str) -> None:
    assert kinds(call) & {"code", "command"}


@pytest.mark.parametrize(
    "call",
    ["array_map('trim', $_" + "POST);", f"$d->createFunction({ASKED}, {ASKED});", f"usort($a, 'compare'); {ASKED};"],
)
def test_honest_callbacks(call: str) -> None:
    assert kinds(call) == set()


def test_a_class_of_windows() -> None:
    assert kinds(f"$s = new COM('WScript.Shell'); $s->exec({ASKED});") == {"command"}
