"""YARA rules: compiled, found again, silent on honest pages, inert; or the reason that there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.builders.assemblies import page_assembly
from tests.builders.shares import Share
from tests.pivot.cases import FIXTURES, case_with, demo_case, fixture, hostile_hosts, judged
from webshellhunt.defang import FixtureClass, load_fixture
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition, Presence, SubjectKind
from webshellhunt.pipeline import examine
from webshellhunt.pivot.case import Product, case_of
from webshellhunt.pivot.yara_rules import FILE, honest_contents, yara_rules
from webshellhunt.saved_reports import SavedReport
from webshellhunt.selftest.demo import demo_host
from webshellhunt.signatures.catalog import load_catalog
from webshellhunt.signatures.engine import Engine, compile_rules
from webshellhunt.signatures.hits import RuleText

MALICIOUS = sorted(
    path.relative_to(FIXTURES).with_suffix("").as_posix()
    for path in FIXTURES.glob("*/*.defanged")
    if load_fixture(path).fixture_class is FixtureClass.MALICIOUS
)
SAME_STATEMENTS = {
    "links_for_crawlers/csharp-script-by-referrer": "the twin differs in the value that it compares with",
    "page_dates_itself/vbscript": "the twin changes the times of another file",
    "stylesheet_runs_script/csharp": "the twin's stylesheet differs after the longest statement",
}
"""Shells whose honest twins have each statement of the rule, and how the twins differ."""


def _engine(product: Product, engine: str = "auto") -> Engine:
    compiled, problems = compile_rules([RuleText("x", "x", product.files[FILE])], engine=engine)
    assert problems == ()
    return compiled


def _honest(name: str) -> dict[str, bytes]:
    """Return the harmless fixtures of a folder, by their names."""
    found = {each.stem: load_fixture(each) for each in (FIXTURES / name).parent.glob("*.defanged")}
    return {stem: each.data for stem, each in found.items() if each.fixture_class is FixtureClass.BENIGN}


def _wrong(name: str, *, with_file: bool) -> str:
    """Return what is wrong with the rules of a fixture: they find it again, and no harmless one."""
    shell = fixture(name)
    verdict = judged(name)
    if verdict.disposition is not Disposition.MALICIOUS:  # by itself: only with its place or its server
        return "a rule was made" if case_with(verdict).shells else ""
    product = yara_rules(case_with(verdict, contents={verdict.subject.path: shell.data} if with_file else {}))
    if not product.made:
        return "" if product.left_out else "nothing is said about the shell that was left out"
    engine = _engine(product)
    if not engine.names(shell.data, 20):
        return "not found again"
    matched = [stem for stem, data in _honest(name).items() if engine.names(data, 20)]
    return "" if not matched or name in SAME_STATEMENTS else f"found in {matched}"


@pytest.mark.parametrize("with_file", [False, True], ids=["of the report", "of the file"])
@pytest.mark.parametrize("folder", sorted({name.partition("/")[0] for name in MALICIOUS}))
def test_a_fixture_is_found_again_and_its_twin_is_not(folder: str, with_file: bool, share: Share) -> None:
    names = [name for name in MALICIOUS if name.startswith(f"{folder}/") and (f"{name}.defanged", "pivot") in share]
    assert {name: told for name in names if (told := _wrong(name, with_file=with_file))} == {}


def test_the_demo_is_found_again_by_both_engines() -> None:
    product = yara_rules(demo_case())
    assert product.made == 8
    files = {file.path.rpartition("/")[2]: file.data for file in demo_host().files}
    for engine in (_engine(product, name) for name in ("yara", "yara-x")):
        found = {path for path in files if engine.names(files[path], 20)}
        assert {"offline.aspx", "session.aspx", "view.aspx", "images.ashx", "health.aspx", "banner.png"} <= found
        assert not any(engine.names(content, 20) for content in honest_contents())


def test_a_variant_is_found() -> None:
    verdict = judged("request_reaches_eval/jscript-net")
    data = fixture("request_reaches_eval/jscript-net").data
    engine = _engine(yara_rules(case_with(verdict)))
    assert engine.names(data.upper(), 20)
    assert engine.names(data.decode().encode("utf-16"), 20)
    assert engine.names(data.replace(b"(", b" (\r\n\t"), 20)
    assert engine.names(data + b" " * 200_000, 20)


def test_neither_the_rules_nor_our_own_match_the_file() -> None:
    product = yara_rules(demo_case())
    content = product.files[FILE].encode()
    assert load_catalog().scan(content, path=FILE) == []
    assert _engine(product).names(content, 20) == frozenset()
    for name in ("rules.aspx", "rules.asp"):
        assert examine(content, path=name).findings == ()


def test_copies_with_other_keys_are_one_rule() -> None:
    verdict = judged("request_reaches_eval/jscript-net")
    data = fixture("request_reaches_eval/jscript-net").data
    key = str(verdict.findings[0].facts["request_key"])
    other = data.replace(key.encode(), b"another_key")
    copy = examine(other, path="inetpub/wwwroot/other.aspx")
    product = yara_rules(case_with(verdict, copy))
    assert product.made == 1
    assert product.files[FILE].count("hash = ") == 2
    engine = _engine(product)
    assert engine.names(data.replace(key.encode(), b"third"), 20)


def test_the_meta_says_where_it_comes_from() -> None:
    text = yara_rules(demo_case()).files[FILE]
    assert 'webshellhunt_rules = "WSH1001 ' in text
    assert "from the report on demo of 2026-11-27T12:00:00Z by webshellhunt 0.1.0" in text
    assert 'date = "2026-11-27"' in text
    assert yara_rules(demo_case()).files[FILE] == text


def test_names_of_the_victim_are_in_no_string() -> None:
    text = yara_rules(demo_case()).files[FILE]
    strings = [line.replace("\\x58", "X") for line in text.splitlines() if line.strip().startswith("$")]
    assert strings
    assert not any("EXCH01" in line for line in strings)


def test_a_removed_page_whose_content_was_examined_has_a_rule() -> None:
    verdict = judged("request_reaches_eval/vbscript")
    trace = replace(verdict, subject=replace(verdict.subject, kind=SubjectKind.TRACE, presence=Presence.DELETED))
    product = yara_rules(case_with(trace))
    assert (product.made, product.left_out) == (1, ())
    assert product.made == yara_rules(case_with(trace, verdict)).made  # the file and its trace are one family


def test_the_reason_is_given_where_none_is_made() -> None:
    trace = replace(judged("request_reaches_eval/vbscript").subject, kind=SubjectKind.TRACE, sha256=None)
    verdict = replace(judged("request_reaches_eval/vbscript"), subject=trace)
    [reason] = yara_rules(case_with(verdict)).left_out
    assert "known only by a trace" in reason
    bare = replace(judged("request_reaches_eval/vbscript"), findings=())
    [reason] = yara_rules(case_with(bare)).left_out
    assert "--files" in reason or "its place" in reason
    [reason] = yara_rules(case_with(judged("unexpected_sign_in_page/writer"))).left_out
    assert "its place" in reason


@given(hostile_hosts)
def test_hostile_reports_make_rules_that_compile(report: Report) -> None:
    product = yara_rules(case_of([SavedReport(report)]))
    if product.made:
        assert product.files[FILE].isascii()
        for name in ("yara", "yara-x"):
            _engine(product, name)


def test_a_program_has_a_rule_from_its_literals_if_the_file_is_at_hand() -> None:
    start = 'Sys·tem.Diagno·stics.Proc·ess.St·art("tool.exe", c);'
    body = 'void Page_Load(object s, EventArgs e) { var c = Request.Form["a_particular_key_name"]; '
    shown = 'Response.Write("<pre>the output of the other program</pre>"); '
    data, twin = page_assembly(body + shown + start + " }"), page_assembly('void Go() { Response.Write("another"); }')
    path = "App_Web_x.aspx.f5dba9b9.q3xk0v_d.dll"
    verdict = replace(examine(data, path=path), disposition=Disposition.MALICIOUS)
    [reason] = yara_rules(case_with(verdict)).left_out
    assert "--files" in reason
    product = yara_rules(case_with(verdict, contents={verdict.subject.path: data}))
    assert "uint16(0) == 0x5A4D and filesize" in product.files[FILE]
    assert "VERSION" not in product.files[FILE]
    engine = _engine(product)
    assert engine.names(data, 20)
    assert not engine.names(twin, 20)


def test_they_are_a_clean_server_and_the_honest_twins() -> None:
    contents = honest_contents()
    assert len(contents) > 50
    assert any(b"<" + b"%" in content for content in contents)
