"""Baselines made of described hosts, as a user makes them of clean servers."""

from __future__ import annotations

from pathlib import Path

from webshellhunt.baseline_making import list_contents
from webshellhunt.context.baseline_file import Head
from webshellhunt.context.baseline_writing import write_baseline
from webshellhunt.model.limits import Job
from webshellhunt.sources.source import Source


def baseline_of(source: Source, path: Path, *, with_text: bool = False) -> str:
    """Write the baseline of a source, for any build, and return where it is."""
    listing = list_contents(source, Job(), with_text=with_text)
    assert listing.accused == []
    with path.open("wb") as stream:
        write_baseline(stream, Head("the clean server"), listing.rows, listing.texts)
    return str(path)
