"""Baselines made of described hosts, as a user makes them of clean servers."""

from __future__ import annotations

from pathlib import Path

from webshellhunt.baselines.make import list_contents
from webshellhunt.baselines.store import BaselineHead
from webshellhunt.baselines.store_writer import write_baseline
from webshellhunt.model.limits import Job
from webshellhunt.pipeline import judge_file
from webshellhunt.sources.source import Source


def baseline_of(source: Source, path: Path, *, with_text: bool = False) -> str:
    """Write the baseline of a source, for any build, and return where it is."""
    listing = list_contents(source, Job(), judge_file, with_text=with_text)
    assert listing.accused == []
    with path.open("wb") as stream:
        write_baseline(stream, BaselineHead("the clean server"), listing.rows, listing.texts)
    return str(path)
