"""Stories of clients: who used a back door, who only tried, and who must never be blocked."""

from __future__ import annotations

import re

import pytest

from tests.builders import logs as log_files
from tests.builders.log_rows import ADDRESS
from tests.stories.evidence import (
    AUTH,
    BALANCER,
    INTRUDER,
    OPEN,
    SCRIPT,
    SECOND,
    Server,
    at,
    dump,
    fixture,
    ordinary_rows,
    row,
    shell,
    times,
    w3c,
)

X1 = "/aspnet_client/x1.aspx"
FORWARDED = log_files.IIS_FIELDS_FORWARDED
LIMITS = r"client (?:is|are|remains) (?:unknown|not known)|unknown clients?|the clients? behind|hidden behind"


def stealer() -> bytes:
    """Return a sign-in page that sends the password away."""
    return fixture("password_leaves_sign_in_page/key-logger")


def forwarded(*shell_rows: tuple[str, str], agents: int = 12) -> bytes:
    """Return a log in which the proxy brings everything; pairs of time and column name the rows of the shell."""
    rows = [
        {**each, "client": BALANCER, "X-Forwarded-For": each["client"], "agent": f"Mozilla/5.0 (number {n % agents})"}
        for n, each in enumerate(ordinary_rows("03"))
    ]
    rows += [{**row(when, X1, "POST", client=BALANCER), "X-Forwarded-For": value} for when, value in shell_rows]
    return w3c(*sorted(rows, key=lambda each: str(each["when"])), fields=FORWARDED)


def behind(*shell_rows: tuple[str, str]) -> Server:
    server = Server()
    server.shell()
    server.add("inetpub/logs/LogFiles/W3SVC1/u_ex210303.log", forwarded(*shell_rows))
    return server


def test_a_shell_with_one_client() -> None:
    server = Server()
    server.visitors("03", "04")
    server.shell()
    server.call("POST", X1, times("03 04:05:00", 5))
    server.call("POST", X1, times("04 01:00:00", 2), SECOND)
    told = server.hunt()
    use = told.use("x1.aspx")
    assert (use["requests"], use["answered"], use["posted"], use["client_count"]) == (7, 7, 7, 2)
    assert (use["first_utc"], use["last_utc"]) == ("2021-03-03T04:05:00Z", "2021-03-04T01:01:00Z")
    assert re.search(rf"Used by {INTRUDER} and {SECOND}, 2021-03-03 to 2021-03-04", told.sentence), told.sentence
    assert INTRUDER in told.blocked, told.blocked
    assert SECOND in told.blocked, told.blocked


def test_visitors_of_a_sign_in_page_that_steals_are_its_victims() -> None:
    server = Server()
    server.visitors("03")
    server.add(f"{AUTH}/logon.aspx", stealer(), at("03 04:00:00"))
    server.sign_ins("/owa/auth/logon.aspx", count=40)
    told = server.hunt()
    assert "198.51.100." not in told.sentence, told.sentence
    assert "198.51.100." not in told.blocked, told.blocked
    assert not [each for each in told.summary["traffic"]["clients"] if each["address"].startswith("198.51.100.")]


def test_few_visitors_of_a_changed_sign_in_page() -> None:
    """Nine users, each with GET and the POST of the form: they are users, not intruders."""
    server = Server()
    server.visitors("03")
    server.add(f"{AUTH}/logon.aspx", stealer(), at("03 04:00:00"))
    server.sign_ins("/owa/auth/logon.aspx", count=9)
    server.sign_ins("/owa/auth.owa", count=9, method="POST")
    told = server.hunt()
    assert "198.51.100." not in told.sentence + told.blocked, told.sentence + told.blocked


def test_everyone_requests_a_page_with_a_shell_in_it() -> None:
    server = Server()
    server.visitors("03")
    server.add(f"{AUTH}/errorFE.aspx", server.files[f"{AUTH}/errorFE.aspx"] + shell(), at("03 04:00:00"))
    server.sign_ins("/owa/auth/errorFE.aspx", count=45)
    told = server.hunt()
    assert told.one("errorFE.aspx")["disposition"] in ("malicious", "suspicious")
    assert "198.51.100." not in told.sentence + told.blocked, told.sentence + told.blocked


def test_a_proxy_without_the_column_is_never_blocked() -> None:
    server = Server()
    server.shell()
    rows = [{**each, "client": BALANCER, "agent": f"agent {n % 9}"} for n, each in enumerate(ordinary_rows("03"))]
    rows += [dict(row(f"03 07:0{n}:00", X1, "POST", client=BALANCER)) for n in range(4)]
    server.add("inetpub/logs/LogFiles/W3SVC1/u_ex210303.log", w3c(*sorted(rows, key=lambda each: str(each["when"]))))
    told = server.hunt()
    assert BALANCER not in told.blocked, told.blocked
    assert f"Used by {BALANCER}" not in told.sentence, told.sentence
    told.says(LIMITS)


