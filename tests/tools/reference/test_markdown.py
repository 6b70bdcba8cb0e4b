"""Text, tables and docstrings as Markdown."""

from __future__ import annotations

from tools.reference.markdown import code, docstring, escape, table


def test_special_characters_of_text_are_escaped_and_code_is_not() -> None:
    assert escape("*.png and <b> but `*.asp` and ``<%``") == r"\*.png and \<b\> but `*.asp` and ``<%``"
    assert escape("see https://example.org/a_b") == "see <https://example.org/a_b>"


def test_code_in_a_table_has_no_bar() -> None:
    assert code("a|b") == "<code>a&#124;b</code>"
    assert code("a") == "`a`"
    assert table(("x",), [("a\nb",)]) == "| x |\n| --- |\n| a b |\n"


def test_sections_of_a_docstring_are_headings_and_arguments_a_list() -> None:
    text = (
        "Do it.\n\nArgs:\n    one: the first,\n        on two lines.\n    two: the second.\n\n"
        "A last word.\n\nRaises:\n    E: no."
    )
    page = docstring(text, level=3)
    assert "### Args\n\n- `one`: the first, on two lines.\n- `two`: the second.\n" in page
    assert "\nA last word.\n" in page
    assert page.endswith("### Raises\n\n- `E`: no.\n")


def test_a_sentence_with_a_colon_is_no_section() -> None:
    assert "#" not in docstring("A YARA rule: x.yar, 2026-01-01.", level=2)
    assert docstring("Blind spots: none of ours.", level=2) == "## Blind spots\n\nnone of ours.\n"


def test_examples_are_blocks_and_attributes_a_list() -> None:
    text = 'Do it.\n\nAttributes:\n    one: the first.\n\nExamples:\n    >>> f("<p>")\n    1\n'
    page = docstring(text, level=3)
    assert "### Attributes\n\n- `one`: the first.\n" in page
    assert page.endswith('### Examples\n\n```python\n>>> f("<p>")\n1\n```\n')
