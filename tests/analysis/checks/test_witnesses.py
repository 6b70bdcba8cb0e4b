"""Names of pages with which code is run, to see whether its checks let them pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.analysis.checks.file_kinds import HARMLESS
from webshellhunt.analysis.checks.witnesses import names_to_try, witness_of
from webshellhunt.analysis.traces import Trace
from webshellhunt.core.values import Label


@given(st.frozensets(st.sampled_from(sorted(HARMLESS)) | st.text("abc", min_size=1, max_size=4)), st.booleans())
def test_pages_end_as_pages_and_the_others_never(kinds: frozenset[str], is_classic: bool) -> None:
    page = "asp" if is_classic else "aspx"
    pages, unknown, harmless = names_to_try(kinds, is_classic=is_classic)
    assert {each.rpartition(".")[2] for each in pages} == {page}
    assert not {each.rpartition(".")[2] for each in (*unknown, *harmless)} & (HARMLESS - kinds | {page})


def test_a_name_of_a_page_has_the_harmless_kinds_in_it() -> None:
    pages, _, harmless = names_to_try(frozenset({"gif", "jpg"}), is_classic=False)
    assert "w.gif.jpg.aspx" in pages
    assert set(harmless) == {"w.gif", "gif", "w.jpg", "jpg"}


@pytest.mark.parametrize(
    ("label", "member", "sent"),
    [
        (Label("visitor", "q", "N"), "", "w.aspx"),
        (Label("visitor", "q", "other"), "", None),
        (Label("upload", "q", "n"), "FileName", None),
    ],
)
def test_only_the_origin_of_the_trace_is_the_text(label: Label, member: str, sent: str | None) -> None:
    trace = Trace("visitor", "a parameter", 0, "n")
    assert witness_of(trace, "w.aspx")(label, member) == sent
