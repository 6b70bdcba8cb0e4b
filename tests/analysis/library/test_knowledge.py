"""What `library.toml` says."""

from __future__ import annotations

from webshellhunt.analysis.library.knowledge import Knowledge, knowledge


def test_every_name_is_in_lower_case_and_in_one_set_alone() -> None:
    tables = knowledge()
    for field in ("functions", "members"):
        numbers, booleans = getattr(tables.numbers, field), getattr(tables.booleans, field)
        assert not numbers & booleans
        assert all(name == name.lower() for name in numbers | booleans)


def test_the_tables_are_read_once() -> None:
    assert knowledge() is knowledge()
    assert isinstance(knowledge(), Knowledge)
    assert "indexof" in knowledge().numbers.members
    assert "configureawait" in knowledge().same.members
