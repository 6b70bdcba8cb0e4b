"""No statement has a secret of the victim."""

from __future__ import annotations

from webshellhunt.model.findings import Evidence, Secret, Span
from webshellhunt.pivot.file_statements import statements_of_file
from webshellhunt.pivot.shown_texts import shown_content, shown_excerpt

TEXT = 'var c = "Server=db01;Database=orders;User Id=shop;Password=Tr0ub4dor&3;"; Request["a"]'


def _evidence(excerpt: str, secrets: tuple[Secret, ...] | None = None) -> Evidence:
    return Evidence("x.aspx", "text", Span(0, 1), 1, 1, excerpt, secrets)


def test_a_password_in_an_excerpt_is_cut_out() -> None:
    shown = shown_excerpt(_evidence(TEXT))
    assert "Tr0ub4dor" not in shown
    assert len(shown) == len(TEXT)
    assert shown_excerpt(_evidence("known secret", (Secret(6, 12, "secret"),))) == "known \n\n\n\n\n\n"
    assert shown_excerpt(_evidence(TEXT, ())) == TEXT


def test_a_password_in_a_file_is_in_no_statement() -> None:
    for encoding in ("utf-8", "utf-16-le"):
        content = TEXT.encode(encoding)
        shown = shown_content(content, "x.aspx")
        assert len(shown) == len(content)
        assert not any("tr0ub4dor" in each.text for each in statements_of_file(shown))
    assert any("tr0ub4dor" in each.text for each in statements_of_file(TEXT.encode()))
