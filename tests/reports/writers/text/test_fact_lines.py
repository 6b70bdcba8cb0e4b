"""The facts of a verdict that a responder acts on."""

from __future__ import annotations

from tests.reports.cases import SECRET, finding, report, verdict
from webshellhunt.model.findings import FactValue
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.content import shown_verdicts
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.text.blocks import fact_lines

PLAIN = Options()


def lines(facts: dict[str, FactValue], options: Options = PLAIN) -> list[str]:
    found = finding(facts=facts)
    (shown,) = shown_verdicts(report(verdict("x", Disposition.MALICIOUS, found, found)), options)
    return list(fact_lines(shown, options))


def test_short_facts_are_a_sentence_and_each_path_is_a_line() -> None:
    many = tuple(rf"C:\Program Files\{number}.aspx" for number in range(5))
    facts: dict[str, FactValue] = {"server": "EXCH01", "request_key": "k", "same_content_at": many, "other": "x"}
    assert lines(facts, Options(width=40)) == [
        "    request key: k; server: EXCH01",
        r"    same content at: C:\Program Files\0.aspx",
        r"    same content at: C:\Program Files\1.aspx",
        r"    same content at: C:\Program Files\2.aspx",
        "    same content at: 2 more",
    ]
    assert len(lines(facts, Options(show_all=True))) == 6
    assert "other: x" in lines(facts, Options(show_all=True))[0]


def test_a_secret_is_a_fingerprint() -> None:
    (line,) = lines({"machine_key": SECRET}, Options(show_all=True))
    assert SECRET not in line
    assert "sha256:" in line


def test_no_fact_is_no_line() -> None:
    assert lines({"request_key": None, "other": "x"}) == []
