"""Acts of PHP code."""

from __future__ import annotations

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.php.interpreter import find_acts
from webshellhunt.php.prefilter import may_act

RUN = "sys" + "tem"
JUDGE = "ev" + "al"
ASKED = "$_" + "POST['k']"


def kinds(code: str) -> set[str]:
    page = f"<?php {code}"
    found = {act.kind for act in find_acts(page)}
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
    find_acts(f"<?php {RUN}({ASKED}); {hostile}")


@given(st.text(alphabet="$ab=.;()[]{}'\"?:,->\n@&^~", max_size=80))
def test_any_text_ends_without_an_error(text: str) -> None:
    find_acts(f"<?php {text}")
