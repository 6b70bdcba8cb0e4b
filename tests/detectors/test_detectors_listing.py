"""A file in the folder, or an entry point of another package, is all it takes to add a detector."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from webshellhunt import detectors
from webshellhunt.detectors import ENTRY_POINTS, iter_rules, load_detectors
from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.sample import Code

FOREIGN = Detector(
    define_rule("XYZ1000", "foreign-idea", Severity.LOW, Confidence.LOW, page="An outsider's idea."),
    Code,
    lambda *_: iter(()),
)


@pytest.fixture
def with_an_outsider(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def points(*, group: str) -> list[SimpleNamespace]:
        assert group == ENTRY_POINTS
        return [SimpleNamespace(load=lambda: SimpleNamespace(find=FOREIGN, again=FOREIGN, other="no detector"))]

    monkeypatch.setattr(detectors, "entry_points", points)
    load_detectors.cache_clear()
    yield
    load_detectors.cache_clear()


def test_detectors_are_listed_once_in_the_order_of_their_rules() -> None:
    ids = [found.rule.id for found in load_detectors()]
    assert ids == sorted(set(ids))
    assert {"WSH1001", "WSH2001", "WSH4001", "WSH6001"} <= set(ids)


def test_the_rules_are_those_of_the_detectors() -> None:
    assert [rule.id for rule in iter_rules()] == [found.rule.id for found in load_detectors()]


@pytest.mark.usefixtures("with_an_outsider")
def test_an_installed_package_adds_its_detectors() -> None:
    listed = load_detectors()
    assert listed.count(FOREIGN) == 1
    assert len(listed) > 1


@pytest.mark.usefixtures("with_an_outsider")
def test_the_listing_is_made_once() -> None:
    assert load_detectors() is load_detectors()
