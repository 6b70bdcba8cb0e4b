"""The self-test: examine one-line web shells and a registry hive in memory, and a benign twin of each."""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.defang import FixtureClass, load_fixture
from webshellhunt.errors import SourceNotFoundError
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Job
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pipeline import examine
from webshellhunt.scan.autostart_scan import examine_autostarts
from webshellhunt.shipped import shipped_fixtures
from webshellhunt.sources.described_hive import described_hive
from webshellhunt.sources.memory import MemorySource

_FIXTURES = "request_reaches_eval"
_HIVE = "Windows/System32/config/SYSTEM"
_SERVICES = {"service": "C:\\ProgramData\\x\\helper.exe", "service-twin": "%windir%\\system32\\svchost.exe -k netsvcs"}
"""The programs of an inert service, whose files do not exist, and of its benign twin."""


class SelftestResult(NamedTuple):
    """The result for one page; ``detail`` has the disposition and the rules, and the expectation if it failed."""

    name: str
    ok: bool
    detail: str


def run_selftest(job: Job | None = None) -> list[SelftestResult]:
    """Examine every page of the self-test.

    ``job``: rules and limits; our own rules and the default limits if omitted.

    Raises:
        SourceNotFoundError: The installation lacks the pages.
        SignatureError: The rules don't compile, or there are none.
    """
    paths = sorted(shipped_fixtures(_FIXTURES).glob("*.defanged"))
    if not paths:
        raise SourceNotFoundError("the installation is incomplete: no page to examine", path=f"fixtures/{_FIXTURES}")
    results = []
    for path in paths:
        fixture = load_fixture(path)
        if fixture.fixture_class is not FixtureClass.MISSED:
            verdict = examine(fixture.data, path=fixture.path, job=job)
            results.append(_result(path.stem, fixture.fixture_class is FixtureClass.MALICIOUS, verdict))
    return [*results, *(_of_service(name, program, job or Job()) for name, program in _SERVICES.items())]


def _of_service(name: str, program: str, job: Job) -> SelftestResult:
    """Return the result for a hive with one service."""
    key = ["[ControlSet001\\Services\\Selftest]", "Start = dword:2", "Type = dword:16"]
    source = MemorySource({_HIVE: described_hive([*key, f"ImagePath = expand:{program}"], 1)})
    examined = examine_autostarts(survey(source, job.limits), job)
    rules = ", ".join(sorted({finding.rule.id for each in examined for finding in each.findings})) or "no finding"
    ok = (rules == "no finding") is name.endswith("-twin")
    return SelftestResult(name, ok, rules if ok else f"{rules}, but it must be another result")


def _result(name: str, malicious: bool, verdict: Verdict) -> SelftestResult:
    rules = ", ".join(sorted({finding.rule.id for finding in verdict.findings})) or "no finding"
    if malicious:
        ok, wanted = verdict.disposition is Disposition.MALICIOUS, "malicious"
    else:
        ok, wanted = verdict.disposition <= Disposition.UNEXPLAINED, "no more than unexplained"
    detail = f"{verdict.disposition} ({rules})"
    return SelftestResult(name, ok, detail if ok else f"{detail}, but it must be {wanted}")
