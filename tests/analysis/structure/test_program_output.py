"""Whether the output of a program is written into the response."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.structure.program_output import reads_output, shows_output
from webshellhunt.lang.unit import build_unit


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
    unit = build_unit(code, "vbscript", [(0, len(code))])
    assert reads_output(unit) is reads
    assert shows_output(unit) is shows
