from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    (
        "c#",
        "switch (a) { case 1: case 2: b(); break; default: c(); break; }",
        (
            "Switch(a, [Case([Pattern(1)], Block()), Case([Pattern(2)], Block([b(), Jump(kind='break')])), "
            "Case(Block([c(), Jump(kind='break')]))], falls_through=True)"
        ),
    ),
    (
        "c#",
        "try { a(); } catch (B c) when (c.d) { e(); } catch { } finally { f(); }",
        "Try(Block([a()]), [Catch(B, name='c', Block([e()]), c.d), Catch(Block())], Block([f()]))",
    ),
    (
        "jscript",
        'switch (a) { case "b": c; default: d }',
        "Switch(a, [Case([Pattern('b')], Block([c])), Case(Block([d]))], falls_through=True)",
    ),
    (
        "jscript",
        "try { a } catch (b) { c } finally { d }",
        "Try(Block([a]), [Catch(name='b', Block([c]))], Block([d]))",
    ),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_branches(language: str, code: str, expected: str) -> None:
    """The tree of branches."""
    assert outline(code, language) == expected
