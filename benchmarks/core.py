"""Benchmark: what a turn of a decoder and a large classic page cost on the core, as ratios.

usage: python -m benchmarks.core [--smoke] [--pages FOLDER …]

A decoder's turn is compared with that of the same loop in Python, and with the same code as a page of VB.NET. Pages are
the ten dearest of the folders (classic pages, with their includes as text), or, without any, made ones of the shapes
that are dear. Each is compared with the time of its lexer and parser.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from webshellhunt.analysis import engine
from webshellhunt.analysis.flow.page_analysis import PageAnalysis
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.unit import Unit, build_unit
from webshellhunt.memo import Memo
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role
from webshellhunt.views.sample import Sample

TURNS, SMOKE = 20_000, 400
RUNS = 3
DEAREST = 10


class Decoder(NamedTuple):
    """A loop that decodes: its code, the same in Python, and the pieces of its payload."""

    code: str
    python: Callable[[str], str]
    payload: Callable[[int], str]


def _xor(text: str) -> str:
    found = ""
    for at in range(0, len(text), 2):
        found += chr(int("0x" + text[at : at + 2], 16) ^ 7)
    return found


def _caesar(text: str) -> str:
    found, by = "", 7
    for at in range(1, len(text) + 1):
        found += chr((ord(text[at - 1]) + by) % 128)
        if at % 50 == 0:
            by += 1
    return found


def _codes(text: str) -> str:
    found, codes = "", text.split(",")
    for at in range(len(codes)):
        found += chr(int(codes[at]) - 3)
    return found


DECODERS = {
    "hexadecimal pairs": Decoder(
        'Function d(s)\nDim i, t\nFor i = 1 To Len(s) Step 2\nt = t & Chr(CLng("&H" & Mid(s, i, 2)) Xor 7)\nNext\n'
        'd = t\nEnd Function\nx = d("{}")\n',
        _xor,
        lambda turns: "4142434445" * (turns // 5),
    ),
    "shifted letters": Decoder(
        "Function d(s)\nDim i, t, k\nk = 7\nFor i = 1 To Len(s)\nt = t & Chr((Asc(Mid(s, i, 1)) + k) Mod 128)\n"
        'If i Mod 50 = 0 Then k = k + 1\nNext\nd = t\nEnd Function\nx = d("{}")\n',
        _caesar,
        lambda turns: "abcdefghij" * (turns // 10),
    ),
    "an array of codes": Decoder(
        'Function d(s)\nDim a, i, t\na = Split(s, ",")\nFor i = 0 To UBound(a)\nt = t & Chr(a(i) - 3)\nNext\n'
        'd = t\nEnd Function\nx = d("{}")\n',
        _codes,
        lambda turns: ",".join(["100"] * turns),
    ),
}


def seconds(run: Callable[[], object], runs: int = RUNS) -> float:
    """Return the shortest time of some runs, of the processor alone."""
    times = []
    for _ in range(runs):
        Memo.forget_all()
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def _unit(code: str, language: str) -> Unit:
    unit = build_unit(code, language, [(0, len(code))])
    assert unit.parsed.top is not None
    return unit


def decoders(turns: int) -> Iterator[tuple[str, float, float, float]]:
    """Yield the microseconds of a turn: in VBScript and in VB.NET on the core, and in Python."""
    for name, decoder in DECODERS.items():
        payload = decoder.payload(turns)
        code = decoder.code.format(payload)
        classic = _run(code, "vbscript", Surroundings(is_classic=True))
        net = _run(code, "vb", Surroundings())
        python = seconds(lambda decoder=decoder, payload=payload: decoder.python(payload))  # type: ignore[misc]
        scale = 1e6 / turns
        yield name, classic * scale, net * scale, python * scale


def _run(code: str, language: str, around: Surroundings) -> float:
    unit = _unit(code, language)
    return seconds(lambda: engine.run_page(unit.tokens, around, unit.parsed, steps=10**9))


# Pages ----------------------------------------------------------------------------------------------------------------


class Shape(NamedTuple):
    """A page of one shape: its beginning, a piece that is repeated with numbers, and its end."""

    first: str
    piece: str
    last: str
    share: int = 1


SHAPES = {
    "a choice of acts": Shape(
        'a = Request("a")\nSelect Case a\n',
        'Case "{0}"\nIf Request("b") = "" Then p = "{0}" Else p = p & a\nfolder = folder & p\n',
        "End Select\nExecute folder",
    ),
    "procedures": Shape(
        "",
        "Function f{0}(a, b)\nDim x\nIf Len(a) > {0} Then x = b & a Else x = a\nf{0} = f{1}(x, a)\nEnd Function\n",
        'Execute f0(Request("a"), Request("b"))',
    ),
    "tables": Shape(
        'Set d = CreateObject("Scripting.Dictionary")\n',
        'If d.Exists(Request("{0}")) Then d("{0}") = d("{1}") & x Else d("{0}") = Request("{0}")\n',
        'Execute d("1")',
    ),
    "loops": Shape(
        "",
        'For Each i In Request.Form\nIf i = "{0}" Then y = y & i Else x = y\nDo While x <> y\nx = x & i\nLoop\nNext\n',
        "Execute x",
        4,
    ),
    "a list of records": Shape(
        'Set c = CreateObject("ADODB.Connection")\n',
        'Set r = c.Execute("t{0}" & Request("{0}"))\nDo While Not r.EOF\ns = s & r("a") & "<br>"\nr.MoveNext\nLoop\n',
        "Execute s",
        2,
    ),
}
"""Pages of shapes that are dear: many states, many procedures, loops over what is not known."""


def made_pages(size: int) -> Iterator[tuple[str, str]]:
    """Yield pages of the shapes, each of so many pieces."""
    for name, shape in SHAPES.items():
        count = size // shape.share
        pieces = (shape.piece.format(at, (at + 1) % count) for at in range(count))
        yield name, f"{shape.first}{''.join(pieces)}{shape.last}"


def real_pages(folders: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Yield the code of the classic pages of some folders, each the joined code of its first language."""
    for folder in folders:
        for path in sorted(folder.rglob("*.asp")):
            data = path.read_bytes()
            sample = Sample(Artifact(path.name, path.as_posix(), Role.GIVEN, len(data)), data)
            for layer in sample.layers:
                for code in layer.codes[:1]:
                    if code.unit.language == "vbscript":
                        yield path.relative_to(folder).as_posix(), code.unit.tokens.text[code.unit.tokens.starts[0] :]


