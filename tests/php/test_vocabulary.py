"""The names of PHP that the interpreter knows."""

from __future__ import annotations

from webshellhunt.php import vocabulary
from webshellhunt.php.folding import PASSING


def test_names_are_in_lower_case() -> None:
    groups = (
        vocabulary.EXECUTES,
        vocabulary.REPLACES,
        vocabulary.CALLS_BACK,
        vocabulary.WRITES,
        vocabulary.INCLUDES,
        PASSING,
    )
    assert all(name == name.lower() for group in groups for name in group)


def test_a_function_is_in_one_group_of_a_toolkit() -> None:
    names = [name for group in vocabulary.GROUPS.values() for name in group]
    assert len(names) == len(set(names))


def test_a_function_that_executes_passes_no_value_on() -> None:
    assert not vocabulary.COMMANDS & PASSING
