"""What static functions and values of C# and JScript that touch nothing else are."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable

from webshellhunt.code.constants.decoders import ENCODINGS
from webshellhunt.code.constants.operators import Char, Codec, Value
from webshellhunt.code.evaluation.c_lists import copy_part, mapped, position, reverse_here, sequence
from webshellhunt.code.evaluation.c_members import OPTIONS, Option
from webshellhunt.code.evaluation.c_values import NULL, character, integer_of, number_of, text_of
from webshellhunt.code.evaluation.functions import MAX_ITEMS, Function


def _is(test: Callable[[str], bool]) -> Function:
    return lambda a: test(text_of(a[0]))


_GUARDS: dict[str, Function] = {
    "isnullorempty": lambda a: a[0] is NULL or not text_of(a[0]),
    "isnullorwhitespace": lambda a: a[0] is NULL or not text_of(a[0]).strip(),
}
STATICS: dict[str, Function] = {
    "array.reverse": reverse_here,
    "array.copy": lambda a: copy_part(a[0], 0, a[1], 0, a[2]) if len(a) == 3 else copy_part(*a),
    "buffer.blockcopy": lambda a: copy_part(*a),
    "array.convertall": mapped,
    "array.indexof": position,
    "enumerable.range": lambda a: [integer_of(a[0]) + at for at in range(min(integer_of(a[1]), MAX_ITEMS + 1))],
    "enumerable.repeat": lambda a: [a[0]] * min(max(integer_of(a[1]), 0), MAX_ITEMS),
    "enumerable.reverse": lambda a: sequence(a[0])[::-1],
    "math.floor": lambda a: math.floor(number_of(a[0])),
    "math.ceiling": lambda a: math.ceil(number_of(a[0])),
    "math.ceil": lambda a: math.ceil(number_of(a[0])),
    "math.abs": lambda a: abs(number_of(a[0])),
    "math.min": lambda a: min(map(number_of, a)),
    "math.max": lambda a: max(map(number_of, a)),
    "math.sqrt": lambda a: int(math.sqrt(number_of(a[0]))) if math.sqrt(number_of(a[0])).is_integer() else None,
    "math.pow": lambda a: number_of(a[0]) ** integer_of(a[1]) if 0 <= integer_of(a[1]) <= 32 else None,
    **{f"string.{name}": function for name, function in _GUARDS.items()},
    "char.isletter": _is(str.isalpha),
    "char.isdigit": _is(str.isdigit),
    "char.isletterordigit": _is(str.isalnum),
    "char.isupper": _is(str.isupper),
    "char.islower": _is(str.islower),
    "char.toupper": lambda a: Char(text_of(a[0]).upper()),
    "char.tolower": lambda a: Char(text_of(a[0]).lower()),
    "convert.tochar": lambda a: character(a[0]),
    "convert.tobase64string": lambda a: base64.b64encode(bytes(integer_of(i) & 255 for i in sequence(a[0]))).decode(),
    **dict.fromkeys(
        ("int.parse", "byte.parse", "int32.parse", "uint.parse", "long.parse"),
        lambda a: int(text_of(a[0])[:32], 16) if len(a) > 1 else integer_of(text_of(a[0])),
    ),
    "fromcharcode.apply": lambda a: "".join(character(item) for item in sequence(a[1])),
}  # fmt: skip
"""Static functions by the last two names, which those of constants come after."""

VALUES: dict[str, Value] = {
    "string.empty": "",
    "environment.newline": "\r\n",
    **{f"encoding.{name}": Codec(codec) for name, codec in ENCODINGS.items()},
    **{f"stringsplitoptions.{name}": Option(name) for name in OPTIONS},
    **{f"numberstyles.{name}": name for name in ("hexnumber", "allowhexspecifier")},
    **{f"stringcomparison.{name}": name for name in ("ordinal", "ordinalignorecase")},
    **{f"{name}.maxvalue": (1 << bits) - 1 for name, bits in (("byte", 8), ("char", 16), ("int", 31), ("uint", 32))},
}  # fmt: skip
"""Static values by the last two names."""
