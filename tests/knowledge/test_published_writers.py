"""Published writers are known by all of their names."""

from __future__ import annotations

from webshellhunt.knowledge.published_writers import PUBLISHED_WRITERS, find_published_writer


def test_all_names_are_needed() -> None:
    (writer,) = PUBLISHED_WRITERS
    assert find_published_writer(writer.names | {"more"}) is writer
    assert all(find_published_writer(writer.names - {name}) is None for name in writer.names)


def test_names_are_lower_case_and_several() -> None:
    for writer in PUBLISHED_WRITERS:
        assert len(writer.names) >= 6
        assert all(name == name.lower() for name in writer.names)
