"""Events: accessors, and handlers that are called when they are raised."""

from __future__ import annotations

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
