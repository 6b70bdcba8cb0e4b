"""Code that a run did not reach: its texts are those of the procedure, whatever page came before."""

from __future__ import annotations

import pytest

from tests.lang.test_parts import ranges_of, seams_of
from webshellhunt.analysis.classic import run_classic
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.unit import build_unit
from webshellhunt.memo import Memo

CALLER = """<%sub uncalled
if b then
say "x" & word("3") & chr(55)
else
exit sub
say "y" & chr(56)
end if
for i = 1 to 3
t = t & chr(48 + i)
next
say t
end sub
function spare(x)
say page & "z"
spare = "s" & "t"
end function%>"""
WORDS = ("<%function word(x)\nword = x & 4\nend function%>", "<%function word(x)\nword = x & 5\nend function%>")


def texts(*pieces: str) -> list[str]:
    """Return the texts that were made in the code of a page of several pieces."""
    text = "".join(pieces)
    unit = build_unit(text, "vbscript", ranges_of(text), seams=seams_of([*pieces]))
    run = run_classic([(unit.tokens, Surroundings(is_classic=True), unit.parsed)])[0]
    return [text for _, text in run.texts.all()]


@pytest.mark.parametrize("is_kept", [True, False])
def test_texts_of_code_that_is_not_called(monkeypatch: pytest.MonkeyPatch, is_kept: bool) -> None:
    monkeypatch.setattr(Memo, "is_on", is_kept)
    for _ in range(2):
        found = texts("<%b=1%>", WORDS[0], CALLER)
        assert {"x347", "y8", "123", "st"} <= {*found}


def test_another_page_may_have_another_procedure_of_a_name() -> None:
    first = [texts("<%b=1%>", word, CALLER) for word in (*WORDS, *WORDS)]
    Memo.forget_all()
    assert "x347" in first[0]
    assert "x357" in first[1]
    assert first == [texts("<%b=1%>", word, CALLER) for word in (*WORDS, *WORDS)]


def test_nothing_is_known_of_the_page_around() -> None:
    heads = ('<%page="1"\nb=false%>', '<%page="2"\nb=true%>')
    first = [texts(head, WORDS[0], CALLER) for head in heads]
    assert not {"1z", "2z"} & {*first[0], *first[1]}
    Memo.forget_all()
    assert first[::-1] == [texts(head, WORDS[0], CALLER) for head in heads[::-1]]
