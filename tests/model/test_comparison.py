"""The nouns of a comparison."""

from __future__ import annotations

from webshellhunt.model.comparison import Change, ChangeKind, Comparison, ComparisonState, HostComparison


def test_each_kind_has_its_words() -> None:
    assert len({kind.words for kind in ChangeKind}) == len(ChangeKind)


def test_changes_of_all_hosts_by_kind() -> None:
    new, gone = Change(ChangeKind.NEW, "a"), Change(ChangeKind.GONE, "b")
    hosts = (HostComparison("A", "o", "n", (new,)), HostComparison("B", "o", "n", (gone,)))
    made = Comparison(ComparisonState.REMAINS, "A sentence.", hosts)
    assert made.changes() == (new, gone)
    assert made.changes(ChangeKind.GONE) == (gone,)
    assert repr(made) == "<Comparison remains: A sentence.>"
