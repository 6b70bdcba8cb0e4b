"""Handlers: which of them takes an exception, and in which states."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'try { throw new Exception(); } catch { SINK("1"); }', ["1"]),
        ("c#", 'try { var y = 1; } catch { SINK("1"); }', []),
        ("c#", 'try { throw new IOException(); } catch (FormatException) { SINK("1"); } catch { SINK("2"); }', ["2"]),
        ("c#", 'try { throw new FileNotFoundException(); } catch (IOException) { SINK("1"); }', ["1"]),
        ("c#", 'class E : Exception { } try { throw new E(); } catch (E) { SINK("1"); } catch { SINK("2"); }', ["1"]),
        ("c#", "try { throw new Exception(VISITOR); } catch (Exception e) { SINK(e.Message); }", ["<tainted>"]),
        ("c#", 'void f() { throw new Exception(); } try { f(); SINK("1"); } catch { SINK("2"); }', ["2"]),
        (
            "c#",
            'try { try { throw new Exception(); } catch { throw; } SINK("1"); } catch { SINK("2"); }',
            ["2"],
        ),
        (
            "c#",
            'void f() { try { throw new Exception(); } finally { SINK("1"); } SINK("2"); } try { f(); } catch { }',
            ["1"],
        ),
        ("c#", 'string f() { try { return "1"; } finally { SINK("2"); } } SINK(f());', ["2", "1"]),
        ("jscript", 'try { throw { a: VISITOR, b: "1" }; } catch (e) { SINK(e.b); SINK(e.a); }', ["1", "<tainted>"]),
    ],
)
def test_an_exception(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
