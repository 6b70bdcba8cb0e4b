"""The prefilters decide the speed and nothing else: without each, and without all, the findings are the same.

Each run tries a third of the fixtures, and a share of their variants (`tests/builders/shares.py`).
"""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.variants.judged import page_of, verdict_of
from benchmarks.variants.laws import laws_for
from benchmarks.variants.page_file import PageFile
from tests.builders.inert import analyse
from tests.builders.shares import Share
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


VARIED = 6
"""Each fixture has the variants of one law in so many, by their digests: all fixtures together have all laws."""


def _variants(name: str, share: Share) -> dict[str, PageFile]:
    """Return a fixture and its variants under some metamorphic laws, those of the share of this run, by the law."""
    page = page_of(load_fixture(TOP / name))
    variants: dict[str, PageFile | None] = {"": page}
    for law in laws_for(name.partition("/")[0]):
        if crc32(f"{name} {law.name}".encode()) % VARIED == 0 and (name, f"prefilter {law.name}") in share:
            variants[law.name] = law.apply(page)
    return {law: variant for law, variant in variants.items() if variant is not None}


def _findings(page: PageFile) -> list[Shown]:
    return [
        (each.rule.id, each.message, tuple(each.facts.items()), tuple(at.line for at in each.evidence))
        for each in verdict_of(page).findings
        if each.rule.id.startswith(DATA_FLOW)
    ]


def _rules(findings: list[Shown]) -> set[object]:
    return {shown[0] for shown in findings}


# What decides is in pieces, and folding is skipped, since nothing runs text or makes an object by its name.
_UNFOLDED = frozenset(
    {
        "program_started_by_page/vb-net-interpreter.defanged",
        "administration_port_used_by_page/vbscript.defanged",
        "credentials_read_by_page/vb-net.defanged",
        "page_dates_itself/vbscript.defanged",
        "request_reaches_process/csharp-page-in-base64.defanged",
        "server_surveyed_by_page/vb-net-accounts.defanged",
    }
)


def _needed(name: str, share: Share) -> dict[str, object]:
    """Return the findings of a fixture and its variants that are others without a prefilter, by the law."""
    variants = _variants(name, share)
    found = {law: _findings(page) for law, page in variants.items()}
    with without(LOSSLESS):
        needed: dict[str, object] = {law: new for law, old in found.items() if (new := _findings(variants[law])) != old}
    unfolded = [] if name in _UNFOLDED else [law for law in found if law in {"", *FOLDING}]
    with without(PREFILTERS):
        for law in unfolded:
            if (rules := _rules(_findings(variants[law]))) != _rules(found[law]):
                needed[f"{law}, all prefilters"] = rules
    return needed


@pytest.mark.parametrize("folder", sorted({name.partition("/")[0] for name in NAMES}))
def test_the_findings_of_a_fixture_and_its_variants_need_no_prefilter(folder: str, share: Share) -> None:
    names = [name for name in NAMES if name.startswith(f"{folder}/") and share.has(name, "prefilters", 3)]
    assert {name: needed for name in names if (needed := _needed(name, share))} == {}


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
def test_the_flows_of_small_programs_need_no_prefilter(language: str, data: st.DataObject) -> None:
    code = data.draw(programs(language))
    flows, names, is_exhausted = _followed(code, language)
    with switched_off(LOSSLESS):
        *found, is_run_exhausted = _followed(code, language)
    assert found == [flows, names]
    # A run that stops early may miss something later; there is nothing to miss where a prefilter says so.
    assert is_run_exhausted or not is_exhausted
