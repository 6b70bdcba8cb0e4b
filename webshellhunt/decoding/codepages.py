"""Python's codecs for the encoding names and code page numbers of .NET and classic ASP.

Attackers control these names, so only this table is used.

Source: System.Text.Encoding.GetEncodings (.NET Framework 4.8); EncodingTable of mscorlib.
"""

from __future__ import annotations

UTF7 = "utf-7"
UTF8 = "utf-8"

# EBCDIC pages that Python lacks share letters, digits and most signs with 500; brackets may read differently.
_EBCDIC_KIN = dict.fromkeys(
    (
        *(1047, 870, 20924, 20277, 20278, 20280, 20284, 20285, 20290, 20297, 20420, 20423, 20833, 20838, 20871),
        *(20880, 20905, 21025, 1142, 1143, 1144, 1145, 1146, 1147, 1148, 1149),
    ),
    "cp500",
)
_PAGES: dict[int, str] = {
    **_EBCDIC_KIN,
    **{n: f"cp{n}" for n in (437, 720, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 874)},
    **{n: f"cp{n}" for n in range(1250, 1259)},
    **{28590 + n: f"iso8859_{n}" for n in (*range(1, 12), 13, 14, 15, 16)},
    37: "cp037", 500: "cp500", 875: "cp875", 1026: "cp1026", 1140: "cp1140", 1141: "cp273", 20273: "cp273",
    20424: "cp424", 708: "iso8859_6",
    932: "cp932", 936: "gbk", 949: "cp949", 950: "cp950", 1361: "johab", 51932: "euc_jp", 20932: "euc_jp",
    51949: "euc_kr", 51936: "gbk", 20936: "gbk", 52936: "hz", 54936: "gb18030", 10008: "gbk", 10001: "cp932",
    10002: "cp950", 10003: "cp949", 20949: "cp949", 50220: "iso2022_jp", 50221: "iso2022_jp", 50222: "iso2022_jp",
    50225: "iso2022_kr", 50227: "gbk", 20866: "koi8_r", 21866: "koi8_u", 20127: "ascii", 38598: "iso8859_8",
    10000: "mac_roman", 10006: "mac_greek", 10007: "mac_cyrillic", 10029: "mac_latin2", 10079: "mac_iceland",
    10081: "mac_turkish", 10010: "mac_latin2", 10082: "mac_latin2",
    1200: "utf-16-le", 1201: "utf-16-be", 12000: "utf-32-le", 12001: "utf-32-be", 65000: UTF7, 65001: UTF8,
}  # fmt: skip
_NAMES: dict[str, int] = {
    "utf7": 65000, "unicode11utf7": 65000, "csunicode11utf7": 65000, "xunicode20utf7": 65000, "xunicode11utf7": 65000,
    "utf8": 65001, "unicode11utf8": 65001, "unicode20utf8": 65001, "xunicode11utf8": 65001, "xunicode20utf8": 65001,
    "utf16": 1200, "utf16le": 1200, "unicode": 1200, "ucs2": 1200, "iso10646ucs2": 1200,
    "utf16be": 1201, "unicodefffe": 1201, "utf32": 12000, "utf32le": 12000, "utf32be": 12001,
    "usascii": 20127, "ascii": 20127, "ansix341968": 20127, "iso646us": 20127, "latin1": 28591, "l1": 28591,
    "gb2312": 936, "gbk": 936, "gb231280": 936, "chinese": 936, "gb18030": 54936, "euccn": 51936, "xeuccn": 51936,
    "hzgb2312": 52936, "xcp20936": 20936, "big5": 950, "big5hkscs": 950, "cnbig5": 950, "xxbig5": 950, "shiftjis": 932,
    "sjis": 932, "xsjis": 932, "mskanji": 932, "eucjp": 51932, "xeucjp": 51932, "iso2022jp": 50220,
    "csiso2022jp": 50221, "ksc56011987": 949, "ksc5601": 949, "ksc56011989": 949, "korean": 949, "euckr": 51949,
    "iso2022kr": 50225, "johab": 1361, "koi8r": 20866, "koi8": 20866, "koi8u": 21866, "koi8ru": 21866,
    "tis620": 874, "dos874": 874,
    "macintosh": 10000, "xmacgreek": 10006, "xmaccyrillic": 10007, "xmacce": 10029, "xmacicelandic": 10079,
    "xmacturkish": 10081, "xmacjapanese": 10001, "xmacchinesetrad": 10002, "xmackorean": 10003,
    "xmacchinesesimp": 10008, "asmo708": 708, "logical": 28598, "visual": 28598, "iso88598i": 38598,
    "ebcdiccpus": 37, "ebcdiccpca": 37, "ebcdiccpwt": 37, "ebcdiccpnl": 37, "xebcdicgermany": 20273,
}  # fmt: skip
_SHOWN = {UTF7: "UTF-7", "utf-32-le": "UTF-32", "utf-32-be": "UTF-32", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_NUMBERED = ("windows", "ibmcp", "ibm", "cp", "xcp", "dos", "ccsid", "ebcdiccp", "mswin", "codepage", "win")
_EBCDIC_NUMBERS = {n: 20000 + n for n in (273, 277, 278, 280, 284, 285, 290, 297, 420, 423, 424, 871, 880, 905, 924)}

EBCDIC = ("cp037", "cp500", "cp273")
UNEDITED = frozenset((UTF7, "utf-32-le", "utf-32-be", *EBCDIC, "cp424", "cp875", "cp1026", "cp1140"))
"""Codecs that no editor of pages saves in: UTF-7, UTF-32, and all pages of EBCDIC."""
ANSI_DEFAULT = "cp1252"


def python_codec(name: str | int) -> str | None:
    """Return Python's codec for a .NET encoding name or a code page number, or ``None``."""
    if isinstance(name, int):
        return _PAGES.get(name)
    word = "".join(c for c in name.lower() if c.isascii() and c.isalnum())
    if word in _NAMES:
        return _PAGES[_NAMES[word]]
    if word.isdigit():
        return _page(word)
    if word.startswith("iso8859"):
        digits = word.removeprefix("iso8859")
        return _PAGES.get(28590 + int(digits)) if digits.isdigit() and len(digits) <= 2 else None
    for prefix in _NUMBERED:
        if word.startswith(prefix) and word[len(prefix) :].isdigit():
            return _page(word[len(prefix) :])
    return None


def shown_codec(codec: str) -> str:
    """Return the usual name of a codec of Unicode or EBCDIC."""
    return _SHOWN.get(codec) or (f"EBCDIC ({codec})" if codec in UNEDITED else codec)


def _page(digits: str) -> str | None:
    """Return the codec of a code page written in digits; IBM's short numbers of EBCDIC pages count too."""
    if len(digits) > 6:
        return None
    number = int(digits)
    return _PAGES.get(number) or _PAGES.get(_EBCDIC_NUMBERS.get(number, -1))
