"""The comparison of twenty hosts, hunted through for real, and its bounds."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.fleet_hosts import AUTH, INSTALL, SHELL, WWWROOT, Plants, at, hunted, names, page, server, shell
from tests.reports import strategies
from tests.reports.cases import full_report
from webshellhunt.errors import WrongTypeError
from webshellhunt.fleets import FleetTally, fleet
from webshellhunt.fleets.tally import MOST_ACCUSED, MOST_HOSTS
from webshellhunt.model.findings import Gap
from webshellhunt.model.fleet import Fleet, OutlierKind, SharedKind, TimeOf
from webshellhunt.model.log_results import Client, Traffic
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports import render
from webshellhunt.selftest.demo import COMPROMISED, demo_host

PAGE = b"<" + b'%@ Page Language="C#" %' + b"><p>Help</p>"


@pytest.fixture(scope="module")
def twenty() -> list[Report]:
    """Twenty servers with sites of their own; three have the same shell, one of them in other bytes."""
    hosts: dict[str, Plants] = {}
    for number, name in enumerate(names(20)):
        app = f"{WWWROOT}/app{number}"
        hosts[name] = {f"{app}/default.aspx": (PAGE, at(1)), f"{app}/own{number}.ashx": (PAGE, at(1))}
    hosts["EXCH07"] = {**hosts["EXCH07"], SHELL: (shell(), at(3, 4))}
    hosts["EXCH02"] = {**hosts["EXCH02"], f"{AUTH}/themes/view.aspx": (shell() + b"<!-- x -->", at(2, 4))}
    hosts["EXCH11"] = {**hosts["EXCH11"], SHELL: (shell(), at(9, 4))}
    hosts["EXCH16"] = {**hosts["EXCH16"], f"{AUTH}/logon.aspx": (PAGE, at(9))}
    return hunted(hosts)


def test_a_common_shell_is_one_row_in_the_order_of_time(twenty: list[Report]) -> None:
    made = fleet(twenty)
    assert made.sentence.startswith(
        "3 of 20 hosts have back doors; the same shell is on 3, first known on EXCH02, planted 2021-03-02; 1 file"
    )
    [row] = [each for each in made.shared if each.kind is SharedKind.SHELL]
    assert [(each.host, each.when_utc) for each in row.hosts] == [
        ("EXCH02", at(2, 4)), ("EXCH07", at(3, 4)), ("EXCH11", at(9, 4)),
    ]  # fmt: skip
    assert all(each.time_of is TimeOf.PLANTING and each.witness for each in row.hosts)
    assert (row.contents, row.worst, row.keys) == (2, Disposition.MALICIOUS, ("key2",))
    assert [each.name for each in made.hosts][:3] == ["EXCH02", "EXCH07", "EXCH11"]


def test_a_dump_of_another_server_with_the_same_shell_is_the_same_shell() -> None:
    path = f"{WWWROOT}/aspnet_client/offline.aspx"
    dump = demo_host(COMPROMISED).source().read(path, 10**6)
    other = dump.replace(b"EXCH01", b"SRV-MAIL-7").replace(b"3d0a4e0b", b"99999999")
    assert other != dump
    made = fleet(hunted({"EXCH01": {path: (dump, at(3))}, "SRV-MAIL-7": {path: (other, at(2))}}))
    [row] = [each for each in made.shared if each.kind is SharedKind.SHELL]
    assert (row.host_count, row.contents, row.keys) == (2, 2, ("key1",))


def test_a_page_of_a_vendor_on_thirty_hosts_is_not_the_same_shell() -> None:
    vendor = "<" + '%@ Page Language="C#" %' + "><" + '% System.Diagnostics.Process.Start("backup.exe"); %' + ">"
    path = f"{WWWROOT}/aspnet_client/backup/status.aspx"
    reports = hunted({name: {path: (vendor.encode(), at(3))} for name in names(30)})
    worst = {
        each.disposition for made in reports for each in made.verdicts if each.subject.path.endswith("status.aspx")
    }
    assert worst == {Disposition.SUSPICIOUS}
    made = fleet(reports)
    assert [(each.kind, each.host_count, each.kind.words) for each in made.shared] == [
        (SharedKind.FILE, 30, "same file")
    ]
    text = str(render(reports, "text", fleet=True))
    assert "same file on 30 hosts (suspicious)" in text
    assert "shell is on" not in made.sentence
    assert "same shell" not in text


def test_a_changed_page_that_no_rule_accuses_is_an_outlier(twenty: list[Report]) -> None:
    outliers = fleet(twenty).outliers
    assert [(each.hosts, each.disposition) for each in outliers if not each.is_accused] == [
        (("EXCH16",), Disposition.BENIGN)
    ]
    assert len(outliers) == 3


def test_twenty_honest_hosts_with_sites_of_their_own() -> None:
    hosts = {
        name: {f"{WWWROOT}/app{number}/page{each}.aspx": (PAGE, at(1)) for each in range(20)}
        for number, name in enumerate(names(20))
    }
    made = fleet(hunted(hosts))
    assert (made.outliers, made.shared, made.notes) == ((), (), ())
    assert made.sentence == "No back door was found on 20 hosts."


def test_the_order_of_reports_does_not_matter(twenty: list[Report]) -> None:
    assert fleet(twenty) == fleet(reversed(twenty)) == fleet(twenty[7:] + twenty[:7])


@given(
    st.lists(strategies.reports, min_size=2, max_size=5).flatmap(
        lambda made: st.tuples(st.just(made), st.permutations(made))
    )
)
def test_any_reports_are_compared_in_any_order(both: tuple[list[Report], list[Report]]) -> None:
    made, mixed = both
    assert fleet(made) == fleet(mixed)


@given(strategies.reports, st.integers(2, 12))
def test_equal_hosts_have_no_outliers(made: Report, count: int) -> None:
    reports = [replace(made, host=made.host._replace(name=name)) for name in names(count)]
    assert fleet(reports).outliers == ()


def test_two_sources_of_one_host_count_once() -> None:
    made = fleet([server("EXCH01"), replace(server("exch01"), location="D.E01"), server("EXCH02")])
    assert made.sentence.startswith("No back door was found on 2 hosts")
    assert "EXCH01: 2 reports are of this host; they count as one host" in made.notes
    assert len(made.hosts) == 3
    twice = [replace(full_report(), location=location) for location in ("a", "b")]
    assert fleet(twice).shared == ()


def test_clients_of_accused_pages() -> None:
    def seen(name: str, *addresses: str) -> Report:
        clients = [Client(address, 5, at(1), at(2), ("/x.aspx",)) for address in addresses]
        proxy = Client("10.0.0.1", 5, at(1), at(2), (), is_proxy=True)
        return replace(server(name), traffic=Traffic(clients=(*clients, proxy)))

    own = ("127.0.0.1", "::1", "fe80::1%4", "[::1]", "0.0.0.0")
    made = fleet([seen("A", "203.0.113.7", *own), seen("B", "203.0.113.7", *own), seen("C", "203.0.113.9")])
    assert [(each.kind, each.value) for each in made.shared] == [(SharedKind.CLIENT, "203.0.113.7")]


def test_accused_subjects_of_one_host_are_bounded() -> None:
    flood = [page(rf"C:\site\{number}.aspx", number, Disposition.MALICIOUS) for number in range(MOST_ACCUSED + 7)]
    made = fleet([server("A", flood), server("B")])
    assert "A: 7 further accused items are not compared; its report has them" in made.notes


def test_reports_are_taken_one_by_one() -> None:
    def come() -> Iterator[Report]:
        yield server("A")
        yield server("B")

    tally = FleetTally()
    for number, report in enumerate(come(), 1):
        tally.add(report)
        assert len(tally) == number
    assert isinstance(tally.fleet(), Fleet)


def test_locations_that_were_not_opened_are_rows() -> None:
    made = []
    for order in ([0, 1], [1, 0]):
        tally = FleetTally()
        tally.add(server("A"))
        for number in order:
            tally.add_unopened(f"/e/{number}.zip", "s" * 999, "EXCH07" if number else None)
        made.append(tally.fleet())
    assert made[0] == made[1]
    assert [(each.name, each.location) for each in made[0].unopened] == [
        ("/e/0.zip", "/e/0.zip"), ("EXCH07", "/e/1.zip"),
    ]  # fmt: skip
    assert len(made[0].unopened[0].sentence) == 400
    assert made[0].sentence == "No back door was found on 1 host; 2 more locations could not be opened."


def test_rows_of_unopened_locations_are_bounded() -> None:
    tally = FleetTally()
    for number in range(MOST_HOSTS + 3):
        tally.add_unopened(f"{number}", "s")
    made = tally.fleet()
    assert (len(made.unopened), made.more_unopened) == (MOST_HOSTS, 3)


@pytest.mark.parametrize("wrong", [None, 7, server("A"), [1], "reports"])
def test_what_is_no_report_is_said_in_a_sentence(wrong: object) -> None:
    with pytest.raises(WrongTypeError, match=r"^fleet: .* pass "):
        fleet(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("own", [False, True])
def test_the_memory_of_many_verdicts_is_bounded(own: bool) -> None:
    """What remains grows with the different places; of 20 times 20,000 verdicts it was 14 MB, at most 50 MB."""

    def many(number: int) -> Report:
        prefix = f"own{number}" if own else "page"
        paths = (rf"{INSTALL}\FrontEnd\HttpProxy\owa\auth\{at % 50}\{prefix}{at}.aspx" for at in range(4000))
        return server(f"EXCH{number:02}", [page(path, path) for path in paths])

    tally = FleetTally()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(4):
        tally.add(many(number))
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < (4 if own else 1) * 4000 * 1500
    assert {each.kind for each in tally.fleet().outliers} == ({OutlierKind.MANY} if own else set())


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_too_many_accused_subjects_of_all_are_cut_whatever_the_order(counts: list[int], dice: random.Random) -> None:
    reports = [
        server(f"H{number}", [page(rf"C:\s\{at}.aspx", at, Disposition.MALICIOUS) for at in range(count)])
        for number, count in enumerate(counts)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webshellhunt.fleets.tally.MOST_OF_ALL", 40)
        made = fleet(reports)
        shuffled = list(reports)
        dice.shuffle(shuffled)
        assert fleet(shuffled) == made
    left_out = sum(int(note.split(": ")[1].split()[0]) for note in made.notes if "further accused items" in note)
    assert left_out >= sum(counts) - 40 - len(counts)
    assert (left_out > 0) == (sum(counts) > 40)
    assert [each.malicious for each in made.hosts] == sorted(counts, reverse=True)


def test_clients_of_all_are_cut_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def seen(name: str) -> Report:
        clients = tuple(Client(f"203.0.113.{at}", 5, None, None, ("/x.aspx",)) for at in range(100))
        return replace(server(name), traffic=Traffic(clients=clients))

    monkeypatch.setattr("webshellhunt.fleets.tally.MOST_OF_ALL", 50)
    shared = fleet([seen("A"), seen("B"), seen("C")]).shared
    assert {each.value for each in shared} == {f"203.0.113.{at}" for at in range(12)}


def test_many_hosts_with_the_same_limit_are_one_note() -> None:
    flood = [page(rf"C:\site\{number}.aspx", number, Disposition.MALICIOUS) for number in range(MOST_ACCUSED + 1)]
    notes = fleet([server(name, flood) for name in names(21) for _ in range(2)]).notes
    assert "42 further accused items of 21 hosts are not compared; their reports have them" in notes
    assert "1 further host: several reports are of each, which count as one host" in notes


def test_gaps_of_many_hosts_take_little_memory() -> None:
    gaps = tuple(Gap("unreadable", "walk", rf"D:\data\{at}", "denied", matters=True) for at in range(150))
    reports = [replace(server(name), gaps=gaps) for name in names(400)]
    tally = FleetTally()
    tracemalloc.start()
    try:
        for report in reports:
            tally.add(report)
        assert tracemalloc.get_traced_memory()[0] < 400 * 150 * 24
    finally:
        tracemalloc.stop()
