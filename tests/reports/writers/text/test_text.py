from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from tests.reports.cases import (
    EVAL,
    PLACE,
    SECRET,
    SHELL,
    finding,
    full_report,
    nothing_found,
    report,
    verdict,
    with_every_string,
)
from tests.reports.strategies import reports
from webshellhunt.model.findings import Gap
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.report import Host, Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports import render
from webshellhunt.reports.writers.text import PATCH_NOTE
from webshellhunt.version import __version__

FULL = rf"""
1 back doors found.
evidence; 1,234 files examined (1 malicious, 1 suspicious, 1 unexplained, 1 benign, 1 known good); Exchange 15.2.1118.7 in C:\Exchange
host EXCH01; hunted 2026-10-18T05:00:07Z with webshellhunt {__version__}; data as of 2026-10-13
options: signatures rules/extra.yar; baseline clean.baseline; accept known.toml; 3 machine keys passed as public; engine yara-x
File times: those of the server (it is a read-only mount of NTFS)

MALICIOUS   C:\inetpub\wwwroot\aspnet_client\x.aspx
  url: https://*/aspnet_client/x.aspx (Default Web Site; also http://*)
  url: https://*:444/aspnet_client/x.aspx (Exchange Back End; and 1 other path there)
  the request's item "orange" reaches eval (WSH1001 critical, line 1, column 31)
    {SHELL}
  server code where none belongs (WSH6001 high, line 1, column 31)
  request key: orange; planted at: 2021-03-03T04:05:06Z; server: EXCH01
  1,812 bytes; modified 2021-03-03T04:05:06Z in this copy; directory role aspnet_client; read from /mnt/c/inetpub/wwwroot/aspnet_client/x.aspx
  sha256 {"ab" * 32}

SUSPICIOUS  C:\gone.aspx  (deleted)
  Somebody's rule (SomeoneElses_Rule medium, line 1, column 31)
    {SHELL}
  1,812 bytes; modified 2021-03-03T04:05:06Z in this copy; directory role aspnet_client; read from /mnt/c/gone.aspx
  sha256 {"cd" * 32}

UNEXPLAINED C:\inetpub\wwwroot\web.config
  WSH4002 line 1, column 31: the key sha256:cd6c1f7d1dc6 is fixed

Patching does not remove these items: an update closes the vulnerability, and planted files stay.

Patch state:
  Exchange 2019 CU8 Mar21SU (15.2.792.10), according to Bin\ExSetup.exe; installed on 2021-03-05 (setup log), released 2021-03-02
  This build is not in the table (between two others), so only its number was compared.
  OPEN to ProxyShell (CVE-2021-34473), used since 2021-01-03: fixed by 15.2.792.13, Apr21SU
  Fixed: ProxyLogon (on 2021-03-05, setup log)
  Also open, without a known wave: CVE-2021-28480
  Unknown whether fixed, since the build number alone does not show it: CVE-2021-1730
  End of support: 2025-10-14 (without paid extensions)

Next steps:
  1. Preserve first.
  2. Then remove these files.
       C:\inetpub\wwwroot\aspnet_client\x.aspx
       C:\inetpub\wwwroot\y.aspx

Missing or unread inputs:
  configuration: only partly available
  compiled pages: traces of deleted shells are not found without them
  logs: it is unknown who requested a page, and when

Not examined (3 gaps, 1 of which matters; --all lists each):
  unreadable (matters): C:\locked.aspx: permission denied
  2 x link-outside: C:\link: leads out of the location … and 1 more
"""  # noqa: E501 - a report as it is


def shown(made: Report, **options: bool | int | None) -> str:
    text = render(made, "text", **options)  # type: ignore[arg-type]
    assert text is not None
    return text


def test_a_whole_report() -> None:
    assert shown(full_report()) == FULL.lstrip()


def test_nothing_found_is_never_clean() -> None:
    text = shown(nothing_found())
    assert "does not mean clean: it covers only the 1,234 files examined" in text
    assert "these items" not in text
    assert "registry, configuration, compiled, logs: no Exchange or IIS found here" in text


def test_an_interrupted_hunt_says_so_first() -> None:
    assert shown(report(interrupted=True)).startswith(
        "Interrupted: this report covers only the files examined before that.\n"
    )


@given(reports)
def test_nothing_hostile_reaches_the_terminal(made: Report) -> None:
    for show_all in (False, True):
        text = shown(made, show_all=show_all)
        assert all(line.isprintable() for line in text.split("\n"))
        text.encode("utf-8")


@pytest.mark.parametrize("on_disk", [False, True])
@pytest.mark.parametrize("show_all", [False, True])
def test_no_string_of_a_report_steers_a_terminal(show_all: bool, on_disk: bool, tmp_path: Path) -> None:
    made = with_every_string(full_report(), "x\x1b[2J\u202e\n\udcff\x9b")
    text = shown(made, show_all=show_all)
    if on_disk:
        render(made, to=tmp_path / "report", show_all=show_all)
        text = (tmp_path / "report").read_text(encoding="utf-8")
    assert all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize("name", ["\x1b[2Jx.aspx", "a\nMALICIOUS b", "x\u202excod", "\x9b2J", "a\rb", "\udcff"])
