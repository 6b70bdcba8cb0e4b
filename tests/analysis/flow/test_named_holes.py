"""A visitor's text that ends the name of a variable is a hole only in an expression, and with several variables."""

from __future__ import annotations

import pytest

from tests.analysis.flow.test_holes import holes
from webshellhunt.analysis.flow.holes import NAMED

_FAMILY = "rate_a = 5\nrate_b = 10\n"


@pytest.mark.parametrize(
    "code",
    [
        'x = Ev·al("rate_" & Req·uest("k"))',
        'k = Trim(Req·uest("k"))\nx = EV·AL("Rate_" & k)',
        'x = Ev·al("rate_" + UCase(Req·uest("k")))',
    ],
)
def test_the_end_of_a_name_is_a_hole(code: str) -> None:
    assert holes(_FAMILY + code) == [NAMED]


@pytest.mark.parametrize(
    "code",
    [
        _FAMILY + 'Exec·ute "rate_" & Req·uest("k")',
        _FAMILY + 'x = Ev·al("rate_" & Req·uest("k") & Req·uest("l"))',
        _FAMILY + 'x = Ev·al("rate_a:" & Req·uest("k"))',
        _FAMILY + 'x = Ev·al("rate_a + " & Req·uest("k"))',
        _FAMILY + 'x = Ev·al("rate_(" & Req·uest("k"))',
        _FAMILY + 'x = Ev·al(Req·uest("k") & "rate_")',
        _FAMILY + 'x = Ev·al(Req·uest("k"))',
        'rate_a = 5\nx = Ev·al("rate_" & Req·uest("k"))',
        'rate_a = Req·uest("z")\nrate_b = f(1)\nx = Ev·al("rate_" & Req·uest("k"))',
        'exec_a = 5\nexecutes = 6\nx = Ev·al("exec" & Req·uest("k"))',
        'createa = 5\ncreateb = 6\nx = Ev·al("create" & Req·uest("k"))',
        _FAMILY + 'x = Ev·al("rate_" & Req·uest("k"))\nExec·ute Req·uest("l")',
    ],
)
def test_anything_else_is_code(code: str) -> None:
    assert set(holes(code)) == {""}


def test_other_languages_have_no_such_holes() -> None:
    assert holes('rate_a = 5; rate_b = 6; x = ev·al("rate_" + Req·uest("k"));', "jscript") == [""]
