"""Which files the server loads as libraries, by their place and name."""

from __future__ import annotations

import pytest

from tests.builders.libraries import library
from webshellhunt.binaries.loaded import assemblies_of, is_loaded
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role


@pytest.mark.parametrize(
    ("path", "role", "loaded"),
    [
        ("site/bin/a.dll", Role.BIN, True),
        ("site/bin/a.txt", Role.BIN, False),
        ("site/a.dll", Role.WWWROOT, False),
    ],
)
def test_the_folder_and_the_name_decide(path: str, role: Role, loaded: bool) -> None:
    assert is_loaded(Artifact(path, path, role, 1), library()) is loaded
    assert not is_loaded(Artifact(path, path, role, 1), b"text")


def test_a_library_without_metadata_is_no_assembly() -> None:
    assert assemblies_of(Artifact("bin/a.dll", "bin/a.dll", Role.BIN, 1), library()) == ()