def pages(found: Sequence[tuple[str, str]]) -> list[tuple[str, float, float]]:
    """Return the dearest of some codes: milliseconds of analysis, and of their lexer and parser."""
    measured = []
    for name, code in found:
        parsing = seconds(lambda code=code: _unit(code, "vbscript"), 1)  # type: ignore[misc]
        unit = _unit(code, "vbscript")
        whole = seconds(lambda unit=unit: PageAnalysis(unit, is_classic=True), 1)  # type: ignore[misc]
        measured.append((name, whole * 1e3, parsing * 1e3))
    return sorted(measured, key=lambda each: -each[1])[:DEAREST]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.core", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--smoke", action="store_true", help="small inputs: the benchmark still runs")
    parser.add_argument("--pages", type=Path, nargs="*", default=[], metavar="FOLDER", help="classic pages to measure")
    options = parser.parse_args(arguments)
    print("a decoder's turn     VBScript µs  .NET/VBScript  VBScript/Python")
    for name, classic, net, python in decoders(SMOKE if options.smoke else TURNS):
        print(f"{name:20} {classic:11.2f} {net / classic:14.1f} {classic / python:16.1f}")
    found = list(real_pages(options.pages)) or list(made_pages(8 if options.smoke else 120))
    print("a page                                             ms   analysis/parsing")
    for name, whole, parsing in pages(found):
        print(f"{name[:44]:44} {whole:10.1f} {whole / max(parsing, 1e-6):14.1f}")


if __name__ == "__main__":
    main()
