"""Machine keys before and after a clean-up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.comparison.cases import saved
from tests.reports.cases import SECRET
from tests.reports.cases import report as case
from tests.secrets.cases import KEY, OTHER_KEY, PASSWORD
from webshellhunt.comparison import compare
from webshellhunt.comparison.keys import compare_keys
from webshellhunt.model.report import Report
from webshellhunt.pipeline import examine
from webshellhunt.reports.redaction import fingerprint

PATH = r"C:\inetpub\wwwroot\web.config"
OTHER = SECRET[::-1]


def configured(key: str) -> Report:
    return written(f'<configuration><system.web><machineKey validationKey="{key}"/></system.web></configuration>')


def with_both(decryption: str = OTHER_KEY, password: str = PASSWORD) -> Report:
    """Return the report of a file with two keys of usual length, and a password of a database before them."""
    return written(
        f'<configuration><connectionStrings><add name="a" connectionString="Server=db;Password={password}"/>'
        f'</connectionStrings><system.web><machineKey validationKey="{KEY}" decryptionKey="{decryption}"/>'
        "</system.web></configuration>"
    )


def written(text: str) -> Report:
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


BOTH = tuple(f"{fingerprint(key)} in {PATH}" for key in (KEY, OTHER_KEY))


@pytest.mark.parametrize("shown", [False, True])
@pytest.mark.parametrize("raw", [False, True])
def test_the_form_in_which_a_report_was_saved_changes_nothing(shown: bool, raw: bool) -> None:
    kept = saved(with_both(), show_all=True, show_secrets=shown, raw_excerpts=raw)
    for old, new in ((with_both(), kept), (kept, with_both()), (kept, saved(with_both(), show_all=True))):
        assert compare_keys([old], [new]) == (BOTH, ())


def test_a_password_beside_a_key_is_no_key() -> None:
    assert compare_keys([with_both()], [with_both(password=PASSWORD[::-1])]) == (BOTH, ())


def test_one_of_two_keys_was_changed() -> None:
    assert compare_keys([with_both()], [with_both(decryption=OTHER_KEY[::-1])]) == (BOTH[:1], BOTH[1:])
    assert compare_keys([with_both()], [configured(KEY)]) == (BOTH[:1], ())  # the other one was removed
