"""Names of objects in their common form."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.structure.object_names import identity, plain_name


@pytest.mark.parametrize("written", ["some.name", "new:some.name", " {some.name}", "some.name, version=1"])
def test_the_name_alone(written: str) -> None:
    assert plain_name(written) == "some.name"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Some.Name", "some.name"),
        ("clsid:{0A-1B}", "0a-1b"),
        ("winmgmts:{impersonationLevel=impersonate}!x:Some_Class", "some_class"),
    ],
)
def test_the_class_that_a_text_names(written: str, name: str) -> None:
    assert identity(written) == name
