"""Events: accessors, and handlers that are called when they are raised."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


def test_an_accessor_of_an_event_runs() -> None:
    code = (
        "class A { public event Action E { add { value(); } remove { } } } "
        'var a = new A(); a.E += () => SINK("1"); a.E -= () => SINK("2");'
    )
    assert "1" in seen(code, "c#")


def test_an_event_that_is_raised_calls_its_handlers() -> None:
    code = 'class A { public event Action<string> E; public void f() { E("1"); } } '
    assert seen(code + "var a = new A(); a.E += x => SINK(x); a.f();", "c#") == ["1"]


WORK = "var w = new BackgroundWorker(); w.DoWork += (s, e) => { e.Result = e.Argument; };"
TIMER = "var t = new Timer(1); var x = VISITOR; t.Elapsed += (s, e) => SINK(x);"


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        (f"{WORK} w.RunWorkerCompleted += (s, e) => SINK(e.Result); w.RunWorkerAsync(VISITOR);", ["<tainted>"]),
        (f"{WORK} w.RunWorkerCompleted += (s, e) => SINK(e.Result);", []),
        (f"{TIMER} t.Start();", ["<tainted>"]),
        (f"{TIMER} t.Enabled = true;", ["<tainted>"]),
        (f"{TIMER} t.Enabled = false;", []),
        ("void Page_Init() { PreRender += delegate { SINK(VISITOR); }; }", ["<tainted>"]),
        ("void Page_Init() { var b = new Button(); b.Click += (s, e) => SINK(VISITOR); }", ["<tainted>"]),
        ("void Page_Init() { EventHandler h = (s, e) => SINK(VISITOR); Load += h; Load -= h; }", []),
    ],
)
def test_an_event_of_a_library(code: str, arrives: list[Any]) -> None:
    assert seen(code, "c#") == arrives