def test_a_proxy_with_the_column_names_the_client_as_claimed() -> None:
    told = behind(("03 07:01:00", INTRUDER), ("03 07:02:00", INTRUDER), ("03 07:03:00", INTRUDER)).hunt()
    assert told.use("x1.aspx")["clients"] == [INTRUDER]
    assert INTRUDER in told.blocked, told.blocked
    assert BALANCER not in told.blocked, told.blocked
    told.says(r"X-Forwarded-For")
    told.says(r"claim")


def test_the_rightmost_address_counts_since_visitors_write_the_rest() -> None:
    told = behind(
        ("03 07:01:00", f"198.18.0.9, {INTRUDER}"), ("03 07:02:00", f"8.8.8.8, 198.18.0.9, {INTRUDER}")
    ).hunt()
    assert told.use("x1.aspx")["clients"] == [INTRUDER]
    assert "198.18.0.9" not in told.blocked + told.sentence, told.blocked + told.sentence


@pytest.mark.parametrize(("value", "client"), [(f"{INTRUDER}:51234", INTRUDER), ("[2001:db8::77]:443", "2001:db8::77")])
def test_ports_in_the_column(value: str, client: str) -> None:
    told = behind(("03 07:01:00", value), ("03 07:02:00", value)).hunt()
    assert told.use("x1.aspx")["clients"] == [client]


@pytest.mark.parametrize("value", ["unknown", "-", "a@203.0.113.9"])
def test_text_in_the_column_is_no_client(value: str) -> None:
    told = behind(("03 07:01:00", value), ("03 07:02:00", value)).hunt()
    assert BALANCER not in told.blocked, told.blocked
    assert value == "-" or value not in told.blocked, told.blocked
    assert "203.0.113.9" not in told.use("x1.aspx")["clients"]


def test_a_forged_column_of_a_direct_client_is_not_believed() -> None:
    """The server has the column, but this client came without a proxy: its own address is known for sure."""
    server = Server()
    server.shell()
    rows = [{**each, "X-Forwarded-For": "-"} for each in ordinary_rows("03")]
    rows += [{**row(f"03 07:0{n}:30", X1, "POST"), "X-Forwarded-For": "8.8.8.8"} for n in range(3)]
    data = w3c(*sorted(rows, key=lambda each: str(each["when"])), fields=FORWARDED)
    server.add("inetpub/logs/LogFiles/W3SVC1/u_ex210303.log", data)
    told = server.hunt()
    assert INTRUDER in told.text, told.sentence
    assert "8.8.8.8" not in told.blocked, told.blocked


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_who_was_only_refused_tried(status: int) -> None:
    server = Server()
    server.visitors("03")
    server.shell()
    server.call("POST", X1, times("03 04:05:00", 3))
    server.call("POST", X1, times("03 05:05:00", 3), SECOND, status)
    told = server.hunt()
    assert f"Used by {INTRUDER}, 2021-03-03" in told.sentence, told.sentence
    assert SECOND not in told.sentence, told.sentence
    assert SECOND not in told.blocked, told.blocked
    assert told.use("x1.aspx")["answered"] == 3


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_a_page_that_only_refused_was_not_used(status: int) -> None:
    server = Server()
    server.visitors("03")
    server.shell()
    server.call("POST", X1, times("03 04:05:00", 3), status=status)
    told = server.hunt()
    assert "Used by" not in told.sentence, told.sentence
    assert not told.blocked, told.blocked
    assert not told.moments("first_used"), told.moments("first_used")
    told.never(r"\bused 3 times")


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_head_and_options_are_no_use(method: str) -> None:
    server = Server()
    server.visitors("03")
    server.shell()
    server.call(method, X1, times("03 04:05:00", 3))
    told = server.hunt()
    assert "Used by" not in told.sentence, told.sentence
    assert told.use("x1.aspx")["answered"] == 0
    assert not told.blocked, told.blocked
    assert not told.moments("first_used"), told.moments("first_used")


def test_head_before_get_is_not_the_first_use() -> None:
    server = Server()
    server.visitors("03")
    server.shell()
    server.call("HEAD", X1, times("03 04:05:00", 2), SECOND)
    server.call("POST", X1, times("03 06:00:00", 2))
    told = server.hunt()
    assert told.use("x1.aspx")["first_utc"] == "2021-03-03T06:00:00Z"
    assert SECOND not in told.sentence + told.blocked, told.sentence + told.blocked


@pytest.mark.parametrize("client", ["127.0.0.1", "::1", ADDRESS])
def test_the_server_itself_is_no_intruder(client: str) -> None:
    """Behind a forged request the server asks itself; nobody is to block it."""
    server = Server()
    server.visitors("03")
    server.shell()
    server.call("GET", X1, times("03 04:05:00", 3), client)
    told = server.hunt()
    assert client not in told.blocked, told.blocked
    assert f"Used by {client}" not in told.sentence, told.sentence


