r"""Copies that IIS keeps of its own configuration: a setting that stands in ten of them is one finding, not eleven.

The copies are those of ``inetpub\history`` (ten earlier states) and ``inetpub\temp\appPools`` (one for each pool). What
only a copy says stays with the newest that says it: it was there, and somebody took it back.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from webshellhunt.lazy_pattern import late_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.verdict import Examination

_CURRENT = late_pattern(r"(?:^|[\\/])inetsrv[\\/]config[\\/]applicationhost\.config$", re.IGNORECASE)
_COPY = late_pattern(
    r"(?:^|[\\/])inetpub[\\/](?:history[\\/]cfghistory_\d+[\\/]applicationhost|temp[\\/]apppools[\\/].+)\.config$",
    re.IGNORECASE,
)
_MOST_TOLD = 10
_Claim = tuple[str, str]


def fold_copies(examinations: Sequence[Examination]) -> list[Examination]:
    """Return the examinations, each claim about the server's configuration made once, the newest file first.

    The finding that stays tells in ``earlier_copies`` which copies say the same, the oldest first.
    """
    current = [e for e in examinations if e.findings and _CURRENT.search(e.subject.path)]
    copies = [e for e in examinations if e.findings and _COPY.search(e.subject.path)]
    if not copies:
        return list(examinations)
    # History before pools: it tells a time.
    copies.sort(
        key=lambda e: ("\\history\\" in e.subject.path.lower().replace("/", "\\"), e.subject.path), reverse=True
    )
    saying: dict[_Claim, list[str]] = defaultdict(list)
    for examination in (*current, *copies):
        for finding in examination.findings:
            saying[_claim(finding)].append(examination.subject.path)
    folded = {id(e): _folded(e, saying) for e in (*current, *copies)}
    return [folded.get(id(e), e) for e in examinations]


def _folded(examination: Examination, saying: dict[_Claim, list[str]]) -> Examination:
    kept: list[Finding] = []
    for finding in examination.findings:
        first, *others = dict.fromkeys(saying[_claim(finding)])
        if first == examination.subject.path:
            told = {"earlier_copies": tuple(sorted(others)[:_MOST_TOLD])} if others else {}
            kept.append(replace(finding, facts={**finding.facts, **told}))
    return replace(examination, findings=tuple(kept))


def _claim(finding: Finding) -> _Claim:
    return finding.rule.id, finding.message
