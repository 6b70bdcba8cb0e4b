"""What the user accepts or vouches for is listed, bounded and inert; the records are as the schema describes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import jsonschema

from tests.reports.cases import finding, report, verdict
from webshellhunt.model.acceptance import Acceptance, AcceptanceUse
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.reports.content.overridden import SHOWN, iter_sections
from webshellhunt.reports.options import Options
from webshellhunt.reports.records.report_records import iter_records, schema

HOSTILE = "\x1b[2J\u202e\n"
BY_DIGEST = Acceptance("ours", "J. Doe", date(2027, 3, 31), sha256="ab" * 32, file="a.toml")
BY_PATH = replace(BY_DIGEST, sha256=None, path="c:\\x.aspx")
BY_RULE = replace(BY_DIGEST, sha256=None, rule="wsh1001", number=2)


def accepted(entry: Acceptance, path: str = r"C:\x.aspx") -> Verdict:
    plain = verdict(path, Disposition.BENIGN, replace(finding(), acceptance=entry))
    return replace(plain, otherwise=Disposition.MALICIOUS)


def known(path: str = r"C:\k.aspx") -> Verdict:
    plain = verdict(path, Disposition.KNOWN_GOOD, finding())
    return replace(plain, reasons=("known by your baseline", *plain.reasons), otherwise=Disposition.SUSPICIOUS)


def sections(made: Report, *, show_all: bool = False) -> dict[str, list[str]]:
    return dict(iter_sections(made, Options(show_all=show_all)))


def test_a_report_without_any_has_no_section() -> None:
    assert sections(report(verdict())) == {}


def test_what_is_accepted_and_what_is_known_are_listed_apart() -> None:
    made = sections(report(accepted(BY_DIGEST), known()))
    assert made == {
        "Listed in your baseline, but suspicious (1)": [
            r'suspicious C:\k.aspx: the request\'s item "orange" reaches eval'.replace("\\'", "'")
        ],
        "Accepted by you (1)": [
            r"C:\x.aspx (benign, malicious without)",
            "  WSH1001 accepted until 2027-03-31 by J. Doe: ours",
        ],
    }


def test_an_entry_without_a_digest_names_the_digest_to_add() -> None:
    (rows,) = sections(report(accepted(BY_PATH))).values()
    assert rows[1].endswith(f"any content is accepted, since the entry has no sha256; this file's is {'ab' * 32})")


def test_long_lists_are_cut_unless_all_are_wanted() -> None:
    made = report(*(accepted(BY_DIGEST, f"C:\\{n}.aspx") for n in range(SHOWN + 5)), *[known()] * (SHOWN + 1))
    known_rows, rows = sections(made).values()
    assert (len(rows), rows[-1]) == (2 * SHOWN + 1, "and 5 more (--all lists each)")
    assert (len(known_rows), known_rows[-1]) == (SHOWN + 1, "and 1 more (--all lists each)")
    assert [len(rows) for rows in sections(made, show_all=True).values()] == [SHOWN + 1, 2 * (SHOWN + 5)]


def test_entries_that_need_a_look_are_named() -> None:
    late = replace(BY_PATH, expired=True)
    uses = (AcceptanceUse(BY_DIGEST, 1, ("x",)), AcceptanceUse(BY_RULE, 2, ("x", "y")), AcceptanceUse(BY_PATH))
    made = replace(report(), acceptances=(*uses, AcceptanceUse(late, 5, tuple("abcd"))))
    (rows,) = sections(made).values()
    everywhere, unused, expired = rows
    assert everywhere.startswith("entry 2 of a.toml (rule WSH1001): it accepts this rule for EVERY file")
    assert unused.endswith("accepted until 2027-03-31 by J. Doe: it matches no finding in this hunt")
    assert expired.endswith("expired, so its findings count again: a, b, c and 1 more")
    # An interrupted hunt says nothing of what an entry would have matched later.
    assert sections(replace(made, acceptances=(AcceptanceUse(BY_PATH),), interrupted=True)) == {}


def test_hostile_words_stay_inert_and_records_satisfy_the_schema() -> None:
    hostile = replace(BY_PATH, reason=HOSTILE + "r", by=HOSTILE + "b", file=HOSTILE, path="c:\\" + HOSTILE)
    uses = (AcceptanceUse(hostile, 1, (HOSTILE,)), AcceptanceUse(replace(hostile, expired=True), 1, (HOSTILE,)))
    made = replace(report(accepted(hostile, HOSTILE), known()), acceptances=uses)
    for row in (row for rows in sections(made).values() for row in rows):
        assert row.isprintable()
    validator = jsonschema.Draft202012Validator(schema())
    records = list(iter_records(made, Options()))
    for record in records:
        validator.validate(record)
    assert [record.get("otherwise") for record in records] == ["malicious", "suspicious", None]
    assert [use["state"] for use in records[-1]["acceptances"]] == ["applied", "expired"]
