"""No format of a report shows a part of a victim's secret, wherever an excerpt of its file was cut."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.cases import SHELL, finding, report, verdict
from tests.reports.reading import parts_of
from tests.secrets.cases import KEY, OTHER_KEY, PASSWORD, leaks
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Evidence
from webshellhunt.model.places import Role
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pipeline import examine
from webshellhunt.reports import formats, render
from webshellhunt.reports.redaction import fingerprint
from webshellhunt.views.sample import Sample

SECRETS = (KEY, OTHER_KEY, PASSWORD)
# Joined here, so that no tracked file holds a mapping that works.
HANDLER = '<add name="x" path="*.' + 'png" verb="*" type="System.Web.UI.Page' + 'HandlerFactory" />'
CONFIG = (
    f'<configuration><connectionStrings><add name="a" connectionString="Server=db;Password={PASSWORD}"/>'
    f'</connectionStrings><system.web><machineKey validationKey="{KEY}" decryptionKey="{OTHER_KEY}"/><httpHandlers>'
    f'{HANDLER}</httpHandlers><identity userName="a" password="{PASSWORD}"/></system.web></configuration>'
)
PAGE = f'<%@ Page Language="C#" %><% c = "Server=db;Uid=sa;Password={PASSWORD};"; k = "validationKey={KEY}"; %>'
FILES = {"web.config": CONFIG, "web.config.bak": CONFIG, "lines.config": CONFIG.replace(" ", "\n"), "page.aspx": PAGE}


def opened(path: str, encoding: str = "utf-8") -> Sample:
    data = FILES[path].encode(encoding)
    return Sample(Artifact(path, path, Role.GIVEN, len(data)), data)


def about(evidence: Evidence) -> Verdict:
    made = replace(finding(message="something"), evidence=(evidence,))
    return verdict(evidence.path, Disposition.SUSPICIOUS, made)


def told(made: Verdict, form: str, *, raw_excerpts: bool = True, show_secrets: bool = False) -> str:
    """Return all that a report says, as a reader has it who takes defanged text for what it means."""
    text = render(report(made), form, show_all=True, raw_excerpts=raw_excerpts, show_secrets=show_secrets)
    assert text is not None
    text = "\n".join(parts_of(text, form))
    return text.replace("\N{MIDDLE DOT}", "").replace("\\x00", "").replace("\0", "")


@pytest.mark.parametrize("path", FILES)
@given(
    draw=st.data(), encoding=st.sampled_from(["utf-8", "utf-16"]), raw_bytes=st.booleans(), raw_excerpts=st.booleans()
)
def test_no_cut_shows_a_part_of_a_secret(
    path: str, draw: st.DataObject, encoding: str, raw_bytes: bool, raw_excerpts: bool
) -> None:
    sample = opened(path, encoding)
    size = len(sample.data) if raw_bytes else len(sample.layers[0].text)
    start = draw.draw(st.integers(0, size))
    length = draw.draw(st.integers(1, 300))
    evidence = sample.raw_evidence(start, length) if raw_bytes else sample.layers[0].evidence(start, start + length)
    made = pickle.loads(pickle.dumps(about(evidence)))
    for form in formats():
        text = told(made, form, raw_excerpts=raw_excerpts)
        assert [leaks(text, secret) for secret in SECRETS] == [[], [], []]


@pytest.mark.parametrize("form", formats())
def test_a_cut_in_a_key_shows_its_whole_fingerprint(form: str) -> None:
    [layer] = opened("web.config").layers
    at = CONFIG.index(HANDLER)
    evidence = layer.evidence(at, at + 5)
    assert evidence.excerpt.startswith(OTHER_KEY[-23:] + '"')
    text = told(about(evidence), form)
    assert f'{fingerprint(OTHER_KEY)}"/><httpHandlers>' in text
    assert evidence.excerpt.split()[0] in told(about(evidence), form, show_secrets=True)


@pytest.mark.parametrize("form", formats())
@pytest.mark.parametrize("before", [0, 1000, 300_000])
def test_a_hunted_configuration_shows_no_secret(form: str, before: int) -> None:
    data = CONFIG.replace("<system.web>", f"<system.web><!--{'x' * before}{SHELL}-->").encode()
    made = examine(data, path="web.config")
    assert {"WSH4002", "WSH1001"} <= {finding.rule.id for finding in made.findings}
    text = told(made, form)
    assert [leaks(text, secret) for secret in SECRETS] == [[], [], []]
    assert "orange" in text


def test_the_secret_of_a_shell_is_shown_beside_one_of_the_victim() -> None:
    page = SHELL.replace("eval", f'pass="orangejuice";c="Server=db;Uid=sa;Password={PASSWORD}";eval')
    made = examine(page.encode(), path="x.aspx")
    text = told(made, "json")
    assert 'pass="orangejuice"' in text
    assert f"Password={fingerprint(PASSWORD)}" in text
    assert f"Password={PASSWORD}" in told(made, "json", show_secrets=True)
