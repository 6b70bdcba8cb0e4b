"""The table of capabilities: well-formed, with a reason, and rates where it convicts."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from webshellhunt.analysis.capabilities import OF_CAPABILITY, Weight, capabilities, capability_sinks, capability_types
from webshellhunt.analysis.vocabulary import vocabulary

RAW = tomllib.loads(files("webshellhunt.analysis").joinpath("capabilities.toml").read_text(encoding="utf-8"))


def test_each_row_has_its_own_name_and_a_reason() -> None:
    names = [row["name"] for row in RAW["capabilities"]]
    assert len(names) == len(set(names)) == len(capabilities())
    assert [row["name"] for row in RAW["capabilities"] if len(row["reason"]) < 20] == []


def test_every_name_is_in_the_form_that_it_is_compared_in() -> None:
    keys = ("names", "properties", "constructors", "gate", "beside")
    words = [word for row in RAW["capabilities"] for key in keys for word in row.get(key, ())]
    words += [*capability_types(), *capability_types().values()]
    assert [word for word in words if word != word.lower() or not word.strip()] == []


def test_a_capability_never_says_more_outside_the_page() -> None:
    order = (Weight.NOTHING, Weight.SECOND, Weight.SUSPECTS, Weight.CONVICTS)
    wrong = [c.name for c in capabilities().values() if order.index(c.code_behind) > order.index(c.aspnet)]
    assert wrong == []


def test_uses_are_sinks_of_their_own_kind() -> None:
    kinds = {sink.kind for sinks in vocabulary().sinks.values() for sink in sinks}
    named = {
        row["kind"] for row in capability_sinks() if any(row.get(k) for k in ("names", "properties", "constructors"))
    }
    assert named == {kind for kind in kinds if kind.startswith(OF_CAPABILITY)}
