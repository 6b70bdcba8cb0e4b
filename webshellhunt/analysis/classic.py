"""Classic pages: the life of a page of classic ASP on the core, and the outcome of its run.

A classic page runs from top to bottom, all of its languages on one heap. It is run twice where something of the visitor
is left for the next request. A function that nobody calls never runs, unless the file has nothing that the server would
run: then it is there for other files, which may call all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webshellhunt.analysis.life import CoreRun, Life, does_something
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.core import ir
from webshellhunt.core.budget import STEPS
from webshellhunt.core.run import World
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.parser import Parsed
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.library.functions import CODE_PAGES
from webshellhunt.library.rows import library
from webshellhunt.library.unknown import unknown_result
from webshellhunt.lower.languages import together
from webshellhunt.lower.names import PageNames
from webshellhunt.lower.texts import TextReader

INCLUDING = "#include"
"""Is in the text of a page that may not be whole."""
_CODE_PAGE = lazy_pattern(r"(?i)<%\s*+@[^%>]{0,512}?\bcodepage\s*+=\s*+[\"']?(\d{1,6}+)")
_HEAD = 8192
"""Characters of a page in which its directives are."""
_UNITS: Mapping[str, int] = {"vbscript": 0, "jscript": 1}


def run_classic(pages: Sequence[tuple[Tokens, Surroundings, Parsed]], steps: int | None = None) -> list[CoreRun]:
    """Return the outcomes of the codes of one classic page, one for each of its languages; they run together.

    A page has the steps of `STEPS`, unless the caller sets others.
    """
    surroundings = pages[0][1]
    asked = surroundings.asked
    programs, names = _lowered(pages)
    is_whole = surroundings.is_whole and not any(INCLUDING in tokens.text for tokens, _, _ in pages)
    limit = STEPS if steps is None else steps
    world = World(library(), asked.union(vocabulary().sinks), TextReader(names).read, unknown_result, noted=asked)
    size, witness = max(len(tokens.text) for tokens, _, _ in pages), surroundings.witness
    life = Life(programs, world, surroundings.objects, is_whole=is_whole, steps=limit, size=size, witness=witness)
    nodes = [node for _, _, parsed in pages for node in parsed.top.statements]
    life.run(is_part=not surroundings.is_whole, acts=any(map(does_something, nodes)))
    return [CoreRun(life, _UNITS[tokens.language], is_cut=parsed.is_cut) for tokens, _, parsed in pages]


def _lowered(pages: Sequence[tuple[Tokens, Surroundings, Parsed]]) -> tuple[list[ir.Program], PageNames | None]:
    """Return the programs of a page, and the names of its VBScript."""
    codes = []
    for tokens, surroundings, parsed in pages:
        variables = {*surroundings.objects}
        names = PageNames(
            declared=surroundings.declared,
            tokens=tokens,
            variables=variables,
            is_for_reader=True,
            parts=parsed.trees,
            code_page=_code_page(tokens.text),
        )
        codes.append((tokens.language, parsed.top, names))
    return together(codes), next((names for language, _, names in codes if language == "vbscript"), None)


def _code_page(text: str) -> str:
    """Return the code page that a page names, of those in which a letter may have two bytes; "" for none."""
    found = _CODE_PAGE.search(text, 0, _HEAD)
    return found[1] if found is not None and found[1] in CODE_PAGES else ""
