"""Shortcuts: the program and the arguments, whatever else is in the file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.shortcuts import shortcut
from webshellhunt.host.machine.shortcuts import Shortcut, read_shortcut


@pytest.mark.parametrize("variables", [False, True])
@pytest.mark.parametrize("name", ["", "Update of the server"])
@pytest.mark.parametrize("arguments", ["", "-w hidden"])
def test_the_program_of_a_shortcut(variables: bool, name: str, arguments: str) -> None:
    target = r"%windir%\a.exe" if variables else r"C:\Tools\a.exe"
    data = shortcut(target, arguments, variables=variables, name=name)
    assert read_shortcut(data) == Shortcut(target, arguments)


def test_another_file_is_none() -> None:
    assert read_shortcut(b"MZ") is None
    assert read_shortcut(shortcut("a.exe")[:40]) is None


@given(st.integers(0, 200), st.binary(max_size=80))
def test_any_bytes_are_read(cut: int, noise: bytes) -> None:
    data = shortcut(r"C:\a.exe", "-k", name="n")
    read_shortcut(data[:cut] + noise)
    read_shortcut(data[:20] + noise + data[20:])
