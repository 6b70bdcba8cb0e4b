"""Fixtures as tests of detectors need them: examined, and asked for the findings of one rule."""

from __future__ import annotations

from pathlib import Path

from webshellhunt.defang import Fixture, load_fixture
from webshellhunt.model.findings import Finding
from webshellhunt.pipeline import examine

FIXTURES = Path(__file__).parents[2] / "fixtures"


def read(name: str) -> Fixture:
    """Read ``folder/stem``."""
    return load_fixture(FIXTURES / f"{name}.defanged")


def changed(name: str, *changes: tuple[str, str], path: str | None = None) -> Fixture:
    """Read a fixture and change words of it, each of which must be there, or its place."""
    fixture = read(name)
    data = fixture.data
    for old, new in changes:
        assert old.encode() in data
        data = data.replace(old.encode(), new.encode())
    return fixture._replace(data=data, path=path or fixture.path)


def findings(fixture: Fixture | str, rule_id: str) -> list[Finding]:
    """Return what one rule says of a fixture."""
    wanted = read(fixture) if isinstance(fixture, str) else fixture
    return [found for found in examine(wanted.data, path=wanted.path).findings if found.rule.id == rule_id]


def finding(fixture: Fixture | str, rule_id: str) -> Finding:
    """Return the one finding of a rule."""
    (found,) = findings(fixture, rule_id)
    return found
