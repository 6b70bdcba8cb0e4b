"""Machine keys before and after a clean-up."""

from __future__ import annotations

from dataclasses import replace

from tests.comparison.cases import saved
from tests.reports.cases import SECRET
from tests.reports.cases import report as case
from webshellhunt.comparison import compare
from webshellhunt.comparison.keys import compare_keys
from webshellhunt.model.report import Report
from webshellhunt.pipeline import examine

PATH = r"C:\inetpub\wwwroot\web.config"
OTHER = SECRET[::-1]


def configured(key: str) -> Report:
    text = f'<configuration><system.web><machineKey validationKey="{key}"/></system.web></configuration>'
    verdict = examine(text.encode(), path=PATH)
    return case(replace(verdict, subject=replace(verdict.subject, path=PATH)))


def test_a_key_that_was_not_changed_is_named() -> None:
    for old in (configured(SECRET), saved(configured(SECRET), show_all=True)):
        for new in (configured(SECRET), saved(configured(SECRET), show_all=True)):
            [kept] = compare_keys([old], [new]).kept
            assert kept.startswith("sha256:")
            assert kept.endswith(f" in {PATH}")
            assert SECRET not in kept
            assert compare(old, new).hosts[0].kept_keys == (kept,)


def test_a_changed_key() -> None:
    keys = compare_keys([configured(SECRET)], [configured(OTHER)])
    assert (len(keys.kept), len(keys.changed)) == (0, 1)


def test_a_report_without_the_file_says_nothing() -> None:
    assert compare_keys([configured(SECRET)], [case()]) == ((), ())
    assert compare_keys([case()], [configured(SECRET)]) == ((), ())
