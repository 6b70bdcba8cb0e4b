"""The listing of a comparison."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.comparison.cases import HEALTH, VIEW, after, before, server_path
from tests.reports.strategies import hostile
from webshellhunt.comparison import compare
from webshellhunt.model.comparison import Change, ChangeKind, Comparison, ComparisonState, HostComparison
from webshellhunt.model.findings import Gap
from webshellhunt.reports.listings.report_comparison import json_lines, text_lines


def test_the_text_begins_with_the_sentence_and_has_a_part_for_each_kind() -> None:
    made = compare(before(), after())
    text = "".join(text_lines(made))
    assert text.startswith(f"{made.sentence}\n\nEXCH01: EXCH01 -> EXCH01\n\nStill there (7)\n")
    for kind in {change.kind for change in made.changes()}:
        assert f"\n{kind.words.capitalize()} (" in text
    assert f"\n  {server_path(HEALTH)}\n    malicious; sha256 " in text
    assert f"Gaps of the new report that matter (1; 1 new)\n  {server_path(VIEW)}: " in text


def test_the_build_and_the_waves() -> None:
    [host] = compare(before(), after()).hosts
    host = replace(host, build_before="15.2.659.4", build_after="15.2.986.5", closed_waves=("ProxyShell",))
    text = "".join(text_lines(Comparison(ComparisonState.REMAINS, "x", (host,), ("EXCH09",))))
    assert "Exchange: build 15.2.659.4 before, 15.2.986.5 now\n  closed now: ProxyShell\n" in text
    assert "EXCH09: only the new reports have this host" in text


def test_many_changes_are_cut_in_text_only() -> None:
    changes = tuple(Change(ChangeKind.NEW, f"{number}.aspx") for number in range(5_000))
    made = Comparison(ComparisonState.REMAINS, "x", (HostComparison("A", "o", None, changes),))
    text = "".join(text_lines(made))
    assert "A: o -> no new report" in text
    assert "and 4,800 more, which --format json lists" in text
    assert len(json.loads("".join(json_lines(made)))["hosts"][0]["changes"]) == 5_000


@given(st.lists(hostile, min_size=8, max_size=8), st.sampled_from(ChangeKind))
def test_hostile_texts_stay_on_their_line(texts: list[str], kind: ChangeKind) -> None:
    change = Change(kind, texts[0], other_path=texts[1], reason=texts[2])
    gap = Gap("x", "walk", texts[3], texts[4], matters=True)
    host = HostComparison(texts[5], texts[6], texts[7], (change,), texts[0], texts[1], gaps=1, new_gaps=(gap,))
    text = "".join(text_lines(Comparison(ComparisonState.UNKNOWN, texts[0], (host,), (texts[1],))))
    assert all(line.isprintable() for line in text.split("\n"))
