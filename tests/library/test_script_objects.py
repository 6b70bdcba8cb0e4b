"""Objects that JScript gives to each page."""

from __future__ import annotations

import pytest

from webshellhunt.core.heap import KIND
from webshellhunt.core.values import Ref
from webshellhunt.library.rows import ROWS
from webshellhunt.library.script_objects import CONSTANTS, OBJECTS, STATICS


@pytest.mark.parametrize("name", [name for name, value in CONSTANTS.items() if isinstance(value, Ref)])
def test_a_name_has_its_object_and_its_row(name: str) -> None:
    table = OBJECTS[CONSTANTS[name].oid]
    assert table[KIND] in ("function", "plain")
    assert name == "eval" or name in ("Math", "JSON") or ("js", name.lower()) in ROWS


@pytest.mark.parametrize("name", ["String", "Math", "JSON", "Number", "Date", "Object", "Array"])
def test_a_constructor_has_members(name: str) -> None:
    assert any(owner == STATICS[name] for owner, _ in ROWS)


def test_a_prototype_knows_whose_it_is() -> None:
    for table in OBJECTS.values():
        if "prototype" in table:
            assert OBJECTS[table["prototype"].oid][KIND] == "prototype"
