"""Many differing files of one cause are one thing to say."""

from __future__ import annotations

from dataclasses import replace

from tests.verdict.test_judge import C, S, examination, finding
from webshellhunt.baselines.fit import CHANGED_RULE, FEW, UNLISTED_RULE, group_deviations, uncovered
from webshellhunt.baselines.known_contents import load_baselines
from webshellhunt.detectors.placement import unlisted_page
from webshellhunt.detectors.placement.changed_stock_file import RULE
from webshellhunt.model.report import ExchangeInstall, Host
from webshellhunt.model.verdict import Examination

SCRIPT, PAGE = (replace(finding(S.LOW, C.LOW), rule=RULE, severity=severity) for severity in (S.LOW, S.MEDIUM))
OTHER = finding(S.HIGH, C.HIGH)


def at(path: str, *findings: object, known_good: str | None = None) -> Examination:
    plain = examination(*findings)  # type: ignore[arg-type]
    return replace(plain, subject=replace(plain.subject, path=path), known_good=known_good)


def known(count: int) -> list[Examination]:
    return [at(f"C:\\k\\{number}.js", known_good="a list") for number in range(count)]


def test_the_rules_are_named_as_their_detectors_name_them() -> None:
    assert (RULE.slug, unlisted_page.RULE.slug) == (CHANGED_RULE, UNLISTED_RULE)


def test_a_few_are_told_one_by_one() -> None:
    few = [at(f"C:\\a\\{number}.js", SCRIPT) for number in range(FEW)]
    assert group_deviations(few) == (few, [])


def test_a_list_that_does_not_fit_accuses_nobody() -> None:
    many = [at(f"C:\\ex\\{number % 3}\\{number}.aspx", PAGE, OTHER) for number in range(100)]
    grouped, (gap,) = group_deviations([*many, *known(99)])
    assert [e.findings for e in grouped[:100]] == [(OTHER,)] * 100
    assert (gap.code, gap.path, gap.matters) == ("baseline-does-not-fit", "C:\\ex", False)
    assert "100 files differ" in gap.reason


def test_by_a_list_that_does_not_fit_an_unlisted_page_is_a_hint() -> None:
    page = at("C:\\ex\\new.aspx", replace(OTHER, rule=unlisted_page.RULE))
    many = [at(f"C:\\ex\\{number}.aspx", PAGE) for number in range(100)]
    (hinted, *_), _ = group_deviations([page, *many])
    assert [(f.severity, f.confidence) for f in hinted.findings] == [(S.LOW, C.LOW)]
    assert group_deviations([page]) == ([page], [])


def test_many_scripts_become_one_gap_and_pages_stay() -> None:
    scripts = [at(f"C:\\ex\\{'ab'[number > 30]}\\{number}.js", SCRIPT) for number in range(50)]
    page = at("C:\\ex\\logon.aspx", PAGE)
    grouped, (gap,) = group_deviations([page, *scripts, *known(500)])
    assert grouped[0] == page
    assert all(e.findings == () for e in grouped[1:])
    assert gap.code == "many-changed-files"
    assert "50 scripts and libraries" in gap.reason
    assert "C:\\ex\\a (31), C:\\ex\\b (19)" in gap.reason


def test_many_pages_of_a_list_that_fits_are_all_told() -> None:
    pages = [at(f"C:\\ex\\{number}.aspx", PAGE) for number in range(50)]
    assert group_deviations([*pages, *known(500)]) == ([*pages, *known(500)], [])


def test_a_build_that_no_list_covers_is_told_once() -> None:
    baselines = load_baselines()
    assert list(uncovered(Host(), baselines)) == []
    assert list(uncovered(Host(exchange=(ExchangeInstall("C:\\E", "15.2.858.5"),)), baselines)) == []
    (newer,) = uncovered(Host(exchange=(ExchangeInstall("C:\\E", "15.2.2562.43"),)), baselines)
    assert (newer.code, newer.path, newer.matters) == ("build-not-covered", "C:\\E", False)
    assert "15.2.2562.43" in newer.reason
    two = (ExchangeInstall("C:\\E", "15.2.858.5"), ExchangeInstall("D:\\E"))
    (unknown,) = uncovered(Host(exchange=two), baselines)
    assert "installed build is unknown" in unknown.reason
