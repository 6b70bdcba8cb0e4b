"""The prefilters decide the speed and nothing else: without each, and without all, the findings are the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.variants.judged import page_of, verdict_of
from benchmarks.variants.laws import laws_for
from benchmarks.variants.page_file import PageFile
from tests.builders.inert import analyse
from tests.builders.small_programs import POOLS, programs
from tests.builders.unfiltered import LOSSLESS, PREFILTERS, switched_off, without
from webshellhunt.analysis.flow.flows import Flow
from webshellhunt.defang import load_fixture

TOP = Path(__file__).parents[2] / "fixtures"
NAMES = tuple(sorted(path.relative_to(TOP).as_posix() for path in TOP.glob("*/*.defanged")))
DATA_FLOW = "WSH1"
FOLDING = frozenset({"strings-split", "strings-escaped", "other-parameters"})
"""The laws that leave something to fold."""

Shown = tuple[object, ...]


SHARE = 6
"""Each fixture has the variants of one law in so many, by their digests: all fixtures together have all laws."""


@cache
def _variants(name: str, laws: frozenset[str] | None = None) -> tuple[PageFile, ...]:
    """Return a fixture and its share of the variants under some metamorphic laws, all of them unless they are named."""
    page = page_of(load_fixture(TOP / name))
    known = (law for law in laws_for(name.partition("/")[0]) if laws is None or law.name in laws)
    return (page, *filter(None, (law.apply(page) for law in known if _is_shared(name, law.name))))


def _is_shared(name: str, law: str) -> bool:
    return crc32(f"{name} {law}".encode()) % SHARE == 0


def _findings(page: PageFile) -> Iterator[Shown]:
    for finding in verdict_of(page).findings:
        if finding.rule.id.startswith(DATA_FLOW):
            lines = tuple(each.line for each in finding.evidence)
            yield finding.rule.id, finding.message, tuple(finding.facts.items()), lines


@cache
def _filtered(name: str) -> list[list[Shown]]:
    return [list(_findings(page)) for page in _variants(name)]


FOLDERS = sorted({name.partition("/")[0] for name in NAMES})


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_findings_of_fixtures_and_their_variants_need_no_prefilter(folder: str) -> None:
    names = [name for name in NAMES if name.startswith(f"{folder}/")]
    before = [_filtered(name) for name in names]
    with without(LOSSLESS):
        assert [[list(_findings(page)) for page in _variants(name)] for name in names] == before


# What decides is in pieces, and folding is skipped, since nothing runs text or makes an object by its name.
_UNFOLDED = frozenset(
    {
        "interpreter_started_by_page/vb-net.defanged",
        "administration_port_used_by_page/vbscript.defanged",
        "credentials_read_by_page/vb-net.defanged",
        "page_dates_itself/vbscript.defanged",
        "request_reaches_process/csharp-page-in-base64.defanged",
        "server_surveyed_by_page/vb-net-accounts.defanged",
    }
)


@pytest.mark.parametrize("name", sorted({*NAMES} - _UNFOLDED))
def test_the_rules_that_find_a_fixture_need_no_folding(name: str) -> None:
    variants = _variants(name, FOLDING)
    before = [{shown[0] for shown in _findings(page)} for page in variants]
    with without(PREFILTERS):
        assert [{shown[0] for shown in _findings(page)} for page in variants] == before


# Small programs -------------------------------------------------------------------------------------------------------


def _told(flow: Flow) -> Shown:
    """Return all of a flow, the flows inside it with it."""
    return (*flow._replace(inner=()), tuple(map(_told, flow.inner)))


def _followed(code: str, language: str) -> tuple[list[Shown], list[tuple[int, str]], bool]:
    analysis = analyse(code, language)
    flows = [_told(flow) for flow in analysis.all_flows()]
    return flows, list(analysis.written_names()), analysis.exhausted


@pytest.mark.parametrize("language", POOLS)
@given(data=st.data())
@settings(max_examples=600)
def test_the_flows_of_small_programs_need_no_prefilter(language: str, data: st.DataObject) -> None:
    code = data.draw(programs(language))
    flows, names, is_exhausted = _followed(code, language)
    with switched_off(LOSSLESS):
        *found, is_run_exhausted = _followed(code, language)
    assert found == [flows, names]
    # A run that stops early may miss something later; there is nothing to miss where a prefilter says so.
    assert is_run_exhausted or not is_exhausted
