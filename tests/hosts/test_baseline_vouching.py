"""A baseline makes no page of its own server more suspect: of each file, the disposition with it is no worse."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detectors.fixture_cases import read
from webshellhunt.baselines.make import list_contents
from webshellhunt.baselines.store import BaselineHead
from webshellhunt.baselines.store_writer import write_baseline
from webshellhunt.model.limits import Job
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition, SubjectKind
from webshellhunt.pipeline import hunt, judge_file
from webshellhunt.sources.described import open_described
from webshellhunt.sources.memory import MemorySource
from webshellhunt.sources.source import Source

HOSTS = sorted((Path(__file__).parents[2] / "fixtures" / "hosts").glob("*.host"))
SHELL = read("request_reaches_eval/jscript-net").data
PAGE = b'<%@ Page Language="C#" %><p>text</p>'
CONTENTS = [SHELL, PAGE, b"text", b"<configuration />", b"MZ"]
NAMES = ["a.aspx", "b.aspx", "web.config", "c.js", "d.dll"]
FOLDERS = [
    "C/inetpub/wwwroot",
    "C/inetpub/wwwroot/app",
    "C/inetpub/wwwroot/aspnet_client",
    "C/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth",
]


def baseline_of(source: Source, path: Path) -> str:
    listing = list_contents(source, Job(), judge_file)
    with path.open("wb") as stream:
        write_baseline(stream, BaselineHead("its own", listing.builds), listing.rows)
    return str(path)


def dispositions(report: Report) -> dict[str, Disposition]:
    return {verdict.subject.path: verdict.disposition for verdict in report.verdicts}


@pytest.mark.parametrize("path", HOSTS, ids=lambda path: path.stem)
def test_no_file_of_a_described_host_is_more_suspect_by_a_list_of_that_host(path: Path, tmp_path: Path) -> None:
    made = baseline_of(open_described(path).source(), tmp_path / "list")
    without = dispositions(hunt(open_described(path).source()))
    known = dispositions(hunt(open_described(path).source(), job=Job(baseline_paths=(made,))))
    assert {each for each in known if known[each] > without.get(each, Disposition.BENIGN)} == set()


@given(st.dictionaries(st.tuples(st.sampled_from(FOLDERS), st.sampled_from(NAMES)), st.sampled_from(CONTENTS)))
def test_every_file_of_a_listed_tree_is_known(tree: dict[tuple[str, str], bytes]) -> None:
    files = {f"{folder}/{name}": content for (folder, name), content in tree.items()}
    with tempfile.TemporaryDirectory() as folder:
        made = baseline_of(MemorySource(files), Path(folder) / "list")
        report = hunt(MemorySource(files), job=Job(baseline_paths=(made,)))
    assert {v.disposition for v in report.verdicts if v.subject.kind is SubjectKind.FILE} <= {Disposition.KNOWN_GOOD}


def hunted(tmp_path: Path, clean: dict[str, bytes], **added: bytes) -> Report:
    top = FOLDERS[1]
    made = baseline_of(MemorySource({f"{top}/{name}": content for name, content in clean.items()}), tmp_path / "list")
    found = {**clean, **{name.replace("_", "."): content for name, content in added.items()}}
    return hunt(
        MemorySource({f"{top}/{name}": content for name, content in found.items()}), job=Job(baseline_paths=(made,))
    )


def test_an_accused_page_of_the_clean_server_is_known_and_told(tmp_path: Path) -> None:
    report = hunted(tmp_path, {"tool.aspx": SHELL, "a.aspx": PAGE})
    (verdict,) = [each for each in report.verdicts if each.is_known_and_accused]
    assert verdict.subject.path.endswith("tool.aspx")
    assert (verdict.disposition, verdict.otherwise) == (Disposition.KNOWN_GOOD, Disposition.MALICIOUS)
    assert {finding.rule.id for finding in verdict.findings}.isdisjoint({"WSH6007", "WSH6008"})
    assert (
        "Not counted, because you accepted it or your baseline lists it: 1 malicious file."
        in report.assessment.sentence
    )


def test_a_configuration_that_older_rules_did_not_accuse_is_known_and_told(tmp_path: Path) -> None:
    source = MemorySource({f"{FOLDERS[1]}/web.config": read("static_type_mapped/build-provider").data})
    listing = list_contents(source, Job(), judge_file)
    with (tmp_path / "list").open("wb") as stream:
        write_baseline(
            stream, BaselineHead("ours", listing.builds), [row._replace(accused=False) for row in listing.rows]
        )
    report = hunt(source, job=Job(baseline_paths=(str(tmp_path / "list"),)))
    (verdict,) = [each for each in report.verdicts if each.is_known_and_accused]
    assert (verdict.disposition, verdict.otherwise) == (Disposition.KNOWN_GOOD, Disposition.SUSPICIOUS)


def test_the_same_shell_under_another_name_or_changed_is_still_accused(tmp_path: Path) -> None:
    report = hunted(tmp_path, {"tool.aspx": SHELL, "a.aspx": PAGE}, new_aspx=SHELL)
    assert {v.subject.path[-8:]: v.disposition for v in report.verdicts if v.disposition > Disposition.BENIGN} == {
        "new.aspx": Disposition.MALICIOUS
    }
    (tmp_path / "more").mkdir()
    report = hunted(tmp_path / "more", {"a.aspx": PAGE, "b.aspx": PAGE}, a_aspx=PAGE + SHELL)
    assert {v.disposition for v in report.verdicts if v.subject.path.endswith("a.aspx")} == {Disposition.MALICIOUS}


def test_a_page_that_only_newer_rules_accuse_is_told_too(tmp_path: Path) -> None:
    """A list of older rules accuses nothing of it: pages are examined all the same."""
    top, path = FOLDERS[1], tmp_path / "list"
    source = MemorySource({f"{top}/tool.aspx": SHELL})
    rows = [row._replace(accused=False) for row in list_contents(source, Job(), judge_file).rows]
    with path.open("wb") as stream:
        write_baseline(stream, BaselineHead("older"), rows)
    (verdict,) = hunt(source, job=Job(baseline_paths=(str(path),))).verdicts
    assert verdict.is_known_and_accused
