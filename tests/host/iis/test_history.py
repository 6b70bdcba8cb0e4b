"""What several copies of one configuration say is told once, with the copies that say it too."""

from __future__ import annotations

from dataclasses import replace

from tests.verdict.test_judge import C, S, examination, finding
from webshellhunt.host.iis.history import fold_copies
from webshellhunt.model.findings import Finding
from webshellhunt.model.verdict import Examination

CURRENT = r"C:\Windows\System32\inetsrv\config\applicationHost.config"
SAME, OTHER = finding(S.HIGH, C.HIGH), replace(finding(S.HIGH, C.HIGH), message="another")


def history(number: int) -> str:
    return rf"C:\inetpub\history\CFGHISTORY_{number:010}\applicationHost.config"


POOL = r"C:\inetpub\temp\appPools\MSExchangeOWAAppPool\MSExchangeOWAAppPool.config"


def at(path: str, *findings: Finding) -> Examination:
    one = examination(*findings)
    return replace(one, subject=replace(one.subject, path=path))


def told(examinations: list[Examination]) -> dict[str, list[str]]:
    return {e.subject.path: [f.message for f in e.findings] for e in examinations}


def test_the_file_in_force_speaks_for_its_copies() -> None:
    before = [at(history(1), SAME), at(history(2), SAME), at(POOL, SAME), at(CURRENT, SAME)]
    after = fold_copies(before)
    assert told(after) == {history(1): [], history(2): [], POOL: [], CURRENT: [SAME.message]}
    assert after[3].findings[0].facts["earlier_copies"] == (history(1), history(2), POOL)


def test_what_was_taken_back_stays_with_the_newest_copy() -> None:
    after = fold_copies([at(history(9), OTHER), at(history(10), OTHER), at(history(11)), at(CURRENT, SAME)])
    assert told(after) == {history(9): [], history(10): ["another"], history(11): [], CURRENT: [SAME.message]}
    assert "earlier_copies" not in after[3].findings[0].facts


def test_two_findings_of_one_file_are_not_copies_of_each_other() -> None:
    after = fold_copies([at(CURRENT, SAME, SAME), at(history(1), OTHER)])
    assert told(after) == {CURRENT: [SAME.message, SAME.message], history(1): ["another"]}


def test_other_files_stay_as_they_are() -> None:
    others = [at(r"C:\inetpub\wwwroot\web.config", SAME), at(r"D:\inetpub\wwwroot\a\applicationHost.config", SAME)]
    assert fold_copies(others) == others
