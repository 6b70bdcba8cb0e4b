"""Acts of PHP code."""

from __future__ import annotations

import base64
import zlib
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.php.interpreter import analyse
from webshellhunt.php.prefilter import may_act

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
        LARGE + '$a .= "y";' * 20_000,
        LARGE + f'$b = "{"$a" * 100_000}";',
        LARGE + "$b = array(" + "$a . 'y'," * 2000 + ");",
        LARGE + "$a();" * 2000 + "$$a;" * 2000 + "$b[$a];" * 2000,
        LARGE + "$b = str_replace(['x', 'y'], ['y', 'x'], $a);" * 1000,
        LARGE + "$b = [$a, $a, $a]; implode($a, $b);" * 1000,
        "$a[] = '1';" * 2000 + "strrev($a);" * 50_000,
        '$b = "' + "{$a}" * 250_000 + '";',
        "1;" * 160_000,
        f"{JUDGE}('1;');" * 60_000,
    ],
    ids=range(12),
)
def test_work_is_counted(hostile: str) -> None:
    begun = process_time()
    acts = analyse(f"<?php {hostile} {RUN}({ASKED});")
    assert acts.exhausted
    assert process_time() - begun < 10


@pytest.mark.parametrize(
    "hostile",
    [
        "$a = [1]; $b = [1];" + "$a = [$a]; $b = [$b];" * 5000 + "$c = $d ? $a : $b;",
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
