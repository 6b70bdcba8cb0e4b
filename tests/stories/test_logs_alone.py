"""Stories of logs without pages: what rows of victims prove, and honest look-alikes that prove nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.builders import logs as log_files
from tests.stories.evidence import INTRUDER, SCRIPT, SECOND, Ran, ordinary_rows, read_alone, row, times, w3c

CHOPPER = "antSword/v2.1"


def told_by(tmp_path: Path, *rows: log_files.Row, days: tuple[str, ...] = ("02", "03", "04"), **more: Any) -> Ran:
    """Read the logs of three days, one a day, with ordinary traffic and some rows."""
    files: dict[str, bytes] = {}
    for day in days:
        mine = [each for each in rows if str(each["when"])[8:10] == day]  # type: ignore[index]
        both = sorted([*ordinary_rows(day), *mine], key=lambda each: str(each["when"]))  # type: ignore[index]
        files[f"u_ex2103{day}.log"] = w3c(*both, **more)
    return read_alone(files, tmp_path)


def rows(
    path: str, first: str, count: int, method: str = "POST", status: int = 200, **more: Any
) -> list[log_files.Row]:
    return [row(f"{when:%Y-%m-%d %H:%M:%S}", path, method, status, **more) for when in times(first, count)]


def lead(told: Ran, path: str) -> dict[str, Any]:
    """Return the trace of a path."""
    name = path.rpartition("/")[2]
    found = [each for each in told.verdicts if name.lower() in str(each["path"]).lower()]
    assert found, f"no lead about {path}; said: {told.sentence} {told.names}"
    assert found[0]["subject_kind"] == "trace", found[0]["path"]
    return found[0]


KNOWN = [
    "/aspnet_client/supp0rt.aspx",
    "/aspnet_client/570221043.aspx",
    "/owa/auth/RedirSuiteServerProxy.aspx",
    "/owa/auth/OutlookEN.aspx",
    "/owa/auth/pxh4HG1v.ashx",
    "/_layouts/15/spinstall0.aspx",
]


@pytest.mark.parametrize("path", KNOWN)
def test_a_published_name_that_answered(path: str, tmp_path: Path) -> None:
    told = told_by(tmp_path, *rows(path, "03 04:05:00", 3, "GET"), *rows(path, "04 01:05:00", 2, "POST"))
    found = lead(told, path)
    assert found["disposition"] in ("suspicious", "malicious"), found["disposition"]
    assert told.status == 1
    use = found["use"]
    assert use is not None, "the trace has no use"
    assert (use["requests"], use["answered"], use["clients"]) == (5, 5, [INTRUDER])
    assert (use["first_utc"], use["last_utc"]) == ("2021-03-03T04:05:00Z", "2021-03-04T01:06:00Z")
    assert use["statuses"] == {"200": 5}
    assert INTRUDER in told.text
    told.says(re.escape(path.rpartition("/")[2]))


@pytest.mark.parametrize("path", KNOWN[:1] + KNOWN[2:3] + KNOWN[-1:])
@pytest.mark.parametrize("status", [404, 403])
def test_a_published_name_that_was_only_tried(path: str, status: int, tmp_path: Path) -> None:
    told = told_by(tmp_path, *rows(path, "03 04:05:00", 3, "GET", status))
    told.quiet()
    assert told.status == 0


@pytest.mark.parametrize(
    "path",
    ["/owa/auth/error.aspx", "/ecp/auth/TimeoutLogout.aspx", "/owa/auth/logoff.aspx",
     "/ecp/error.aspx", "/owa/default.aspx",
     "/owa/auth/frowny.aspx", "/owa/auth/OutlookCN.aspx", "/ecp/About.aspx"],
)  # fmt: skip
def test_a_stock_page_with_the_name_of_a_shell(path: str, tmp_path: Path) -> None:
    visits = [row(f"03 0{5 + n // 6}:{n % 6}5:00", path, client=f"198.51.100.{n + 1}") for n in range(12)]
    told_by(tmp_path, *visits).quiet()


def test_a_page_of_a_shop_with_a_common_name(tmp_path: Path) -> None:
    visits = [
        row(f"03 0{5 + n // 6}:{n % 6}5:00", f"/shop/{name}.aspx", client=f"198.51.100.{n + 1}", referer="https://shop.example/")
        for n in range(24) for name in ("help", "web", "one", "document")
    ]  # fmt: skip
    told_by(tmp_path, *visits).quiet()


@pytest.mark.parametrize("path", ["/aspnet_client/system_web/kq7w.aspx", "/owa/auth/kq7w.aspx"])
def test_planted_between(path: str, tmp_path: Path) -> None:
    told = told_by(
        tmp_path,
        *rows(path, "03 04:00:00", 3, "GET", 404),
        *rows(path, "03 04:20:00", 4),
    )
    found = lead(told, path)
    assert found["disposition"] in ("suspicious", "malicious"), found["disposition"]
    lines = {line for _, line in told.cited(path.rpartition("/")[2])}
    log = (tmp_path / "logs" / "u_ex210303.log").read_bytes().decode().splitlines()
    said = [log[line - 1] for line in sorted(lines)]
    assert any("04:02:00" in each and " 404 " in each for each in said), ("last 404 not cited", said)
    assert any("04:20:00" in each and " 200 " in each for each in said), ("first 200 not cited", said)
    told.says(r"(planted|came|appeared).{0,60}between|between .{0,40}04:02:00.{0,40}04:20:00")


def test_404_before_200_alone_is_unexplained(tmp_path: Path) -> None:
    """A page of an own application that was not there, and then was: a deployment looks the same."""
    path = "/shop/catalogue.aspx"
    visits = [
        row(f"04 07:{n:02}:00", path, client=f"198.51.100.{n + 1}", referer="https://shop.example/") for n in range(20)
    ]
    told = told_by(tmp_path, *rows(path, "03 04:00:00", 3, "GET", 404, client="198.51.100.9"), *visits)
    told.quiet()
    assert told.status == 0


def test_a_page_that_was_missing_during_an_update(tmp_path: Path) -> None:
    path = "/owa/auth/logon.aspx"
    before = [row(f"03 0{n}:00:00", path, client=f"198.51.100.{n + 1}") for n in range(1, 4)]
    gone = rows(path, "03 04:00:00", 9, "GET", 404, client="198.51.100.7")
    after = [row(f"03 0{n}:30:00", path, client=f"198.51.100.{n + 1}") for n in range(4, 9)]
    told_by(tmp_path, *before, *gone, *after).quiet()


@pytest.mark.parametrize(
    "path",
    ["/aspnet_client/qwe.aspx", "/ecp/auth/zz81.aspx", "/owa/auth/Current/themes/resources/zz81.aspx"],
)
def test_only_posts_to_a_page_that_no_stock_server_has(path: str, tmp_path: Path) -> None:
    told = told_by(tmp_path, *rows(path, "03 04:05:00", 6), *rows(path, "04 02:05:00", 3, client=SECOND))
    found = lead(told, path)
    assert found["disposition"] in ("suspicious", "malicious"), found["disposition"]
    use = found["use"]
    assert use is not None, "the trace has no use"
    assert (use["requests"], use["posted"], use["client_count"]) == (9, 9, 2)
    assert INTRUDER in told.text
    assert SECOND in told.text
    assert told.status == 1


@pytest.mark.parametrize("path", ["/owa/auth/Current/themes/resources/logon.css", "/owa/auth/x.js", "/ecp/auth/w.js"])
def test_posts_to_a_static_file_that_were_answered(path: str, tmp_path: Path) -> None:
    told = told_by(tmp_path, *rows(path, "03 04:05:00", 3))
    lead_or_exploit = [each for each in told.verdicts if each["disposition"] != "benign"]
    assert lead_or_exploit, told.sentence
    assert INTRUDER in told.text


@pytest.mark.parametrize("agent", [CHOPPER])
def test_the_agent_of_a_tool(agent: str, tmp_path: Path) -> None:
    path = "/owa/auth/kq7w.aspx"
    told = told_by(tmp_path, *rows(path, "03 04:05:00", 2, "GET", agent=agent))
    assert lead(told, path)["disposition"] in ("suspicious", "malicious")
    told.says("antSword")


def test_the_agent_of_a_tool_that_got_nothing(tmp_path: Path) -> None:
    told = told_by(tmp_path, *rows("/owa/auth/kq7w.aspx", "03 04:05:00", 5, "POST", 404, agent=CHOPPER))
    told.never(r"\bused\b.{0,40}kq7w")
    assert not [each for each in told.accused if each["disposition"] == "malicious"], told.names
    assert not told.blocked, told.blocked


@pytest.mark.parametrize(
    ("path", "user"),
    [
        ("/EWS/Exchange.asmx", "EXAMPLE\\svc-backup"),
        ("/owa/service.svc", "EXAMPLE\\anna"),
        ("/ecp/DDI/DDIService.svc/GetList", "EXAMPLE\\admin"),
        ("/owa/plt1.ashx", "EXAMPLE\\anna"),
        ("/owa/auth.owa", "EXAMPLE\\anna"),
        ("/mapi/emsmdb/", "EXAMPLE\\anna"),
        ("/Microsoft-Server-ActiveSync/default.eas", "EXAMPLE\\anna"),
        ("/Autodiscover/Autodiscover.xml", "EXAMPLE\\anna"),
        ("/api/orders", ""),
        ("/helpdesk/api/tickets", ""),
        ("/helpdesk/Tickets.asmx", ""),
        ("/portal/Upload.ashx", ""),
        ("/portal/Data.svc/rest", ""),
        ("/v2/graphql", ""),
        ("/rpc/rpcproxy.dll", "EXAMPLE\\anna"),
        ("/powershell", "EXAMPLE\\admin"),
    ],
)
def test_only_posts_of_one_client_to_a_service_prove_nothing(path: str, user: str, tmp_path: Path) -> None:
    told = told_by(tmp_path, *rows(path, "03 04:05:00", 12, client="198.51.100.9", user=user))
    told.quiet()
    assert told.status == 0


def test_a_script_of_the_company_that_uses_ews(tmp_path: Path) -> None:
    told = told_by(
        tmp_path, *rows("/EWS/Exchange.asmx", "03 04:05:00", 30, client="10.0.0.31", user="EXAMPLE\\svc", agent=SCRIPT)
    )
    told.quiet()


def test_a_form_of_a_site_with_visitors(tmp_path: Path) -> None:
    found = []
    for n in range(20):
        client = f"198.51.100.{n + 1}"
        found.append(row(f"03 07:{n:02}:00", "/contact.aspx", client=client))
        found.append(
            row(
                f"03 07:{n:02}:30",
                "/contact.aspx",
                "POST",
                client=client,
                referer="https://mail.example.com/contact.aspx",
            )
        )
    told_by(tmp_path, *found).quiet()


def test_a_monitor_that_posts_to_the_sign_in_page(tmp_path: Path) -> None:
    agent = "System Center Operations Manager 2019"
    told = told_by(tmp_path, *rows("/owa/auth/logon.aspx", "03 04:05:00", 50, client="10.0.0.7", agent=agent))
    told.quiet()


def test_smart_navigation_of_old_asp_net(tmp_path: Path) -> None:
    visits = [
        row(f"03 07:{n:02}:00", "/aspnet_client/system_web/4_0_30319/WebUIValidation.js", client=f"198.51.100.{n + 1}")
        for n in range(20)
    ]
    told_by(tmp_path, *visits).quiet()


def test_crystal_reports_in_aspnet_client(tmp_path: Path) -> None:
    folder = "/aspnet_client/system_web/4_0_30319/crystalreportviewers13"
    visits = [
        row(f"03 07:{n:02}:00", f"{folder}/{name}", client=f"198.51.100.{n + 1}", referer="https://app.example/report.aspx")
        for n in range(15) for name in ("js/crviewer/crv.js", "css/exception.css", "images/logo.gif")
    ]  # fmt: skip
    told_by(tmp_path, *visits).quiet()


def test_three_names_of_one_intruder(tmp_path: Path) -> None:
    """Rows as a victim of March 2021 published them: forged requests, then three pages, one of them missed first."""
    found = [
        row("03 04:00:01", "/ecp/y.js", "POST", 200, agent=SCRIPT),
        *rows("/aspnet_client/supp0rt.aspx", "03 04:02:00", 2, "GET", 404, agent=SCRIPT),
        *rows("/aspnet_client/supp0rt.aspx", "03 04:06:00", 4, agent=SCRIPT),
        *rows("/owa/auth/OutlookZH.aspx", "03 05:06:00", 2, agent=SCRIPT),
    ]
    told = told_by(tmp_path, *found)
    for name, count in (("supp0rt.aspx", 4), ("OutlookZH.aspx", 2)):
        assert lead(told, name)["use"]["answered"] == count
    assert told.status == 1
    assert INTRUDER in told.sentence + told.blocked, (told.sentence, told.blocked)


def test_bytes_of_a_lead_if_the_log_has_them(tmp_path: Path) -> None:
    path = "/aspnet_client/supp0rt.aspx"
    told = told_by(
        tmp_path,
        *rows(path, "03 04:05:00", 3, sent_bytes=700, received_bytes=300),
        fields=log_files.IIS_FIELDS_WITH_BYTES,
    )
    use = lead(told, path)["use"]
    assert (use["sent_bytes"], use["received_bytes"]) == (2_100, 900)


def test_statuses_of_a_lead_as_in_the_log(tmp_path: Path) -> None:
    path = "/aspnet_client/supp0rt.aspx"
    told = told_by(
        tmp_path,
        *rows(path, "02 04:05:00", 2, "GET", 404),
        *rows(path, "03 04:05:00", 3),
        *rows(path, "03 05:05:00", 1, "POST", 500),
        *rows(path, "04 05:05:00", 2, "GET", 404),
    )
    use = lead(told, path)["use"]
    assert use["statuses"] == {"200": 3, "404": 4, "500": 1}
    assert (use["answered"], use["missed_before"]) == (3, 2)
    assert (use["first_utc"], use["last_utc"]) == ("2021-03-03T04:05:00Z", "2021-03-03T04:07:00Z")


def test_a_quiet_log_says_that_no_page_was_examined(tmp_path: Path) -> None:
    told = told_by(tmp_path)
    told.quiet()
    assert told.status == 0
    told.says("no page was examined")


def test_everyday_traffic_is_quiet_in_a_hunt_of_the_folder_too(tmp_path: Path) -> None:
    from tests.stories.evidence import write

    files = {f"W3SVC1/u_ex2103{day}.log": w3c(*ordinary_rows(day)) for day in ("02", "03")}
    told = Ran("hunt", write(tmp_path / "logs", files))
    told.quiet()


def test_a_hunt_of_a_folder_of_logs_finds_the_lead(tmp_path: Path) -> None:
    from tests.stories.evidence import write

    path = "/aspnet_client/supp0rt.aspx"
    mine = sorted([*ordinary_rows("03"), *rows(path, "03 04:05:00", 3)], key=lambda each: str(each["when"]))  # type: ignore[index]
    told = Ran("hunt", write(tmp_path / "logs", {"W3SVC1/u_ex210303.log": w3c(*mine)}))
    assert lead(told, path)["use"]["answered"] == 3
    assert told.status == 1


@pytest.mark.parametrize("form", ["file", "folder"])
def test_a_hunt_of_logs_sends_the_responder_to_the_server(form: str, tmp_path: Path) -> None:
    """Nobody looked for the page: it may still be there, and its first place is the server, not a backup."""
    requests = rows(KNOWN[0], "03 04:05:00", 3)
    log = tmp_path / "logs" / "u_ex210303.log"
    log.parent.mkdir()
    all_rows = sorted([*ordinary_rows("03"), *requests], key=lambda each: str(each["when"]))  # type: ignore[index]
    log.write_bytes(w3c(*all_rows))
    told = Ran("hunt", log if form == "file" else log.parent)
    assert lead(told, KNOWN[0])["presence"] == "not_collected"
    told.says("Look for these files on the server now, then in backups")
    told.says("Rotate the machine keys")
    told.never("no other evidence is left")
    told.never("Search backups")
