"""Public objects: each pickles, and hunts in several threads have the reports of hunts one after another."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from inspect import isclass, isfunction
from pathlib import Path

import pytest

import webshellhunt as wsh
from tests.builders.containers import zipped
from webshellhunt.errors import UnexpectedError
from webshellhunt.keeping.archive_layout import Difference
from webshellhunt.model.fleet import Outlier, OutlierKind
from webshellhunt.selftest.demo import demo_source
from webshellhunt.sources.memory import MemorySource

NO_VALUES = {
    "FleetHunt": "reports that lie in a temporary file of this process",
    "FleetTally": "a comparison in the making",
    "ResultCache": "an argument, which workers get",
    "Source": "the protocol of sources",
}
"""Public classes that nobody sends to another process, and why."""


@pytest.fixture(scope="module")
def report() -> wsh.Report:
    return wsh.hunt(demo_source())


def _values(report: wsh.Report) -> Iterator[object]:
    """Yield at least one object of each public class, besides those that `_inside` finds in them."""
    other = wsh.hunt(MemorySource({"a.aspx": b"<p>"}, location="other"))
    tally = wsh.FleetTally()
    for each in (report, other, replace(report, host=report.host._replace(name="EXCH99"))):
        tally.add(each)
    cleaned = replace(report, verdicts=report.verdicts[1:])
    yield wsh.compare([report], [cleaned])
    tally.add_unopened("E:/gone", "there is nothing here")
    yield from (report, other, tally.fleet(), wsh.Hints(role=wsh.Role.OWA), wsh.Progress(wsh.Stage.FILES))
    period = wsh.Period(since=datetime(2021, 3, 1, tzinfo=UTC))
    yield wsh.Job(logs=wsh.LogOptions(period=period), limits=wsh.Limits(seconds_per_file=3.5))
    yield wsh.KeptEvidence("bag.zip", "ab" * 32, 1, 2, ("not copied",))
    yield wsh.BagCheck("bag.zip", "ab" * 32, 1, 2, "complete", (Difference("a", "it differs"),))
    yield Outlier(OutlierKind.ONLY_HERE, "web/a.aspx", ("EXCH01",), 1, 3, 4, wsh.Disposition.BENIGN)
    yield wsh.WebShellHuntError("nothing is here", path="E:/x")
    yield UnexpectedError("a defect", path="E:/x", report=report)
    yield from wsh.LogKind


def _inside(value: object, depth: int = 8) -> Iterator[object]:
    """Yield an object and all in it."""
    yield value
    if depth == 0 or isinstance(value, str | bytes | int | float | datetime):
        return
    if isinstance(value, tuple | list | frozenset):
        parts: list[object] = list(value)
    elif isinstance(value, dict):
        parts = list(value.values())
    else:
        parts = [getattr(value, name) for name in getattr(type(value), "__slots__", ())]
    for part in parts:
        yield from _inside(part, depth - 1)


def test_each_public_object_pickles(report: wsh.Report) -> None:
    seen = set[type]()
    for each in _values(report):
        for value in _inside(each):
            seen.update(type(value).__mro__)
        read = pickle.loads(pickle.dumps(each))
        assert repr(read) == repr(each)
        assert read == each or isinstance(each, wsh.WebShellHuntError)
    public = {name: getattr(wsh, name) for name in wsh.__all__}
    unseen = {name for name, value in public.items() if isclass(value) and value not in seen}
    assert unseen == set(NO_VALUES)
    functions = [value for value in public.values() if isfunction(value)]
    assert pickle.loads(pickle.dumps(functions)) == functions


def test_a_pickled_report_is_rendered_as_the_original(report: wsh.Report) -> None:
    read = pickle.loads(pickle.dumps(report))
    for form in ("text", "json"):
        assert wsh.render(read, form, show_all=True) == wsh.render(report, form, show_all=True)


def test_hunts_in_threads_have_the_same_reports(report: wsh.Report) -> None:
    job = wsh.Job()
    sources = [demo_source() for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        reports = list(threads.map(lambda source: wsh.hunt(source, job=job), sources))
    assert reports == [report] * 4


def test_one_source_and_one_executor_serve_several_threads(report: wsh.Report) -> None:
    source = demo_source()
    with wsh.open_executor(2) as executor, ThreadPoolExecutor(2) as threads:
        reports = list(threads.map(lambda _: wsh.hunt(source, executor=executor), range(2)))
    assert reports == [report] * 2


def test_an_archive_serves_several_threads(tmp_path: Path) -> None:
    place = tmp_path / "web.zip"
    place.write_bytes(zipped({f"inetpub/wwwroot/{number}.aspx": b"<p>" * number for number in range(40)}))
    alone = wsh.hunt(place)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: wsh.hunt(place), range(12))) == [alone] * 12


def test_examinations_in_threads_agree() -> None:
    contents = [f"<\x25@ Page \x25><p>{number}</p>".encode() for number in range(40)]
    alone = [wsh.examine(each) for each in contents]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(wsh.examine, contents)) == alone
