"""Errors that a run raises are objects of types: the handler that the language says gets them."""

from __future__ import annotations

import pytest

from tests.core.test_remembering_net import shown_of

ERRORS = {
    "NullReferenceException": "object n = null; n.ToString();",
    "IndexOutOfRangeException": "var a = new int[1]; a[5] = 1;",
    "FormatException": 'int.Parse("a");',
    "DivideByZeroException": "int z = 0; z = 1 / z;",
    "InvalidCastException": "object o = new A(); var b = (B)o;",
    "MyError": "throw new MyError();",
}
CLASSES = "class A { } class B { } class MyError : Exception { }"


def reached(handlers: str, error: str) -> list[str]:
    """Return the texts that a page runs whose code raises an error under some handlers."""
    return shown_of(f'{CLASSES}|try {{ {error} Run("after"); }} {handlers}')


@pytest.mark.parametrize(("name", "error"), ERRORS.items())
def test_the_first_handler_of_the_type_gets_an_error(name: str, error: str) -> None:
    other = "MyError" if name != "MyError" else "FormatException"
    handlers = f'catch ({other}) {{ Run("other"); }} catch ({name} e) {{ Run("own"); }} catch {{ Run("rest"); }}'
    assert reached(handlers, error) == ["own"]


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS.keys())
@pytest.mark.parametrize("handler", ["catch", "catch (Exception)", "catch (Exception e) when (e != null)"])
def test_a_handler_of_all_errors_gets_each(handler: str, error: str) -> None:
    assert reached(f'{handler} {{ Run("caught"); }}', error) == ["caught"]


def test_the_last_block_runs_on_each_way_out() -> None:
    code = 'void F() { try { throw new MyError(); } finally { Run("last"); } }'
    assert shown_of(f'{CLASSES} {code}|try {{ F(); Run("after"); }} catch {{ Run("caught"); }}') == ["caught", "last"]


def test_an_error_that_is_raised_again_reaches_the_next_handler() -> None:
    inner = 'try { throw new MyError(); } catch (MyError) { Run("first"); throw; }'
    assert shown_of(f'{CLASSES}|try {{ {inner} }} catch (MyError) {{ Run("second"); }}') == ["first", "second"]
