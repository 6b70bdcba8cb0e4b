"""Several outputs of the same reports in one pass."""

from __future__ import annotations

import gc
import io
import threading
import weakref
from collections.abc import Iterable, Iterator

import pytest

from tests.reports.cases import full_report, nothing_found
from webshellhunt.model.report import Report
from webshellhunt.reports import Options, formats, render, require_format
from webshellhunt.reports.broadcast import Sink, broadcast
from webshellhunt.reports.format_registry import Format


def sink(form: str = "json") -> tuple[Sink, io.StringIO]:
    stream = io.StringIO()
    return Sink(require_format(form), stream, Options()), stream


class Own:
    """A format made of a function."""

    def __init__(self, lines: object) -> None:
        self.lines = lines


def own(lines: object) -> tuple[Sink, io.StringIO]:
    stream = io.StringIO()
    made: Format = Own(lines)  # type: ignore[assignment]
    return Sink(made, stream, Options()), stream


@pytest.mark.parametrize("count", [0, 1, 3])
def test_each_format_gets_each_report(count: int) -> None:
    made = {form: sink(form) for form in formats()}
    reports = [full_report(), nothing_found(), full_report()][:count]
    errors = broadcast(iter(reports), [each for each, _ in made.values()])
    assert errors == (None,) * len(made)
    for form, (_, stream) in made.items():
        assert stream.getvalue() == render(reports, form), form


def test_no_report_is_kept_and_no_two_formats_write_at_once() -> None:
    working: list[str] = []

    def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
        for _ in reports:
            assert not working
            working.append("one")
            yield "x"
            working.pop()

    alive: list[weakref.ref[str]] = []

    class Location(str):
        """A text that a weak reference can have."""

    def come() -> Iterator[Report]:
        from dataclasses import replace

        for _ in range(3):
            gc.collect()
            assert sum(each() is not None for each in alive) <= 1
            name = Location("E:/x")
            alive.append(weakref.ref(name))
            yield replace(nothing_found(), location=name)
            del name

    sinks = [own(lines) for _ in range(3)]
    assert broadcast(come(), [each for each, _ in sinks]) == (None, None, None)
    assert [stream.getvalue() for _, stream in sinks] == ["xxx"] * 3


@pytest.mark.parametrize("at", ["start", "report", "end"])
def test_a_sink_that_fails_stops_no_other(at: str) -> None:
    def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
        if at == "start":
            raise ValueError(at)
        for _ in reports:
            if at == "report":
                raise ValueError(at)
            yield "x"
        raise ValueError(at)

    whole, stream = sink()
    error, none = broadcast([full_report()] * 2, [own(lines)[0], whole])
    assert isinstance(error, ValueError)
    assert none is None
    assert stream.getvalue() == render([full_report()] * 2, "json")


def test_a_format_that_stops_reading_early_is_complete() -> None:
    def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
        yield next(iter(reports)).location

    first, stream = own(lines)
    assert broadcast([full_report()] * 3, [first, sink()[0]]) == (None, None)
    assert stream.getvalue() == full_report().location


def test_an_error_of_the_reports_ends_all_threads() -> None:
    def come() -> Iterator[Report]:
        yield full_report()
        raise ValueError("the hunt failed")

    before = threading.active_count()
    with pytest.raises(ValueError, match="the hunt failed"):
        broadcast(come(), [sink()[0], sink("text")[0]])
    assert threading.active_count() == before


def test_a_format_that_ended_is_not_waited_for_while_its_thread_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading.Thread, "is_alive", lambda _: True)
    early, _ = own(lambda reports, options: iter(["done"]))
    whole, stream = sink()
    done: list[object] = []
    reports = [full_report(), nothing_found()]
    thread = threading.Thread(target=lambda: done.append(broadcast(reports, [early, whole])), daemon=True)
    thread.start()
    thread.join(60)
    assert done == [(None, None)]
    assert stream.getvalue() == render(reports, "json")


def test_a_format_that_ends_the_process_is_a_failed_output() -> None:
    def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
        yield "begun"
        raise SystemExit(0)

    (error,) = broadcast([full_report()], [own(lines)[0]])
    assert str(error) == "the format ended with SystemExit"
