"""Expressions and their values."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.php import analyse

ASKED = "$_" + "GET['k']"
NAME = "pass" + "thru"


@pytest.mark.parametrize(
    "name",
    [
        "'pass' . 'thru'",
        '"pass{$t}"',
        "'p' . \"\\x61ss\" . '\\thru'[1] . 'hru'",
        "$a ?: 'passthru'",
        "$no ?? 'passthru'",
        "('passthru')",
        "['passthru'][0]",
        "array('x' => 'passthru')['x']",
        "strtolower('PASSTHRU')",
        "(string) 'passthru'",
        "'passthrux' ^ \"\\0\\0\\0\\0\\0\\0\\0\\0\"",
        "<<<A\npassthru\nA",
        "$$n",
        "${'v' . 'v'}",
        "$o->p",
        "B::$q",
        "passthru",
    ],
)
def test_the_name_of_a_function(name: str) -> None:
    before = "$t = 'thru'; $vv = 'passthru'; $n = 'vv'; $o->p = 'passthru'; B::$q = 'passthru';"
    acts = analyse(f"<?php {before} $f = {name}; $f({ASKED});").found
    assert [act.kind for act in acts] == ["command"]


@pytest.mark.parametrize(
    "value", [f"strlen({ASKED})", f"{ASKED} == 'a'", f"!{ASKED}", f"isset({ASKED})", f"(int) {ASKED}"]
)
def test_numbers_and_truths_are_no_texts_of_the_visitor(value: str) -> None:
    assert analyse(f"<?php {NAME}({value});").found == ()


def test_the_place_is_that_of_the_call() -> None:
    text = f"<?php\n$a = {ASKED};\n{NAME}($a);"
    (act,) = analyse(text).found
    assert text[act.start : act.end] == NAME
    assert act.source == text.index("$_")
