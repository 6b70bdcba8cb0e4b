"""Constants of the languages and of .NET, by their names in lower case."""

from __future__ import annotations

import math

from webshellhunt.analysis.domain.values import Opaque, Value
from webshellhunt.analysis.library.decoders import ENCODINGS

_WORDS: dict[str, Value] = {
    "vbcr": "\r", "vblf": "\n", "vbcrlf": "\r\n", "vbnewline": "\r\n", "vbtab": "\t", "vbnullstring": "",
    "vbnullchar": "\0", "vbverticaltab": "\v", "vbformfeed": "\f", "vbback": "\b", "vbobjecterror": -2147221504,
    "vbbinarycompare": 0, "vbtextcompare": 1, "vbtrue": -1, "vbfalse": 0, "vbusedefault": -2, "vbempty": 0, "vbnull": 1,
    "vbinteger": 2, "vblong": 3, "vbsingle": 4, "vbdouble": 5, "vbcurrency": 6, "vbdate": 7, "vbstring": 8,
    "vbobject": 9, "vberror": 10, "vbboolean": 11, "vbvariant": 12, "vbbyte": 17, "vbarray": 8192, "vbokonly": 0,
    "vbuppercase": 1, "vblowercase": 2, "vbpropercase": 3, "vbwide": 4, "vbnarrow": 8, "vbhide": 0, "vbnormalfocus": 1,
    "vbsunday": 1, "vbgeneraldate": 0, "vblongdate": 1, "vbshortdate": 2, "vblongtime": 3, "vbshorttime": 4,
    "adtypebinary": 1, "adtypetext": 2, "adreadall": -1, "adreadline": -2, "admoderead": 1, "admodereadwrite": 3,
    "adsavecreatenotexist": 1, "adsavecreateoverwrite": 2, "forreading": 1, "forwriting": 2, "forappending": 8,
}  # fmt: skip
"""Words of Visual Basic, and of the type libraries that pages name as constants."""

_MEMBERS: dict[str, Value] = {
    "string.empty": "",
    "environment.newline": "\r\n",
    "controlchars.quote": '"', "controlchars.cr": "\r", "controlchars.lf": "\n", "controlchars.crlf": "\r\n",
    "controlchars.newline": "\r\n", "controlchars.tab": "\t", "controlchars.nullchar": "\0", "controlchars.back": "\b",
    "controlchars.formfeed": "\f", "controlchars.verticaltab": "\v",
    "path.directoryseparatorchar": "\\", "path.altdirectoryseparatorchar": "/", "path.pathseparator": ";",
    "path.volumeseparatorchar": ":", "dbnull.value": None, "intptr.zero": 0, "uintptr.zero": 0,
    "guid.empty": "00000000-0000-0000-0000-000000000000",
    "math.pi": math.pi, "math.e": math.e, "math.ln2": math.log(2), "math.ln10": math.log(10),
    "math.log2e": math.log2(math.e), "math.log10e": math.log10(math.e), "math.sqrt2": math.sqrt(2),
    "math.sqrt1_2": math.sqrt(0.5), "number.max_value": 1.7976931348623157e308, "number.min_value": 5e-324,
    "bitconverter.islittleendian": True, "comparemethod.text": 1, "comparemethod.binary": 0,
    **dict.fromkeys(("int.maxvalue", "int32.maxvalue", "integer.maxvalue"), (1 << 31) - 1),
    **dict.fromkeys(("int.minvalue", "int32.minvalue", "integer.minvalue"), -(1 << 31)),
    **dict.fromkeys(("short.maxvalue", "int16.maxvalue"), (1 << 15) - 1),
    **dict.fromkeys(("short.minvalue", "int16.minvalue"), -(1 << 15)),
    **dict.fromkeys(("long.maxvalue", "int64.maxvalue"), (1 << 63) - 1),
    **dict.fromkeys(("long.minvalue", "int64.minvalue"), -(1 << 63)),
    **dict.fromkeys(("uint.maxvalue", "uint32.maxvalue", "uinteger.maxvalue"), (1 << 32) - 1),
    **dict.fromkeys(("ushort.maxvalue", "uint16.maxvalue", "char.maxvalue"), (1 << 16) - 1),
    **dict.fromkeys(("byte.minvalue", "uint.minvalue", "ushort.minvalue", "char.minvalue"), 0),
    "byte.maxvalue": 255, "sbyte.maxvalue": 127, "sbyte.minvalue": -128,
}  # fmt: skip

ENUMERATIONS = frozenset(
    {
        "stringsplitoptions", "stringcomparison", "stringcomparer", "numberstyles", "regexoptions",
        "base64formattingoptions",
        "ciphermode", "paddingmode", "compressionmode", "cryptostreammode", "seekorigin",
        "cultureinfo", "comparisontype",
    }
)  # fmt: skip
"""Types whose members are only names that other functions ask for."""


def constant_of(names: tuple[str, ...], unsolved: object) -> Value:
    """Return the constant that dotted names mean, ``unsolved`` for other names."""
    if len(names) == 1:
        return _WORDS.get(names[0], unsolved)
    owner, name = names[-2:]
    found = _MEMBERS.get(f"{owner}.{name}", unsolved)
    if found is not unsolved:
        return found
    if owner == "encoding" and name in ENCODINGS:
        return Opaque(f"encoding.{name}", ("encoding", name))
    if owner in ENUMERATIONS:
        return Opaque(owner, (owner, name))
    if owner in ("constants", "strings"):
        return _WORDS.get(name, unsolved)
    return unsolved
