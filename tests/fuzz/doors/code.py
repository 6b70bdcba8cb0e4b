"""Lexers and parsers: any text has tokens that lie in it in order, and a tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from tests.analysis.test_semantics import DIALECTS, TABLE
from tests.builders.inert import live
from tests.fuzz.door import Door
from webshellhunt.lang.parser import parse
from webshellhunt.lang.php import lexer, parser
from webshellhunt.lang.tokens import tokenize
from webshellhunt.lang.tree import walk

_PUNCTUATION = b"( ) [ ] { } ; : , . = + & \" ' ` # @ $ _ ? ! \\ /* */ // <%-- --%> => ?? ?. << >> <% %> \r\n \n"
_WORDS = {
    "vbscript": "Sub Function End If Then Else ElseIf For Each In Next Do While Loop Until Wend Select Case With Set "
    "Dim ReDim Preserve Const Class Property Get Let On Error Resume Exit Rem Not Is New Call ByRef &H #1/1/2020#",
    "vb": "Sub Function End If Then Else For Each In Next Do While Loop Select Case With Using Try Catch Finally Dim "
    'As New Of Class Module Namespace Imports Inherits Handles AddressOf Lambda Function( Sub( #If #End Return $"',
    "c#": "class struct enum interface namespace using if else for foreach in while do switch case when default "
    "try catch finally throw return yield new var async await lock unsafe fixed stackalloc delegate event get set "
    'where from select orderby let is as not and or with => $" @" $@" """ #if #endif',
    "jscript": "function var let const class extends if else for in of while do switch case default try catch finally "
    "throw return new typeof instanceof delete void with yield async await => ... `${ } /a/g <!-- -->",
    "php": "<?php ?> <?= function fn class interface trait enum namespace use if elseif else for foreach as while do "
    "switch match case default try catch finally throw return new clone yield static global echo print list array "
    "declare goto endif endfor <<<A <<<'A' $ -> :: ?-> ... & @ ` \\ #[",
}
_TABLES = {"vbscript": "vbscript", "vb": "vbnet", "c#": "csharp", "jscript": "jscript", "php": "php"}
_MOST_SEEDS = 60


def _seeds(language: str) -> Iterator[bytes]:
    """Yield the longest programs of the table of a language, as code."""
    programs = sorted(TABLE[_TABLES[language]], key=lambda each: -len(str(each["code"])))
    for program in programs[:_MOST_SEEDS]:
        code = str(program["code"])
        for placeholder, text in DIALECTS[_TABLES[language]].calls:
            code = code.replace(placeholder, text)
        yield live(("<?php " if language == "php" else "") + code).encode()


def _read(language: str, data: bytes) -> object:
    text = data.decode("utf-8", "replace")
    tokens = tokenize(text, language)
    places = [each for pair in zip(tokens.starts, tokens.ends, strict=True) for each in pair]
    assert places == sorted(places)
    assert not places or (places[0] >= 0 and places[-1] <= len(text))
    assert len(tokens.kinds) == len(tokens.values) == len(tokens.starts)
    parsed = parse(tokens)
    nodes = [type(node).__name__ for node in walk(parsed.top)]
    return len(tokens.kinds), parsed.is_cut, nodes


def _read_php(data: bytes) -> object:
    text = data.decode("utf-8", "replace")
    tokens = lexer.tokenize(text)
    assert all(0 <= each.start <= each.end <= len(text) for each in tokens)
    return len(tokens), [type(node).__name__ for node in walk(parser.parse(tokens))]


def _door(language: str, name: str, read: Callable[[bytes], object]) -> Door:
    words = [*_PUNCTUATION.split(b" "), *(each.encode() for each in re.split(r" +", _WORDS[language]))]
    rooms = {"php": ("lang.php",), "c#": ("lang.c_like",), "jscript": ("lang.c_like",)}.get(
        language, ("lang.visual_basic",)
    )
    return Door(f"code-{name}", partial(_seeds, language), read, rooms, words)


_NAMES = {"vbscript": "vbscript", "vb": "vbnet", "c#": "csharp", "jscript": "jscript"}
DOORS = (
    *(_door(language, name, partial(_read, language)) for language, name in _NAMES.items()),
    _door("php", "php", _read_php),
)

WORDS_OF = {name: [each.encode() for each in re.split(r" +", _WORDS[language])] for language, name in _TABLES.items()}
