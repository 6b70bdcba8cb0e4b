"""Stories of time: when a page came, by which witnesses, and which of them is to be doubted."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import webshellhunt as wsh
from tests.builders.recorded_server import AUTH as RECORDED_AUTH
from tests.builders.recorded_server import PLANTED, RecordedServer, verdict_of
from tests.stories.evidence import SECOND, Ran, Server, Told, dump, times, write

X1 = "/aspnet_client/x1.aspx"
DOUBT = r"set back|contradict|doubt|forged|earlier than|can't be right|not (possible|true)|disagree"


def probed(mtime: str, *, name: str = "aspnet_client/x1.aspx") -> Server:
    """Return a server whose shell was missed at 04:00 and answered from 04:20 on, with a file time."""
    server = Server()
    server.visitors("02", "03", "04")
    server.shell(name, mtime)
    server.call("GET", f"/{name}", times("03 04:00:00", 3), status=404)
    server.call("POST", f"/{name}", times("03 04:20:00", 5))
    return server


def planting(told: Told, name: str = "x1.aspx") -> dict[str, object]:
    found: dict[str, object] | None = told.one(name)["planting"]
    assert found is not None, "no planting time"
    return found


@pytest.mark.parametrize(
    ("mtime", "name"),
    [
        ("2018-05-05 01:01:01", "aspnet_client/x1.aspx"),
        ("2020-12-16 02:10:00", "aspnet_client/x1.aspx"),
        ("2021-02-01 00:00:00", "aspnet_client/x1.aspx"),
        ("2018-05-05 01:01:01", "owa/auth/x1.aspx"),
    ],
)
def test_a_time_that_was_set_back_is_not_believed(mtime: str, name: str) -> None:
    told = probed(mtime, name=name).hunt()
    when = str(planting(told)["when_utc"])
    assert "2021-03-03T04:02:00Z" <= when <= "2021-03-03T04:20:00Z", planting(told)
    if mtime[:4] == "2018":
        told.says(DOUBT)
    assert told.moments("planted")[0]["when_utc"] >= "2021-03-03T04:02:00Z", told.moments("planted")
    told.never(rf"planted:? (on )?{mtime[:10]}")


def test_a_time_inside_the_bracket_is_believed() -> None:
    told = probed("2021-03-03 04:10:00").hunt()
    assert planting(told)["when_utc"] == "2021-03-03T04:10:00Z", planting(told)
    told.never(rf"x1\.aspx.{{0,200}}({DOUBT})")


def test_the_bracket_has_two_witnesses() -> None:
    told = probed("2018-05-05 01:01:01").hunt()
    moment = told.moments("planted")[0]
    assert moment["until_utc"] == "2021-03-03T04:20:00Z", moment
    told.says(r"404.{0,120}04:02|04:02.{0,120}404|between .{0,30}04:02:00.{0,60}04:20:00")


def test_a_page_that_was_changed_after_its_first_use() -> None:
    server = Server()
    server.visitors("01", "02", "03")
    server.shell("aspnet_client/x1.aspx", "03 04:00:00")
    server.call("POST", X1, times("01 04:20:00", 2))
    server.call("POST", X1, times("03 05:20:00", 2))
    told = server.hunt()
    moment = told.moments("planted")
    assert not moment or moment[0]["when_utc"] <= "2021-03-01T04:20:00Z", moment
    assert str(planting(told)["when_utc"]) <= "2021-03-01T04:20:00Z", planting(told)


def test_a_404_after_the_first_answer_is_no_bracket() -> None:
    """It was there, was away, and is there again: the first answer decides."""
    server = Server()
    server.visitors("02", "03")
    server.shell("aspnet_client/x1.aspx", "02 04:00:00")
    server.call("POST", X1, times("02 04:20:00", 2))
    server.call("GET", X1, times("03 04:00:00", 2), SECOND, 404)
    server.call("POST", X1, times("03 05:20:00", 2))
    told = server.hunt()
    assert planting(told)["when_utc"] == "2021-03-02T04:00:00Z", planting(told)
    assert told.use("x1.aspx")["missed_before"] == 0


def test_a_404_on_the_other_site_proves_nothing() -> None:
    server = Server()
    server.visitors("02", "03")
    server.shell("owa/auth/x1.aspx", "2021-02-27 04:00:00")
    server.call("GET", "/owa/auth/x1.aspx", times("03 04:00:00", 2), "192.0.2.10", 404, site=2, port=444)
    server.call("POST", "/owa/auth/x1.aspx", times("03 04:20:00", 2))
    told = server.hunt()
    assert planting(told)["when_utc"] == "2021-02-27T04:00:00Z", planting(told)


def test_an_old_time_without_contradiction_is_a_file_time() -> None:
    server = Server()
    server.visitors("03")
    server.shell("aspnet_client/x1.aspx", "2021-01-06 04:00:00")
    server.call("POST", X1, times("03 04:20:00", 2))
    told = server.hunt()
    assert planting(told)["when_utc"] == "2021-01-06T04:00:00Z", planting(told)
    told.says(r"last changed|file time|modified")


def test_a_dump_states_its_own_time() -> None:
    server = Server()
    server.visitors("03")
    server.shell("aspnet_client/x1.aspx", "2021-03-01 10:00:00", dump())
    told = server.hunt()
    assert str(planting(told)["when_utc"]).startswith("2021-02-28T19:41"), planting(told)
    told.says("its content states this time")


def test_the_record_of_the_name_contradicts_the_time_of_the_file() -> None:
    server = RecordedServer()
    server.plant(f"{RECORDED_AUTH}/x1.aspx", set_to=datetime(2018, 5, 5, 1, 1, 1, tzinfo=UTC))
    report = server.hunt()
    verdict = verdict_of(report, "x1.aspx")
    told = Told(report)
    assert verdict is not None
    assert str(planting(told)["when_utc"]).startswith(f"{PLANTED:%Y-%m-%d}"), planting(told)
    told.never("planted:? (on )?2018")
    told.says(r"set back|\$FN|file table|\$MFT")


def test_times_of_a_copy_are_no_planting_time(tmp_path: Path) -> None:
    server = Server()
    server.visitors("03")
    server.shell()
    told = Ran("hunt", write(tmp_path / "EXCH01", server.below("C")))
    today = datetime.now(UTC).year
    told.never(rf"planted:? (on )?{today}")
    assert not [each for each in told.moments("planted") if each["when_utc"].startswith(str(today))]


def test_a_period_says_that_it_is_one() -> None:
    server = Server()
    server.visitors("02", "03", "04")
    server.shell()
    server.call("POST", X1, times("02 04:20:00", 2))
    server.call("POST", X1, times("04 04:20:00", 2), SECOND)
    period = wsh.Period(since=datetime(2021, 3, 4, tzinfo=UTC))
    told = server.hunt(period=period)
    assert told.use("x1.aspx")["in_period"] is True
    assert told.use("x1.aspx")["answered"] == 2
    told.says(r"since 2021-03-04|from 2021-03-04|period")


def test_planted_before_the_fix_and_used_after_it() -> None:
    server = Server((15, 2, 792, 10), "2021-03-05 22:31:07")
    server.visitors("03", "10")
    server.shell()
    server.call("POST", X1, times("03 04:20:00", 2))
    server.call("POST", X1, times("10 04:20:00", 2), SECOND)
    told = server.hunt()
    assert planting(told)["when_utc"] == "2021-03-03T04:00:00Z"
    assert "2021-03-03 to 2021-03-10" in told.sentence, told.sentence
    told.says(r"the patch did not remove it|planted before the fix")
    told.never("OPEN to ProxyLogon")


def test_planted_after_the_fix_says_so() -> None:
    server = Server((15, 2, 792, 10), "2021-03-05 22:31:07")
    server.visitors("20")
    server.shell(when="20 04:00:00")
    told = server.hunt()
    told.says(r"the fixed build was installed on 2021-03-05 [^.]{0,40}, before it was planted|after the fix")
    told.never(r"entry by ProxyLogon")


def test_the_timeline_is_in_order() -> None:
    told = probed("2021-03-03 04:10:00").hunt()
    whens = [each["when_utc"] for each in told.summary["timeline"]]
    assert whens == sorted(whens)
    lines = re.findall(r"^  (\d{4}-\d\d-\d\dT[\d:]{8}Z)", told.raw_text, re.M)
    assert lines


def test_the_first_answer_is_not_before_the_planting_in_the_text() -> None:
    told = probed("2021-03-03 04:30:00").hunt()
    assert str(planting(told)["when_utc"]) <= "2021-03-03T04:20:00Z", planting(told)
