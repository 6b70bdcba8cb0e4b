from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from webshellhunt.cli.signals import STATUSES, Signals, end_workers


@pytest.fixture
def signals() -> Signals:
    return Signals()


@pytest.fixture
def restored() -> Iterator[None]:
    numbers = [getattr(signal, name) for name in STATUSES if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, action in before.items():
        signal.signal(number, action)


def test_the_first_signal_interrupts_and_decides_the_status(signals: Signals) -> None:
    with pytest.raises(KeyboardInterrupt):
        signals.arrive(signal.SIGTERM)
    signals.arrive(signal.SIGINT)
    assert (signals.first, signals.status, signals.insisted) == (signal.SIGTERM, 143, False)


def test_without_a_signal_there_is_no_status(signals: Signals) -> None:
    signals.check()
    assert signals.status is None


def test_a_third_one_interrupts_again_and_no_other(signals: Signals, capfd: pytest.CaptureFixture[str]) -> None:
    with signals.held():
        signals.arrive(signal.SIGINT)
        signals.arrive(signal.SIGINT)
        assert "a third signal ends this" in capfd.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            signals.arrive(signal.SIGINT)
        assert signals.insisted
        signals.arrive(signal.SIGINT)


def test_what_was_held_back_is_raised_where_signals_raise_again(signals: Signals) -> None:
    with signals.held():
        with signals.raised():
            pass
        signals.arrive(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt), signals.raised():
            pytest.fail("the hunt begins in spite of the signal")
    with pytest.raises(KeyboardInterrupt):
        signals.check()


def test_inside_of_a_held_part_a_raising_one_raises(signals: Signals) -> None:
    with signals.held(), pytest.raises(KeyboardInterrupt), signals.raised():
        signals.arrive(signal.SIGINT)
    assert signals.status == 130


def test_at_the_end_and_in_a_worker_nothing_is_raised(signals: Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpid", lambda: -1)
    signals.arrive(signal.SIGINT)
    monkeypatch.undo()
    assert signals.first is None
    signals.close()
    signals.arrive(signal.SIGINT)
    assert signals.first is None


@pytest.mark.usefixtures("restored")
def test_handlers_are_installed_for_all_that_are_not_ignored(signals: Signals) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signals.catch()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    assert signal.getsignal(signal.SIGINT) == signals.arrive
    signals.close()  # at the end of the process Python would restore the default of each that is not ignored
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_a_worker_that_never_ends_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    worker = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
    worker.start()
    end_workers()
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
