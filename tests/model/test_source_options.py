"""Options for opening a source."""

from __future__ import annotations

from webshellhunt.model.source_options import SourceOptions


def test_the_defaults_open_as_much_as_needs_no_decision() -> None:
    options = SourceOptions()
    assert (dict(options.drives), options.times, options.logs) == ({}, "auto", False)
    assert (options.password, options.snapshots) == (None, False)
