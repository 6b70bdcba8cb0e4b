"""Properties of objects: what they have when the object is used counts, not what was replaced before."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from webshellhunt.analysis.dotnet import run_dotnet
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.unit import build_unit

MADE = "var i = new Pro·cessStartInfo();"
ASKED, OWN, USED = 'i.FileName = Req·uest["k"];', 'i.FileName = "ver";', "Pro·cess.Start(i);"


def reached(code: str) -> list[str | None]:
    """Return the keys of the request that reach the name of a program."""
    code = live(f"void Page_Load(object s, EventArgs e) {{ {code} }}")
    unit = build_unit(code, "c#", [(0, len(code))])
    run = run_dotnet(unit.tokens, Surroundings(), unit.parsed)
    found = [trace.key for each in run.shown if each.is_assigned for value in each.arguments for trace in value.traces]
    run.close()
    return found


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ((ASKED, USED), ["k"]),
        ((ASKED,), ["k"]),
        ((ASKED, OWN, USED), []),
        ((ASKED, USED, OWN), ["k"]),
        ((ASKED, f"if (x) {{ {OWN} }}", USED), ["k"]),
        ((f"if (x) {{ {ASKED} }} else {{ {OWN} }}", USED), ["k"]),
    ],
)
def test_the_value_at_the_use_counts(steps: tuple[str, ...], found: list[str]) -> None:
    assert [*dict.fromkeys(reached(" ".join((MADE, *steps))))] == found
