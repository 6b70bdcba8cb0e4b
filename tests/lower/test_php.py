"""Statements, in the order of the text."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.php import analyse

ASKED = "$_" + "GET['k']"
RUN = "pass" + "thru"


@pytest.mark.parametrize(
    "code",
    [
        "foreach ({0} as $k => $v) {{ {1}($k); }}",
        "if ($a) {1}({0});",
        "if ($a): {1}({0}); endif;",
        "if ($a) echo 1; elseif ($b) {1}({0});",
        "while ($x = next({0})) {{ {1}($x); }}",
        "switch ({0}) {{ case 'a': {1}({0}); }}",
        "try {{ {1}({0}); }} catch (E $e) {{ }}",
        "class A {{ public function b() {{ {1}({0}); }} }}",
        "$f = function () {{ {1}({0}); }};",
        "return {1}({0});",
        "echo 'a', {1}({0});",
        "@{1}({0}) or die();",
        "namespace A; \\{1}({0});",
        "goto a; a: {1}({0});",
        "declare(ticks=1) {{ {1}({0}); }}",
    ],
)
def test_each_statement_is_read(code: str) -> None:
    assert [act.kind for act in analyse("<?php " + code.format(ASKED, RUN)).found] == ["command"]


@pytest.mark.parametrize("text", ["?><p><?= {1}({0}) ?>", "?>{1}({0});<?php ", "?><!-- {1}({0}) -->"])
def test_markup_is_no_code(text: str) -> None:
    assert bool(analyse("<?php " + text.format(ASKED, RUN)).found) is ("<?=" in text)
