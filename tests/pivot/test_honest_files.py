"""The honest files that no rule may match."""

from __future__ import annotations

from webshellhunt.pivot.honest_files import honest_contents


def test_they_are_a_clean_server_and_the_honest_twins() -> None:
    contents = honest_contents()
    assert len(contents) > 50
    assert any(b"<" + b"%" in content for content in contents)
