"""Values that a page compares with a list of its own."""

from __future__ import annotations

import pytest

from webshellhunt.php.interpreter import analyse

ASKED = "$_" + "POST['k']"
RUN = "sys" + "tem"


def kinds(code: str) -> list[str]:
    return sorted(act.kind for act in analyse("<?php " + code.format(f"$f = {ASKED};", RUN, ASKED)).found)


@pytest.mark.parametrize(
    "code",
    [
        "{0} $ok = array('home', 'about'); if (in_array($f, $ok)) include $f . '.php'; else include 'none.php';",
        "{0} if (in_array($f, ['list_all', 'edit'], true)) {{ $f($x); }}",
        "{0} $m = array('a' => 1, 'b' => 2); if (isset($m[$f]) && $y) {{ include $f . '.php'; }}",
        "{0} $m = array('a' => 1, 'b' => 2); if (array_key_exists($f, $m)) {{ include $f . '.php'; }}",
        "{0} switch ($f) {{ case 'a': case 'b': include $f . '.php'; break; default: echo 1; }}",
        "{0} $ok = array('a', 'b'); if (!in_array($f, $ok)) {{ header('x'); exit; }} include $f . '.php';",
        "{0} $ok = array('a', 'b'); if (!in_array($f, $ok)) $f = 'a'; include $f . '.php';",
        "{0} if (in_array($f, ['a', 'b'])) {{ call_user_func($f, $x); }}",
    ],
)
def test_a_text_of_a_constant_list(code: str) -> None:
    assert kinds(code) == ["listed"]


@pytest.mark.parametrize(
    "code",
    [
        "if (in_array($f, $ok)) {{ }} $f($x);",
        "if (in_array($f, $ok)) echo 1; else $f($x);",
        "if (in_array($f, $ok)) if ($y): endif; if ($z) {{ $f($x); }}",
        "if (in_array($f, $ok) || $y) $f($x);",
        "if (in_array($f, $ok) && ($f = {2})) $f($x);",
        "if (in_array($f, $ok)) {{ if ($y) {{ {0} }} $f($x); }}",
        "$ok[] = {2}; if (in_array($f, $ok)) $f($x);",
        "if (in_array($f, array(0))) $f($x);",
        "if (in_array($f, array(true))) $f($x);",
        "if (in_array($f, array('{1}'))) $f($x);",
        "if (!in_array($f, $ok)) die($f($x));",
        "if (!in_array($f, $ok)) {{ if ($y) exit; }} $f($x);",
        "switch ($f) {{ case 'a': break; default: $f($x); }}",
        "switch ($f) {{ default: case 'a': $f($x); }}",
        "switch ($f) {{ case 'a': break; }} $f($x);",
        "switch ($f) {{ case 'a': {0} $f($x); }}",
    ],
)
def test_a_value_that_may_be_another_text(code: str) -> None:
    assert kinds("{0} $ok = array('a', 'b'); " + code) == ["code"]


@pytest.mark.parametrize(
    "code",
    [
        "if (in_array($f, array('syst'))) {{ $f .= 'em'; $f({2}); }}",
        "function go($x) {{ {1}($x); }} if (in_array($f, array('go'))) $f({2});",
        "function go($x) {{ {1}($x); }} switch ($f) {{ case 'go': case 'b': $f({2}); }}",
    ],
)
def test_the_listed_functions_are_called(code: str) -> None:
    assert kinds("{0} " + code) == ["command", "listed"]
