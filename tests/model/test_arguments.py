"""Checks of arguments: what is accepted passes in silence, and a path has one form."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from webshellhunt.errors import UsageError, WebShellHuntError, WrongTypeError
from webshellhunt.model.arguments import path_of, paths_of, require_choice, require_number, require_seconds, type_words


def test_an_error_is_ours_and_that_of_python() -> None:
    with pytest.raises(WrongTypeError) as wrong:
        require_number("it", "7", 0, 9, "bytes")
    assert isinstance(wrong.value, TypeError | UsageError | WebShellHuntError)
    assert str(wrong.value) == "it is of type str; pass a whole number of bytes, from 0 to 9"
    with pytest.raises(UsageError) as outside:
        require_number("it", 10, 0, 9, "bytes", "None for all")
    assert not isinstance(outside.value, TypeError)
    assert str(outside.value) == "it is 10; pass a whole number of bytes, from 0 to 9, or None for all"


def test_what_is_accepted_passes() -> None:
    for number in (0, 9):
        require_number("it", number, 0, 9, "bytes")
    for seconds in (None, 1, 0.5, 60):
        require_seconds("it", seconds, 60)
    require_choice("it", "a", ("a", "b"))


def test_paths_are_texts() -> None:
    assert paths_of("it", [Path("a"), "b", PurePath("c")]) == ("a", "b", "c")
    assert paths_of("it", ()) == ()
    assert path_of("it", "x\udcff") == "x\udcff"


def test_types_are_named() -> None:
    assert [type_words(None), type_words(7), type_words("")] == ["None", "of type int", "of type str"]
