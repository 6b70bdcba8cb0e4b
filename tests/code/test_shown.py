"""Whether the output of a program is written into the response."""

from __future__ import annotations

import pytest

from webshellhunt.code.calls import Calls
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.shown import reads_output, shows_output


@pytest.mark.parametrize(
    ("code", "reads", "shows"),
    [
        ("Response.Write x.StdOut.ReadAll", True, True),
        ("o = x.StdOut.ReadAll\nResponse.Write o", True, True),
        ("o = x.StdOut.ReadAll\np = o\nResponse.Write p", True, True),
        ("o = x.StdOut.ReadAll\nf.Write o", True, False),
        ("Response.Write x", False, False),
    ],
)
def test_by_variables(code: str, reads: bool, shows: bool) -> None:
    calls = Calls(build_unit(code, "vbscript", [(0, len(code))]))
    assert reads_output(calls) is reads
    assert shows_output(calls) is shows
