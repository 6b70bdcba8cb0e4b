"""Prototypes: members that objects have by their constructors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ("function F() { } F.prototype.x = VISITOR; SINK(new F().x);", ["<tainted>"]),
        ('function F() { this.x = "1"; } F.prototype.x = VISITOR; SINK(new F().x);', ["1"]),
        ('function F() { } function G() { } G.prototype = new F(); F.prototype.x = "1"; SINK(new G().x);', ["1"]),
        ('String.prototype.twice = function () { return this + this; }; SINK("1".twice());', ["11"]),
        ('Array.prototype.first = function () { return this[0]; }; SINK(["1", VISITOR].first());', ["1"]),
        ('function F() { this.a = 1; } F.prototype.b = 1; var s = ""; for (k in new F()) s += k; SINK(s);', ["ab"]),
        ('Array.prototype.b = 1; var s = ""; for (k in ["x"]) s += k; SINK(s);', ["0b"]),
        ("SINK(Object.prototype.toString.call(VISITOR));", ["[object String]"]),
        ("SINK(Object.prototype.toString.call([]));", ["[object Array]"]),
        ("SINK(Object.prototype.toString.call(/a/));", ["[object RegExp]"]),
        ('Object.prototype.x = "1"; SINK({}.x);', ["1"]),
        ('function F() { } var a = new F(); a.x = VISITOR; SINK(new F().x || "1");', ["1"]),
    ],
)
def test_prototypes(code: str, arrives: list[Any]) -> None:
    assert seen(code, "jscript") == arrives
