"""The reports of the described hosts and of the servers with logs: each is hunted once in a process of tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from tests.builders.log_plot import Story
from tests.builders.log_stories import STORIES, twin
from tests.builders.log_traffic import TWINS
from webshellhunt.model.report import Report
from webshellhunt.pipeline import hunt
from webshellhunt.sources.described import open_described

HOSTS: Final = Path(__file__).parents[2] / "fixtures" / "hosts"
HOST_NAMES: Final = sorted(path.stem for path in HOSTS.glob("*.host"))


@cache
def hunted_host(name: str) -> Report:
    """Return the report of a described host."""
    with open_described(HOSTS / f"{name}.host").source() as source:
        return hunt(source)


@cache
def story(name: str) -> Story:
    """Return a server with logs."""
    return STORIES[name](200)


@cache
def hunted_story(name: str) -> Report:
    """Return the report of a server with logs."""
    with (twin(name) if name in TWINS else story(name)).source(name) as source:
        return hunt(source)
