"""How to show a report, where nothing is said."""

from __future__ import annotations

from webshellhunt.reports.options import Options


def test_secrets_stay_hidden_unless_they_are_wanted() -> None:
    options = Options()
    assert not any((options.show_secrets, options.raw_excerpts, options.show_all, options.color))
    assert options.width is None
