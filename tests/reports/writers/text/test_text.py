from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from webshellhunt.model.verdict import Disposition, Presence
from webshellhunt.reports import render
from webshellhunt.reports.content.patches import PATCH_NOTE
from webshellhunt.reports.printable import one_line, verbatim
from webshellhunt.version import __version__

FULL = rf"""
1 back doors found.

Host: EXCH01; Exchange 15.2.1118.7 in C:\Exchange
Evidence: evidence; 1,234 files examined (1 malicious, 1 suspicious, 1 unexplained, 1 known good)
Hunted: 2026-10-18T05:00:07Z with webshellhunt {__version__}; data as of 2026-10-13
File times: those of the server (it is a read-only mount of NTFS)
Options: signatures rules/extra.yar; baseline clean.baseline; accept known.toml; 3 machine keys passed as public; engine yara-x

#  file                                     what it is                                since       by which hole  used     now
MALICIOUS
1  C:\inetpub\wwwroot\aspnet_client\x.aspx  web shell: executes request data as code  2021-03-03  unknown        unknown  still there
SUSPICIOUS
2  C:\gone.aspx                             possible web shell: somebody's rule       unknown     unknown        unknown  deleted

 1. MALICIOUS  web shell: executes request data as code
    C:\inetpub\wwwroot\aspnet_client\x.aspx
    the request's item "orange" reaches eval (WSH1001 critical, line 1, column 31)
      {SHELL}
    also: server code in a folder for static files (WSH6001)
    url: https://*/aspnet_client/x.aspx (Default Web Site; also http://*)
    url: https://*:444/aspnet_client/x.aspx (Exchange Back End; and 1 other path there)
    request key: orange; planted at: 2021-03-03T04:05:06Z; server: EXCH01
    1,812 bytes; modified 2021-03-03T04:05:06Z in this copy; directory role aspnet_client
    read from /mnt/c/inetpub/wwwroot/aspnet_client/x.aspx
    sha256 {"ab" * 32}

 2. SUSPICIOUS  possible web shell: somebody's rule (deleted)
    C:\gone.aspx
    Somebody's rule (SomeoneElses_Rule medium, line 1, column 31)
      {SHELL}
    1,812 bytes; modified 2021-03-03T04:05:06Z in this copy; directory role aspnet_client
    read from /mnt/c/gone.aspx
    sha256 {"cd" * 32}

UNEXPLAINED C:\inetpub\wwwroot\web.config
    the key sha256:cd6c1f7d1dc6 is fixed (WSH4002, line 1, column 31)

Patching does not remove these items: an update closes the vulnerability, and planted files stay.

Next steps:
  1. Preserve first.
  2. Then remove these files.
       C:\inetpub\wwwroot\aspnet_client\x.aspx
       C:\inetpub\wwwroot\y.aspx

Patch state:
  Exchange 2019 CU8 Mar21SU (15.2.792.10), according to Bin\ExSetup.exe; installed on 2021-03-05 (setup log), released 2021-03-02
  This build is not in the table (between two others), so only its number was compared.
  OPEN to ProxyShell (CVE-2021-34473), used since 2021-01-03: fixed by 15.2.792.13, Apr21SU
  Fixed: ProxyLogon (on 2021-03-05, setup log)
  Also open, without a known wave: CVE-2021-28480
  Unknown whether fixed, since the build number alone does not show it: CVE-2021-1730
  End of support: 2025-10-14 (without paid extensions)

Missing or unread inputs:
  IIS configuration: only partly available
    do: collect C:\Windows\System32\inetsrv\config and each web.config
  compiled pages: traces of deleted shells are not found without them
    do: collect C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files
  logs: it is unknown who requested a page, and when
    do: collect C:\inetpub\logs and the Logging folder of Exchange, or name them with --logs

Not examined (3 gaps, 1 of which matters):
  unreadable (matters): permission denied
      C:\locked.aspx
    do: hunt again as administrator (on Linux as root); hunt an image if the file is in use
  2 x link-outside: leads out of the location
      C:\link
      C:\link2
    do: hunt the folder that the link leads to as another location, or name its drive with --drive
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
    assert "registry, configuration, compiled, logs, hives, tasks, assemblies: no Exchange or IIS found here" in text


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
    assert " 1. \x1b[1;7;31mMALICIOUS\x1b[0m  web shell" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == shown(full_report())


def test_an_excerpt_is_wrapped_to_the_terminal_and_loses_nothing() -> None:
    lines = shown(full_report(), width=40).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(f"      {SHELL[:8]}"))
    assert all(len(line) <= 40 for line in lines[first : first + 3])
    wrapped = "".join(line.strip() for line in lines[first : first + 3])
    assert wrapped.replace(" ", "").startswith(SHELL.replace(" ", ""))


@pytest.mark.parametrize("width", [50, 60, 100])
def test_sentences_are_folded_and_what_is_copied_is_not(width: int) -> None:
    whole, narrow = shown(full_report()).splitlines(), shown(full_report(), width=width).splitlines()
    copied = (
        "MALICIOUS",
        "SUSPICIOUS",
        "UNEXPLAINED",
        "    url: ",
        "    sha256 ",
        "    read from ",
        "    C:",
        "       C:",
    )
    assert [line for line in whole if line.startswith(copied)] == [line for line in narrow if line.startswith(copied)]
    assert all(len(line) <= width for line in narrow if not line.startswith(copied) and " " in line.strip())
    words = " ".join(whole).split()
    assert [word for word in " ".join(narrow).split() if "…" not in word][:40] == words[:40]


_LABEL = re.compile(r"\s*(?:\d+\.|-|[a-z ]+:) ")
"""The start of a line, which stays with its first word, however long that is."""


@given(reports, st.integers(40, 200), st.booleans())
def test_no_line_is_wider_than_the_terminal(made: Report, width: int, show_all: bool) -> None:
    texts = {form(text) for text in _strings(made) for form in (one_line, verbatim)}
    paths = tuple(text for text in texts if len(text) > 12)
    for line in shown(made, width=width, show_all=show_all).splitlines():
        is_copied = line.endswith(paths) or line.startswith(("    sha256 ", "    url: "))
        assert len(line) <= width or is_copied or " " not in _LABEL.sub("", line).strip()


def _strings(value: object) -> Iterator[str]:
    """Yield each string of a report: all of them are hostile, and a path may be any."""
    if isinstance(value, str) and not isinstance(value, Enum):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for each in (*value, *value.values()) for text in _strings(each))
    elif isinstance(value, tuple):
        yield from (text for each in value for text in _strings(each))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from (text for each in fields(value) for text in _strings(getattr(value, each.name)))


def test_the_note_about_patching_is_for_servers() -> None:
    folder = replace(full_report(), host=Host())
    assert "Patching does not remove" in shown(full_report())
    assert "Patching does not remove" not in shown(folder)


def test_the_note_about_patching_fits_what_is_there() -> None:
    def note(presence: Presence) -> str:
        text = shown(report(verdict("gone.aspx", Disposition.MALICIOUS, finding(), presence=presence)))
        return next(line for line in text.splitlines() if line.startswith("Patching"))

    assert note(Presence.DELETED).startswith("Patching does not undo the attack: ")
    assert note(Presence.NOT_COLLECTED).startswith("Patching removes no page: ")


def test_a_copy_does_not_repeat_its_evidence() -> None:
    made = report(
        verdict("a.aspx", Disposition.MALICIOUS, finding()), verdict("b.aspx", Disposition.MALICIOUS, finding())
    )
    assert shown(made).count(SHELL) == 1
    assert "same content as 1: see the evidence there" in shown(made)
    assert shown(made, show_all=True).count(SHELL) == 2


@pytest.mark.parametrize("disposition", [Disposition.SUSPICIOUS, Disposition.UNEXPLAINED])
def test_thousands_are_grouped_by_rule(disposition: Disposition) -> None:
    many = [
        verdict(f"{n:04}.aspx", disposition, finding(EVAL if n % 3 else PLACE), sha256=f"{n:064x}") for n in range(3000)
    ]
    lines = shown(report(*many)).splitlines()
    assert len(lines) < 350
    assert f"2,980 more {disposition.label}, by rule (--all lists each):" in lines
    counted = [int(found[1].replace(",", "")) for line in lines if (found := re.match(r"  ([\d,]+) x ", line))]
    assert sum(counted) == 2980
    everything = shown(report(*many), show_all=True)
    assert all(f"{n:04}.aspx" in everything for n in range(3000))


def test_every_back_door_is_listed() -> None:
    many = [verdict(f"{n:04}.aspx", Disposition.MALICIOUS, finding(), sha256=f"{n:064x}") for n in range(60)]
    assert shown(report(*many)).count(". MALICIOUS  ") == 60


def test_text_on_disk_is_inert_unless_raw_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    render(full_report(), to=path)
    text = path.read_text(encoding="utf-8")
    assert SHELL not in text
    assert "<·%@· Pa·ge" in text
    render(full_report(), to=path, raw_excerpts=True)
    assert SHELL in path.read_text(encoding="utf-8")


def test_a_report_of_logs_alone_says_nothing_about_pages() -> None:
    made = full_report()
    run = replace(made.run, options=made.run.options._replace(logs=LogOptions(alone=True)))
    text = str(render(replace(made, run=run, interrupted=True), "text"))
    assert text.startswith("Interrupted: this report covers only the logs read before that.")
    assert PATCH_NOTE not in text
    assert "Patch state:" not in text
    assert "collect" not in text.partition("Missing")[2]
    assert "File times" not in text
