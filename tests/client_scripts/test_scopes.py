"""Which function a name belongs to."""

from __future__ import annotations

from webshellhunt.client_scripts.scopes import GLOBAL, Scopes
from webshellhunt.code.cutting import build_unit

CODE = "function f(a) { var b; c; } a; b; c;"


def test_a_parameter_and_a_variable_are_those_of_their_function() -> None:
    unit = build_unit(CODE, "jscript", [(0, len(CODE))])
    scopes = Scopes(unit)
    places = [index for index, value in enumerate(unit.tokens.values) if value in ("a", "b", "c")]
    keys = [scopes.key(unit.tokens.values[index], index) for index in places]
    assert {name for owner, name in keys if owner != GLOBAL} == {"a", "b"}
    assert [owner for owner, _ in keys[-3:]] == [GLOBAL] * 3
    assert keys[2] == keys[-1]
