"""The self-test: examine one-line web shells in memory, and a benign twin of each."""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.defang import FixtureClass, load_fixture
from webshellhunt.errors import SourceNotFoundError
from webshellhunt.model.limits import Job
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pipeline import examine
from webshellhunt.shipped import shipped_fixtures

_FIXTURES = "request_reaches_eval"


class SelftestResult(NamedTuple):
    """The result for one page; ``detail`` has the disposition and the rules, and the expectation if it failed."""

    name: str
    ok: bool
    detail: str


def run_selftest(job: Job | None = None) -> list[SelftestResult]:
    """Examine every page of the self-test.

    Args:
        job: Rules and limits; our own rules and the default limits if omitted.

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
    return results


def _result(name: str, malicious: bool, verdict: Verdict) -> SelftestResult:
    rules = ", ".join(sorted({finding.rule.id for finding in verdict.findings})) or "no finding"
    if malicious:
        ok, wanted = verdict.disposition is Disposition.MALICIOUS, "malicious"
    else:
        ok, wanted = verdict.disposition <= Disposition.UNEXPLAINED, "no more than unexplained"
    detail = f"{verdict.disposition} ({rules})"
    return SelftestResult(name, ok, detail if ok else f"{detail}, but it must be {wanted}")
