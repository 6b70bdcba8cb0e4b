"""The excerpt of a subject."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.cases import KEY_RULE, SECRET, SHELL, finding, verdict
from webshellhunt.defang import defang, refang
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.events.leading_excerpt import leading_excerpt
from webshellhunt.reports.options import Options


def test_it_is_defanged_unless_it_is_wanted_raw() -> None:
    made = verdict("x.aspx", Disposition.MALICIOUS, finding(KEY_RULE, excerpt="other"), finding())
    inert = leading_excerpt(made, Options())
    assert inert.replace("<·%", "<%").replace("·", "") == defang(SHELL.encode()).replace("·", "")
    assert "<%" not in inert
    assert refang(inert) == SHELL.encode()
    assert leading_excerpt(made, Options(raw_excerpts=True)) == SHELL


def test_it_has_no_secret_of_the_victim() -> None:
    key = finding(KEY_RULE, f"the key {SECRET}", f'validationKey="{SECRET}"', "web.config", {"machine_key": SECRET})
    made = verdict("web.config", Disposition.SUSPICIOUS, key)
    assert SECRET not in leading_excerpt(made, Options(raw_excerpts=True))
    assert SECRET in leading_excerpt(made, Options(raw_excerpts=True, show_secrets=True))


def test_there_may_be_none() -> None:
    assert leading_excerpt(verdict("x.aspx"), Options()) == ""
    assert leading_excerpt(verdict("x.aspx", Disposition.MALICIOUS, replace(finding(), evidence=())), Options()) == ""
