"""How a file stands to the baselines, where nothing is said."""

from __future__ import annotations

from webshellhunt.model.standing import Standing, StandingKind


def test_a_file_that_no_baseline_names_stands_apart_and_accuses_nobody() -> None:
    standing = Standing()
    assert standing.kind is StandingKind.APART
    assert not any((standing.by_user, standing.accused, standing.expected, standing.elsewhere))
