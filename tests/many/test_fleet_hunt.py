"""``hunt_many``: all reports in the order of the list, whatever order the hunts end in."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import webshellhunt as wsh
from tests.builders.containers import zipped
from tests.builders.many_servers import make_servers, timeless
from tests.reports.cases import nothing_found
from webshellhunt.errors import SeveralHostsError, SourceError, UsageError
from webshellhunt.many.coordinator import Ended, Place
from webshellhunt.many.fleet_hunt import InOrder, report_of, tasks_of
from webshellhunt.many.hunt_task import packed
from webshellhunt.model.source_options import SourceOptions

COUNT = 7


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    return make_servers(tmp_path_factory.mktemp("servers"), COUNT)


def test_reports_come_as_they_end_and_are_in_the_order_of_the_list(servers: list[tuple[str, str]]) -> None:
    told = list[str | None]()
    with wsh.open_executor(2) as executor:
        hunted = wsh.hunt_many(servers, executor=executor, on_report=lambda report: told.append(report.host.name))
    names = [name for name, _ in servers]
    assert sorted(map(str, told)) == names == [report.host.name for report in hunted.reports]
    one_by_one = [wsh.hunt(location) for _, location in servers]
    assert [report.verdicts for report in hunted.reports] == [report.verdicts for report in one_by_one]
    assert hunted.fleet() == wsh.hunt_many(servers).fleet()
    assert list(hunted) == list(hunted.reports)
    assert (len(hunted), hunted[0], hunted[-1]) == (COUNT, hunted.reports[0], hunted.reports[-1])
    assert [report.location for report in hunted[1:3]] == [location for _, location in servers[1:3]]
    assert (hunted.unopened, hunted.notes, hunted.interrupted) == ((), (), False)
    assert repr(hunted) == f"<FleetHunt of {COUNT} reports, 0 unopened>"


def test_a_hostile_list_loses_nothing_but_its_bad_entries(
    servers: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "packed.zip").write_bytes(b"PK\x03\x04 damaged")
    bad = ["absent", "a\0b", "--drive=C", "../../absent", "x\x1b[2J\ny", "packed.zip", "", "C" * 5_000]
    listed: list[str | tuple[str, str]] = [
        servers[0],
        *bad,
        *servers[1:],
        *servers,
        ("TWICE", servers[0][1]),
        "/dev/zero",
    ]
    with ThreadPoolExecutor(3) as executor:
        hunted = wsh.hunt_many(listed, executor=executor)
    assert timeless(hunted.reports) == timeless(wsh.hunt_many(servers).reports)
    assert [each.location for each in hunted.unopened] == [*bad, "/dev/zero"]
    assert all(each.sentence for each in hunted.unopened)
    assert "9 more locations could not be opened" in hunted.fleet().sentence


def test_several_servers_in_one_location_have_a_report_each(tmp_path: Path) -> None:
    for name in ("EXCH01", "EXCH02"):
        page = {f"C/Windows/{name}.txt": b"x", "C/inetpub/wwwroot/a.aspx": b"<p>"}
        (tmp_path / f"{name}.zip").write_bytes(zipped(page))
    (tmp_path / "rest.aspx").write_text("<p>")
    hunted = wsh.hunt_many([tmp_path])
    assert [Path(report.location).name for report in hunted.reports] == ["EXCH01.zip", "EXCH02.zip"]
    (rest,) = hunted.unopened
    assert (rest.location, rest.sentence) == (
        str(tmp_path),
        "not examined, because it is of none of these servers: rest.aspx",
    )


def test_an_interrupt_keeps_what_is_finished(servers: list[tuple[str, str]]) -> None:
    told = list[wsh.Report]()
    hunted = wsh.hunt_many(servers, on_report=told.append, cancel=lambda: len(told) == 3)
    assert hunted.interrupted
    assert timeless(hunted.reports) == timeless(told)
    assert [each.name for each in hunted.unopened] == [name for name, _ in servers[3:]]
    assert {each.sentence for each in hunted.unopened} == {"the run was interrupted before it was hunted"}


@pytest.mark.parametrize("wrong", ["E:/evidence", b"x", None, [7], [("name", 7)], [(7, "x")]])
def test_a_wrong_list_is_one_sentence(wrong: object) -> None:
    with pytest.raises(TypeError, match=r"^hunt_many: locations "):
        wsh.hunt_many(wrong)  # type: ignore[arg-type]


def test_the_name_of_the_evidence_wins() -> None:
    made = nothing_found()
    assert made.host.name is None
    named = report_of(made, "EXCH01")
    assert named is not None
    assert (named.host.name, report_of(named, "OTHER")) == ("EXCH01", named)
    assert report_of(SourceError("x"), "EXCH01") is None


@given(st.integers(1, 12), st.sets(st.integers(0, 11)), st.randoms(use_true_random=False))
def test_results_in_any_order_come_in_that_of_the_list(count: int, several: set[int], dice: random.Random) -> None:
    places = [Place((number,), str(number)) for number in range(count)]
    order, running, found = InOrder(places), list(places), list[str]()
    while running:
        place = running.pop(dice.randrange(len(running)))
        servers: tuple[Place, ...] = ()
        if len(place.key) == 1 and place.key[0] in several:
            servers = tuple(Place((*place.key, number), f"{place.location}.{number}") for number in range(2))
        result = SeveralHostsError(place.location) if servers else SourceError(place.location)
        running += servers
        found += [each.place.location for each in order.after(Ended(place, result, packed(result), servers))]
    assert found == sorted(found, key=lambda text: [int(part) for part in text.split(".")])
    assert len(found) == count + 2 * sum(number < count for number in several)
    assert list(order.rest()) == []


def test_what_is_left_of_an_order_keeps_early_results() -> None:
    places = [Place((number,), str(number)) for number in range(4)]
    order = InOrder(places)
    early = SourceError("early")
    assert list(order.after(Ended(places[2], early, packed(early)))) == []
    left = list(order.rest())
    assert [each.location if isinstance(each, Place) else str(each.result) for each in left] == ["0", "1", "early", "3"]


def test_the_reports_do_not_stay_in_memory(servers: list[tuple[str, str]]) -> None:
    hunted = wsh.hunt_many(servers[:1])
    read: Callable[[], wsh.Report] = lambda: hunted.reports[0]  # noqa: E731
    assert read() == read()
    assert read() is not read()
    with pytest.raises(IndexError):
        hunted.reports[1]


def test_all_hunts_share_a_cache(servers: list[tuple[str, str]], tmp_path: Path) -> None:
    cache = wsh.ResultCache(str(tmp_path / "cache" / "results"), str(tmp_path / "key" / "key"))
    for folder in ("cache", "key"):
        (tmp_path / folder).mkdir()
    wanted = timeless(wsh.hunt_many(servers).reports)
    with wsh.open_executor(2) as executor:
        for _ in range(2):
            hunted = wsh.hunt_many(servers, executor=executor, cache=cache)
            assert timeless(hunted.reports) == wanted
    assert Path(cache.path).stat().st_size > 0


def test_where_workers_would_be_idle_smaller_sources_are_split() -> None:
    places = [Place((number,), str(number)) for number in range(3)]
    for workers, most in ((3, 50_000), (4, 4_000)):
        with ThreadPoolExecutor(workers) as executor:
            tasks = list(tasks_of(places, wsh.Job(), SourceOptions(), executor))
            assert {task.most_files for _, task in tasks} == {most}
            shared = tasks_of(places, wsh.Job(), SourceOptions(), executor, wsh.ResultCache("x"))
            assert {task.most_files for _, task in shared} == {None}


def test_a_cache_inside_the_evidence_of_any_location_is_refused_before_the_first_hunt(
    servers: list[tuple[str, str]], tmp_path: Path
) -> None:
    cache = wsh.ResultCache(str(Path(servers[-1][1]) / "results"), str(tmp_path / "key"))
    with pytest.raises(UsageError, match="inside the evidence"):
        wsh.hunt_many(servers, cache=cache)
    assert not Path(cache.path).exists()


@pytest.mark.parametrize("name", ["on_report", "cancel"])
def test_an_error_of_the_caller_is_named_with_its_cause(name: str, servers: list[tuple[str, str]]) -> None:
    def broken(*_: object) -> bool:
        raise ValueError("mine")

    with pytest.raises(wsh.UnexpectedError, match=rf"the function for {name}, of the caller, failed") as caught:
        wsh.hunt_many(servers[:2], **{name: broken})  # type: ignore[arg-type]
    assert isinstance(caught.value.__cause__, ValueError)