def test_a_hostile_name_stays_one_line(name: str) -> None:
    made = report(verdict(name, Disposition.MALICIOUS), gaps=[Gap("unreadable", "walk", name, name)], location=name)
    clean = report(verdict("x", Disposition.MALICIOUS), gaps=[Gap("unreadable", "walk", "x", "x")])
    assert shown(made).count("\n") == shown(clean).count("\n")


def test_secrets_are_fingerprints_unless_asked_for() -> None:
    assert SECRET not in shown(full_report())
    assert SECRET in shown(full_report(), show_secrets=True)
    assert "request key: orange" in shown(full_report())


def test_colors_only_where_wanted() -> None:
    assert "\x1b" not in shown(full_report())
    colored = shown(full_report(), color=True)
    assert "\x1b[1;31mMALICIOUS  \x1b[0m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == shown(full_report())


def test_an_excerpt_is_wrapped_to_the_terminal_and_loses_nothing() -> None:
    lines = shown(full_report(), width=40).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(f"    {SHELL[:8]}"))
    assert all(len(line) <= 40 for line in lines[first : first + 3])
    wrapped = "".join(line.strip() for line in lines[first : first + 3])
    assert wrapped.replace(" ", "").startswith(SHELL.replace(" ", ""))


@pytest.mark.parametrize("width", [50, 60, 100])
def test_sentences_are_folded_and_what_is_copied_is_not(width: int) -> None:
    whole, narrow = shown(full_report()).splitlines(), shown(full_report(), width=width).splitlines()
    copied = ("MALICIOUS", "SUSPICIOUS", "UNEXPLAINED", "  url: ", "  sha256 ", "       C:")
    assert [line for line in whole if line.startswith(copied)] == [line for line in narrow if line.startswith(copied)]
    assert all(len(line) <= width for line in narrow if not line.startswith(copied) and " " in line.strip())
    words = " ".join(whole).split()
    assert [word for word in " ".join(narrow).split() if "…" not in word][:40] == words[:40]


def test_the_note_about_patching_is_for_servers() -> None:
    folder = replace(full_report(), host=Host())
    assert "Patching does not remove" in shown(full_report())
    assert "Patching does not remove" not in shown(folder)


def test_a_copy_does_not_repeat_its_evidence() -> None:
    made = report(
        verdict("a.aspx", Disposition.MALICIOUS, finding()), verdict("b.aspx", Disposition.MALICIOUS, finding())
    )
    assert shown(made).count(SHELL) == 1
    assert "Same content as a.aspx; see the evidence there." in shown(made)
    assert shown(made, show_all=True).count(SHELL) == 2


@pytest.mark.parametrize("disposition", [Disposition.SUSPICIOUS, Disposition.UNEXPLAINED])
def test_thousands_are_grouped_by_rule(disposition: Disposition) -> None:
    many = [
        verdict(f"{n:04}.aspx", disposition, finding(EVAL if n % 3 else PLACE), sha256=f"{n:064x}") for n in range(3000)
    ]
    lines = shown(report(*many)).splitlines()
    assert len(lines) < 250
    assert f"2,980 more {disposition.label}, by rule (--all lists each):" in lines
    counted = [int(found[1]) for line in lines if (found := re.match(r"  (\d+) x WSH", line))]
    assert sum(counted) == 2980
    everything = shown(report(*many), show_all=True)
    assert all(f"{n:04}.aspx" in everything for n in range(3000))


def test_every_back_door_is_listed() -> None:
    many = [verdict(f"{n:04}.aspx", Disposition.MALICIOUS, finding(), sha256=f"{n:064x}") for n in range(60)]
    assert shown(report(*many)).count("MALICIOUS ") == 60


def test_gaps_that_matter_come_first_and_apart() -> None:
    gaps = [Gap("too-large", "examine", f"{n}", "large", matters=n > 7) for n in range(10)]
    text = shown(report(gaps=gaps))
    assert "  2 x too-large (matters): 8: large … and 1 more\n  8 x too-large: 0: large … and 7 more\n" in text
    assert shown(report(gaps=gaps), show_all=True).count("too-large") == 10


def test_text_on_disk_is_inert_unless_raw_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    render(full_report(), to=path)
    text = path.read_text(encoding="utf-8")
    assert SHELL not in text
    assert "%\N{MIDDLE DOT}" in text.replace("<%@", "%\N{MIDDLE DOT}", 1)
    render(full_report(), to=path, raw_excerpts=True)
    assert SHELL in path.read_text(encoding="utf-8")


def test_a_report_of_logs_alone_says_nothing_about_pages() -> None:
    made = full_report()
    run = replace(made.run, options=made.run.options._replace(logs=LogOptions(alone=True)))
    text = str(render(replace(made, run=run, interrupted=True), "text"))
    assert text.startswith("Interrupted: this report covers only the logs read before that.")
    assert PATCH_NOTE not in text
    assert "Patch state:" not in text
    assert "File times" not in text
