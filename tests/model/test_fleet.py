"""The nouns of a fleet."""

from __future__ import annotations

import pytest

from webshellhunt.model.fleet import Fleet, Outlier, OutlierKind, SharedKind, TimeOf
from webshellhunt.model.plain_data import from_plain, to_plain
from webshellhunt.model.verdict import Disposition


def test_each_kind_has_words() -> None:
    assert all(kind.words for kind in SharedKind)
    assert all(event.words for event in TimeOf)


@pytest.mark.parametrize(("disposition", "accused"), [(d, d >= Disposition.SUSPICIOUS) for d in Disposition])
def test_an_outlier_is_accused_by_its_own_verdict_only(disposition: Disposition, accused: bool) -> None:
    outlier = Outlier(OutlierKind.ONLY_HERE, "x.aspx", ("A",), 1, 19, 20, disposition)
    assert outlier.is_accused is accused


def test_a_fleet_is_plain_data() -> None:
    outlier = Outlier(OutlierKind.ONLY_HERE, "x.aspx", ("A",), 1, 19, 20, Disposition.BENIGN)
    fleet = Fleet("A sentence.", outliers=(outlier,))
    assert from_plain(Fleet, to_plain(fleet)) == fleet
    assert repr(fleet) == "<Fleet of 0: 1 outliers, 0 shared>"
