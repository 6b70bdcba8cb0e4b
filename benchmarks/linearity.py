"""Benchmark: how the time of each reader grows with hostile text, regular expressions included.

usage: python -m benchmarks.linearity [--smoke]

Each reader gets a text of n and of 2n repeated pieces. A ratio near 2 is linear, near 4 quadratic. The tests count
steps of Python instead, which no load of the machine changes, but which don't see inside a regular expression.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

from webshellhunt.analysis.engine import run_page
from webshellhunt.analysis.prefilter import is_relevant
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.client_scripts.tags import iter_tags
from webshellhunt.decoding.carriers import iter_carried_parts
from webshellhunt.lang.tokens import tokenize
from webshellhunt.model.settings import PageKind
from webshellhunt.pages.lexer import lex
from webshellhunt.secrets.finding import find_secrets

_LOOPS = "For Each i In Session\ny = y & Request(1)\n"
RUNS = 3
CHARACTERS, SMOKE = 400_000, 4_000


def run(text: str) -> object:
    """Run the code of a page of VBScript."""
    return run_page(tokenize(text, "vbscript"), Surroundings())


class Reader(NamedTuple):
    """Something that reads text, and the pieces that may cost it most."""

    read: Callable[[str], object]
    pieces: tuple[str, ...]


READERS = {
    "tags": Reader(lambda text: list(iter_tags(text)), ('<a "', "<a <% ", '<a b="<% ', "<!--", "<script>", "<")),
    "relevance": Reader(is_relevant, ("assembly/*", "file/*file.", "]//", "\\n", ".invoke /*", "\x3c%--a")),
    "tokens": Reader(lambda text: list(tokenize(text, "jscript").kinds), ("/", '"', "`${", "/*", "[", "\\")),
    "lexer": Reader(lambda text: list(lex(text, PageKind.WEB_FORM)), ("<", "<% ", "<%--", '<%@ a="', "<a b=<%#")),
    "secrets": Reader(
        lambda text: list(find_secrets(text, 0, len(text), configuration=True)), ("pwd=", 'password="', "&amp;", "0 ")
    ),
    "run": Reader(
        run,
        (
            "x = x & Request(1)\n",
            "x = x & x\n",
            _LOOPS,
            "If Session(1) Then\nx = 1\nElse\n",
            "Do While Session(1)\nIf Session(2) Then Exit Do\nLoop\n",
            "Function f(a)\nf = f(a) & f(a & a)\nEnd Function\nx = f(Request(1))\n",
            "Execute s\ns = s & Chr(34)\n",
            "a:\nIf Session(1) Then GoTo a\n",
        ),
    ),
    "carriers": Reader(
        lambda text: list(iter_carried_parts(b"GIF89a" + text.encode())), ("<%", "%>", '<script "', "<%aaa%>", "\n--b")
    ),
}


def seconds(read: Callable[[str], object], text: str) -> float:
    """Return the shortest of several runs."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        read(text)
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> int:
    """Print a line for each reader and piece, and the largest ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="small texts: that the benchmark runs, and no figures")
    size = SMOKE if parser.parse_args().smoke else CHARACTERS
    ratios = []
    for name, reader in READERS.items():
        for piece in reader.pieces:
            text = piece * (size // len(piece))
            once, twice = seconds(reader.read, text), seconds(reader.read, text + text)
            ratios.append(twice / max(once, 1e-9))
            print(f"{name:<10} {piece!r:<14} {once * 1e3:9.2f} ms {twice * 1e3:9.2f} ms  x{ratios[-1]:.1f}")
    print(f"largest ratio: {max(ratios):.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
