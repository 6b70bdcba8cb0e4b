"""What several subjects have in common."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.cases import URLS, finding, report, verdict
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Planting
from webshellhunt.reports.content.subjects import accused
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.text.blocks import common_lines, common_sentences

FIRST = verdict("a.aspx", Disposition.MALICIOUS, finding())
FIRST = replace(
    FIRST,
    planting=Planting(None, "", "planted 2021-03-03"),
    use=Use(0, 0, 0, None, None),
    subject=replace(FIRST.subject, urls=URLS),
)
OTHER = replace(FIRST, planting=Planting(None, "", "planted later"))
ROWS = list(accused(report(FIRST, OTHER, FIRST), Options()))


def test_a_sentence_of_several_is_said_once_with_their_numbers() -> None:
    assert list(common_lines(common_sentences(ROWS, Options()))) == [
        "1-3: not requested in the logs that are here; that does not make it harmless",
        "1-3: the site is Default Web Site, also at http://*",
        "1, 3: planted 2021-03-03",
    ]


def test_each_block_has_its_own_where_all_is_shown() -> None:
    assert common_sentences(ROWS, Options(show_all=True)) == {}
    assert common_sentences(ROWS[:1], Options()) == {}
