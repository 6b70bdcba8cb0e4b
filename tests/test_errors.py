"""Each error says what happened and where, and is what callers of the standard library expect."""

from __future__ import annotations

import pickle

import pytest

from webshellhunt import errors
from webshellhunt.errors import SourceError, SourceNotFoundError, UsageError, WebShellHuntError

ALL = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, WebShellHuntError)]


@pytest.mark.parametrize("kind", ALL)
def test_the_place_is_told_and_survives_a_pickle(kind: type[WebShellHuntError]) -> None:
    error = kind("it broke", path="a.config")
    again = pickle.loads(pickle.dumps(error))
    assert (again.message, again.path) == ("it broke", "a.config")
    assert "a.config" in str(error)
    assert "it broke" in str(error)


def test_errors_are_caught_as_those_of_the_standard_library() -> None:
    assert issubclass(SourceError, OSError)
    assert issubclass(SourceNotFoundError, FileNotFoundError)
    assert issubclass(UsageError, ValueError)
