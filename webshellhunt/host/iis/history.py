r"""Copies of the server configuration that IIS keeps: a setting in ten copies becomes one finding.

The copies are in ``inetpub\history`` (ten earlier states) and ``inetpub\temp\appPools`` (one for each pool). A setting
that only copies have is reported for the newest of them: it was in force, and was removed later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.verdict import Examination

_CURRENT = lazy_pattern(r"(?i)(?:^|[\\/])inetsrv[\\/]config[\\/]applicationhost\.config$")
_COPY = lazy_pattern(
    r"(?i)(?:^|[\\/])inetpub[\\/](?:history[\\/]cfghistory_\d+[\\/]applicationhost|temp[\\/]apppools[\\/].+)\.config$"
)
_MOST_LISTED = 10
_Claim = tuple[str, str]


def fold_copies(examinations: Sequence[Examination]) -> list[Examination]:
    """Return the examinations with each finding about the server configuration only once, for the newest file.

    Its fact ``earlier_copies`` lists the other files with the same finding, sorted by path.
    """
    current = [e for e in examinations if e.findings and _CURRENT.search(e.subject.path)]
    copies = [e for e in examinations if e.findings and _COPY.search(e.subject.path)]
    if not copies:
        return list(examinations)
    # History before pools, since its files have times.
    copies.sort(
        key=lambda e: ("\\history\\" in e.subject.path.lower().replace("/", "\\"), e.subject.path), reverse=True
    )
    paths_by_claim: dict[_Claim, list[str]] = defaultdict(list)
    for examination in (*current, *copies):
        for finding in examination.findings:
            paths_by_claim[_claim(finding)].append(examination.subject.path)
    folded = {id(e): _folded(e, paths_by_claim) for e in (*current, *copies)}
    return [folded.get(id(e), e) for e in examinations]


def _folded(examination: Examination, paths_by_claim: dict[_Claim, list[str]]) -> Examination:
    kept: list[Finding] = []
    for finding in examination.findings:
        first, *others = dict.fromkeys(paths_by_claim[_claim(finding)])
        if first == examination.subject.path:
            copies = {"earlier_copies": tuple(sorted(others)[:_MOST_LISTED])} if others else {}
            kept.append(replace(finding, facts={**finding.facts, **copies}))
    return replace(examination, findings=tuple(kept))


def _claim(finding: Finding) -> _Claim:
    return finding.rule.id, finding.message
