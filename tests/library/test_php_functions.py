"""Functions of PHP for known arguments, with the examples of its manual."""

from __future__ import annotations

import base64
import zlib

import pytest

from webshellhunt.library.php_functions import PHP_FUNCTIONS, unpacked

MOST = 4 * 1024 * 1024


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("base64-decode", ["YWJj"], "abc"),
        ("base64-decode", ["Y W\nJj="], "abc"),
        ("gzinflate", [zlib.compress(b"abc")[2:-4].decode("latin-1")], "abc"),
        ("gzuncompress", [zlib.compress(b"abc").decode("latin-1")], "abc"),
        ("rot13", ["nop"], "abc"),
        ("strrev", ["cba"], "abc"),
        ("pack", ["H*", "616263"], "abc"),
        ("pack", ["h*", "162636"], "abc"),
        ("pack", ["C*", 97, 98, 99], "abc"),
        ("pack", ["nvc*", 0x1234, 0x5678, 65, -2], "\x12\x34\x78\x56\x41\xfe"),
        ("hex2bin", ["616263"], "abc"),
        ("bin2hex", ["abc"], "616263"),
        ("urldecode", ["%61+c"], "a c"),
        ("rawurldecode", ["%61+c"], "a+c"),
        ("urlencode", ["a b&c"], "a+b%26c"),
        ("chr", [353], "a"),
        ("chr", [-159], "a"),
        ("ord", ["abc"], 97),
        ("substr", ["xabcx", 1, 3], "abc"),
        ("substr", ["xabc", -3], "abc"),
        ("substr", ["abcxx", 0, -2], "abc"),
        ("substr-replace", ["Hello", "J", 0, 1], "Jello"),
        ("strtr", ["axc", "x", "b"], "abc"),
        ("sprintf", ["%s%s", "ab", "c"], "abc"),
        ("sprintf", ["%05d|%x|%c|%'*8s|%-4s|", 42, 255, 65, "ab", "c"], "00042|ff|A|******ab|c   |"),
        ("sprintf", ["%2$s %1$s", "a", "b"], "b a"),
        ("uudecode", ["#86)C\n`\n"], "abc"),
        ("trim", [" abc\n\0"], "abc"),
        ("rtrim", ["abc..", "."], "abc"),
        ("trim", ["cabbac", "a..b"], "cabbac"),
        ("stripslashes", ["\\a\\\\b"], "a\\b"),
        ("stripcslashes", ["\\x61\\142c\\n"], "abc\n"),
        ("md5", ["abc"], "900150983cd24fb0d6963f7d28e17f72"),
        ("crc32", ["abc"], 891568578),
        ("hexdec", ["0x1F"], 31),
        ("base-convert", ["ff", 16, 2], "11111111"),
        ("strpos", ["abcabc", "c", 3], 5),
        ("strpos", ["abc", "x"], False),
        ("strstr", ["user@host", "@"], "@host"),
        ("strstr", ["user@host", "@", True], "user"),
        ("strrchr", ["a/b/c", "/"], "/c"),
        ("ucwords", ["hello world"], "Hello World"),
        ("pad", ["5", 3, "0", 0], "005"),
        ("basename", ["/a/b.php", ".php"], "b"),
        ("dirname", ["/a/b/c", 2], "/a"),
        ("increment", ["Az"], "Ba"),
        ("increment", ["zZ9"], "aaA0"),
        ("increment", ["5"], 6),
        ("increment", [None], 1),
    ],
)
def test_known_arguments(name: str, arguments: list[object], expected: object) -> None:
    assert PHP_FUNCTIONS[f"php-{name}"](*arguments) == expected


@pytest.mark.parametrize(
    ("name", "argument"), [("gzinflate", "\x07abc"), ("hex2bin", "x"), ("pack", "y"), ("hash", "x")]
)
def test_wrong_arguments_are_not_known(name: str, argument: str) -> None:
    with pytest.raises((ValueError, IndexError, TypeError)):
        PHP_FUNCTIONS[f"php-{name}"](argument)


def test_a_packed_text_is_unpacked() -> None:
    assert unpacked("C2x/nlong", "ab\x00\x05") == [("x1", 97), ("x2", 98), ("long", 5)]
    assert unpacked("H*", "abc") == [(1, "616263")]
    assert unpacked("C*", "ab") == [(1, 97), (2, 98)]


def test_a_bomb_is_cut() -> None:
    bomb = base64.b64encode(zlib.compress(bytes(50_000_000))).decode()
    opened = PHP_FUNCTIONS["php-gzuncompress"](PHP_FUNCTIONS["php-base64-decode"](bomb))
    assert len(opened) <= MOST
    with pytest.raises(ValueError):
        PHP_FUNCTIONS["php-repeat"]("a" * 1000, 999_999_999)
