"""Classes of a page, and objects of them."""

from __future__ import annotations

from webshellhunt.analysis.structure.own_objects import own_objects
from webshellhunt.lang.unit import build_unit


def test_classes_and_their_variables() -> None:
    body = "Tool one; var two = new Tool(); Other three;"
    code = f"namespace N {{ class Tool {{ }} class Use {{ void F(Tool four) {{ {body} }} }} }}"
    assert own_objects(build_unit(code, "c#", [(0, len(code))]).index) == {"tool", "use", "one", "two", "four"}
