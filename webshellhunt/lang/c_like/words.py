"""Which parser continues at which word: the two grammars of C-like code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from webshellhunt.lang.c_like import (
    creation,
    declarations,
    expressions,
    functions,
    operands,
    queries,
    script,
    statements,
)
from webshellhunt.lang.c_like.cursor import DIGITS, REGULAR, TEXT, Continue, Grammar, Parse, State
from webshellhunt.lang.c_like.type_names import NO_TYPES

_PREFIXES = ("-", "+", "!", "~", "++", "--")
_PREFIXES_OF_C_SHARP = ("&", "*", "^")
_WORDS_OF_SCRIPT = ("typeof", "void", "delete", "await")

_LITERALS: Mapping[str, Parse] = {
    TEXT: operands.parse_text,
    DIGITS: operands.parse_number,
    REGULAR: operands.parse_regular,
    **dict.fromkeys(("true", "false", "null"), operands.parse_constant),
}
_RESERVED = frozenset(NO_TYPES - {"yield", "await"})
_RESERVED_BY_SCRIPT = frozenset(
    (
        *("break", "case", "catch", "class", "const", "continue", "default", "delete", "do", "else", "enum"),
        *("extends", "false", "finally", "for", "function", "if", "import", "in", "instanceof", "new", "null"),
        *("return", "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void", "while", "with"),
    )
)
_NO_OPERANDS = frozenset(
    (
        *("as", "break", "case", "catch", "class", "const", "continue", "do", "else", "finally", "for", "foreach"),
        *("goto", "if", "in", "is", "return", "switch", "try", "while", "namespace", "public", "private", "protected"),
        *("internal", "instanceof"),
    )
)
_NO_OPERANDS_OF_SCRIPT = frozenset(
    (
        *("break", "case", "catch", "const", "continue", "do", "else", "finally", "for", "if", "in", "return"),
        *("switch", "try", "var", "while", "with", "instanceof"),
    )
)
_LOOSE = frozenset(("??", "||", "&&", "|", "^", "&", "==", "!=", "<", ">", "<=", ">=", "is", "as", "instanceof"))
"""Operators that don't belong to a constant in a pattern."""
_MISSING: Mapping[str, Parse] = dict.fromkeys(_NO_OPERANDS, operands.parse_missing)
_MISSING_IN_SCRIPT: Mapping[str, Parse] = dict.fromkeys(_NO_OPERANDS_OF_SCRIPT, operands.parse_missing)

_STARTERS: Mapping[str, Parse] = {
    **_MISSING, **_LITERALS, **dict.fromkeys((*_PREFIXES, *_PREFIXES_OF_C_SHARP), operands.parse_prefix),
    **dict.fromkeys(("typeof", "sizeof", "default"), operands.parse_typeof),
    **dict.fromkeys(("checked", "unchecked"), operands.parse_checked),
    **dict.fromkeys(("new", "stackalloc"), creation.parse_new),
    **dict.fromkeys(("async", "static"), functions.parse_async), "(": operands.parse_brackets,
    "[": creation.parse_array, "{": creation.parse_braces, ".": operands.parse_range,
    "delegate": functions.parse_delegate, "throw": operands.parse_throw, "await": operands.parse_await,
    "var": operands.parse_var, "ref": operands.parse_ref, "from": queries.parse_query,
}  # fmt: skip
_STARTERS_OF_SCRIPT: Mapping[str, Parse] = {
    **_MISSING_IN_SCRIPT, **_LITERALS, **dict.fromkeys((*_PREFIXES, *_WORDS_OF_SCRIPT), operands.parse_prefix),
    "(": operands.parse_brackets_of_script, "[": creation.parse_array, "{": creation.parse_object,
    "new": creation.parse_new_of_script, "function": functions.parse_anonymous, "async": functions.parse_async,
    "throw": operands.parse_throw, "class": script.parse_class_value, "yield": script.parse_yield,
}  # fmt: skip
_LINKS: Mapping[str, Continue] = {
    ".": operands.link_member, "?.": operands.link_member, "(": operands.link_call, "[": operands.link_index,
    "++": operands.link_step, "--": operands.link_step,
}  # fmt: skip
_LINKS_OF_C_SHARP: Mapping[str, Continue] = {
    **_LINKS, "->": operands.link_member, "?": operands.link_optional_index, "!": operands.link_bang,
    "<": operands.link_generic, "::": operands.link_qualified, "switch": expressions.parse_switch_expression,
    "with": operands.link_with,
}  # fmt: skip
_LINKS_OF_SCRIPT: Mapping[str, Continue] = {**_LINKS, "?.": operands.link_optional}
_STATEMENTS: Mapping[str, State] = {
    ";": statements.state_nothing, "{": statements.state_block, "if": statements.state_if,
    "while": statements.state_while, "do": statements.state_do, "switch": statements.state_switch,
    "try": statements.state_try, **dict.fromkeys(("return", "throw", "break", "continue"), statements.state_jump),
    "import": declarations.state_import, "package": declarations.state_package,
}  # fmt: skip
_STATEMENTS_OF_C_SHARP: Mapping[str, State] = {
    **_STATEMENTS, "for": statements.state_for, "foreach": statements.state_foreach, "goto": statements.state_jump,
    "yield": statements.state_yield, **dict.fromkeys(("lock", "synchronized"), statements.state_lock),
    "fixed": statements.state_fixed, **dict.fromkeys(("checked", "unchecked", "unsafe"), statements.state_checked),
    "using": declarations.state_using, "global": declarations.state_global, "await": declarations.state_await,
    "static": statements.state_static,
}  # fmt: skip
_STATEMENTS_OF_SCRIPT: Mapping[str, State] = {
    **_STATEMENTS, "for": statements.state_for_of_script, "with": statements.state_with,
    "yield": statements.state_yield_of_script, "debugger": statements.state_debugger, "static": statements.state_static,
}  # fmt: skip

C_SHARP = Grammar(
    is_script=False,
    expression=expressions.parse_expression,
    operators=expressions.parse_binary,
    operand=operands.parse_operand,
    braces=creation.parse_braces,
    element=creation.parse_initialiser,
    statement=statements.parse_statement,
    block=statements.parse_block,
    declaration=declarations.declare,
    variables=declarations.variables,
    strengths=expressions.STRENGTHS,
    narrow={word: strength for word, strength in expressions.STRENGTHS.items() if word not in _LOOSE},
    starters=_STARTERS,
    postfix=_LINKS_OF_C_SHARP,
    statements=_STATEMENTS_OF_C_SHARP,
    reserved=_RESERVED,
)
SCRIPT = replace(
    C_SHARP,
    is_script=True,
    declaration=script.declare_in_script,
    variables=script.variables_of_script,
    strengths=expressions.STRENGTHS_OF_SCRIPT,
    narrow={word: strength for word, strength in expressions.STRENGTHS_OF_SCRIPT.items() if word != "in"},
    starters=_STARTERS_OF_SCRIPT,
    postfix=_LINKS_OF_SCRIPT,
    statements=_STATEMENTS_OF_SCRIPT,
    reserved=_RESERVED_BY_SCRIPT,
)
