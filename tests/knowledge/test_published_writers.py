"""Published writers are known by all of their names."""

from __future__ import annotations

import pytest

from webshellhunt.knowledge.published_writers import PUBLISHED_WRITERS, PublishedWriter, find_published_writer


@pytest.mark.parametrize("writer", PUBLISHED_WRITERS, ids=lambda each: each.product)
def test_all_names_are_needed(writer: PublishedWriter) -> None:
    names = writer.names
    assert find_published_writer(names | {"more"}, names, names, writer.sink) is writer
    assert all(find_published_writer(names - {name}, names, names, writer.sink) is None for name in names)


@pytest.mark.parametrize("writer", PUBLISHED_WRITERS, ids=lambda each: each.product)
def test_names_that_are_no_functions_are_not_enough(writer: PublishedWriter) -> None:
    names, some = writer.names, set(sorted(writer.names)[:4])
    assert find_published_writer(names, some, names, writer.sink) is None
    assert find_published_writer(names, names, {"page_load"}, writer.sink) is None
    assert find_published_writer(names, names, names, "process") is None


def test_names_are_lower_case_and_several() -> None:
    for writer in PUBLISHED_WRITERS:
        assert len(writer.names) >= 6
        assert all(name == name.lower() for name in writer.names)