@pytest.mark.parametrize(
    "agent", ["System Center Operations Manager 2019", "AMProbe/Local/ClientAccess", "ELB-HealthChecker/2.0"]
)
def test_a_monitor_that_probes_an_accused_page_is_no_intruder(agent: str) -> None:
    server = Server()
    server.visitors("03")
    server.add(f"{AUTH}/errorFE.aspx", server.files[f"{AUTH}/errorFE.aspx"] + shell(), at("03 04:00:00"))
    server.call("GET", "/owa/auth/errorFE.aspx", times("03 00:00:00", 280, 300), "10.0.0.7", agent=agent)
    server.call("POST", "/owa/auth/errorFE.aspx", times("03 04:05:00", 3))
    told = server.hunt()
    assert "10.0.0.7" not in told.blocked, told.blocked
    assert "10.0.0.7" not in told.sentence, told.sentence


def test_a_scanner_before_the_plant_is_no_client() -> None:
    server = Server()
    server.visitors("02", "03")
    server.shell()
    server.call("GET", X1, times("02 04:05:00", 3), SECOND, 404)
    server.call("POST", X1, times("03 04:05:00", 3))
    told = server.hunt()
    assert SECOND not in told.sentence + told.blocked, told.sentence + told.blocked
    assert told.use("x1.aspx")["missed_before"] == 3


def test_a_page_that_nobody_requested() -> None:
    server = Server()
    server.visitors("03", "04")
    server.shell()
    told = server.hunt()
    assert told.use("x1.aspx")["requests"] == 0
    told.says("not requested")
    assert not told.blocked, told.blocked
    assert "Used by" not in told.sentence


def test_no_log_at_all_is_unknown_use() -> None:
    server = Server()
    server.shell()
    told = server.hunt()
    assert told.one("x1.aspx")["use"] is None
    told.never(r"not requested|never used|not used")


def test_the_client_of_a_clean_page_is_nobody() -> None:
    server = Server(OPEN)
    server.visitors("03")
    server.call("POST", "/owa/auth/logon.aspx", times("03 04:05:00", 9), agent=SCRIPT)
    server.hunt().quiet()


def test_the_client_of_a_page_that_is_merely_suspicious_is_not_to_be_blocked() -> None:
    """The settings of a directory, saved as a page without a script: a trace of an attempt, and no back door."""
    server = Server()
    server.visitors("03")
    clean = re.sub(rb"http://f/<script.*?</script>", b"https://mail.example.com/OAB", dump(), flags=re.S)
    server.shell("aspnet_client/saved.aspx", data=clean)
    server.call("GET", "/aspnet_client/saved.aspx", times("03 10:05:00", 1), "198.51.100.9")
    told = server.hunt()
    assert told.one("saved.aspx")["disposition"] == "suspicious", told.names
    assert "198.51.100.9" not in told.blocked, told.blocked


def test_a_second_proxy_in_the_chain_is_no_client() -> None:
    """Everything comes by 10.0.0.80, and before that by 10.0.0.81: the client stands before both."""
    rows = [
        {**each, "client": BALANCER, "X-Forwarded-For": f"{each['client']}, 10.0.0.81", "agent": f"agent {n % 9}"}
        for n, each in enumerate(ordinary_rows("03"))
    ]
    rows += [
        {**row(f"03 07:0{n}:30", X1, "POST", client=BALANCER), "X-Forwarded-For": f"{INTRUDER}, 10.0.0.81"}
        for n in range(3)
    ]
    server = Server()
    server.shell()
    server.add(
        "inetpub/logs/LogFiles/W3SVC1/u_ex210303.log",
        w3c(*sorted(rows, key=lambda each: str(each["when"])), fields=FORWARDED),
    )
    told = server.hunt()
    assert told.use("x1.aspx")["clients"] == [INTRUDER], told.use("x1.aspx")["clients"]
    assert "10.0.0.8" not in told.blocked, told.blocked


def test_who_only_tried_is_said_to_have_tried() -> None:
    server = Server()
    server.visitors("03")
    server.shell()
    server.call("POST", X1, times("03 05:05:00", 3), SECOND, 403)
    told = server.hunt()
    told.says(r"tried|never with success|never answered|refused")
    told.never(rf"used .{{0,80}}by {re.escape(SECOND)}")


def test_users_with_names_who_open_a_page_are_users() -> None:
    """A suspicious page of a vendor that eight users of the company open with their accounts."""
    server = Server()
    server.visitors("03")
    server.add(f"{AUTH}/logon.aspx", stealer(), at("03 04:00:00"))
    for number in range(8):
        client = f"10.1.0.{number + 1}"
        server.call(
            "GET", "/owa/auth/logon.aspx", times(f"03 08:{number:02}:00", 2), client, user=f"EXAMPLE\\user{number}"
        )
    told = server.hunt()
    assert "10.1.0." not in told.sentence + told.blocked, told.sentence + told.blocked
