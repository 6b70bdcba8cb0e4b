"""Parser of PHP: the tree of all code in a file, by precedence; places in nodes are numbers of tokens.

A variable is a `Name` with its ``$``; ``$$x`` and ``${x}`` are a `Unary` with ``$``, ``a->b`` and ``a::b`` a `Binary`
of two operands. Any tokens have a tree: one that no rule fits is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from webshellhunt.lang import tree
from webshellhunt.lang.php.lexer import Token, tokenize

MAX_DEPTH = 60
"""Expressions and statements in each other; anything deeper is passed over."""
_END = Token("end", "", 0, 0)
_ASSIGNS = frozenset(
    {"=", ".=", "+=", "-=", "*=", "/=", "%=", "^=", "|=", "&=", "??=", "**=", "<<=", ">>="}
)  # fmt: skip
_POWERS = {
    "or": 1, "xor": 2, "and": 3, "?": 6, "??": 7, "||": 8, "&&": 9, "|": 10, "^": 11, "&": 12, "==": 13, "!=": 13,
    "===": 13, "!==": 13, "<>": 13, "<=>": 13, "<": 14, ">": 14, "<=": 14, ">=": 14, ".": 16, "<<": 15, ">>": 15,
    "+": 17, "-": 17, "*": 18, "/": 18, "%": 18, "instanceof": 20, "**": 21,
}  # fmt: skip
_UNARY = {"!": 19, "~": 22, "-": 22, "+": 22, "@": 22, "&": 22, "++": 22, "--": 22}
_WORDS = frozenset({"include", "include_once", "require", "require_once", "print", "clone", "throw", "yield"})
_CONSTANTS = {"true": True, "false": False, "null": None}
_MODIFIERS = frozenset({"public", "private", "protected", "static", "abstract", "final", "var", "readonly", "const"})
_CLASSES = frozenset({"class", "interface", "trait", "enum"})
_CLOSES = {")": "(", "]": "[", "}": "{"}
_ESCAPES = re.compile(r"\\(?:([nrtvef\\$\"`])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u\{([0-9A-Fa-f]{1,6})\})")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "e": "\x1b", "f": "\f"}
_INSIDE = re.compile(
    r"\\.|\{(?=\$)|\$\{|\$([A-Za-z_\x7f-\xff][\w\x7f-\xff]{0,80})(?:\[([^\[\]]{1,80})\]|->(\w{1,80}))?", re.DOTALL
)
_MOST_INSIDE = 20_000
"""Parts of a text in double quotes that are told apart."""


def parse(tokens: Sequence[Token]) -> tree.Block:
    """Return the tree of the code in a file."""
    parser = _Parser(tokens)
    top = tree.Block(0, len(tokens), [])
    while parser.at < parser.size:
        parser.statement(top.statements)
    return top


class _Parser:
    """A place in the tokens; ``depth`` counts expressions and statements that are open.

    ``place`` is the number of all nodes of a text inside of a token, -1 for those of the file.
    """

    def __init__(self, tokens: Sequence[Token], *, place: int = -1, depth: int = 0) -> None:
        self.tokens = tokens
        self.size = len(tokens)
        self.at = 0
        self.place = place
        self.depth = depth
        self.partners = _partners(tokens)

    def token(self, ahead: int = 0) -> Token:
        """Return a token without taking it."""
        return self.tokens[self.at + ahead] if self.at + ahead < self.size else _END

    def word(self, ahead: int = 0) -> str:
        """Return a word or operator in lower case, "" for anything else."""
        token = self.token(ahead)
        return token.text if token.kind == "op" else token.text.lower() if token.kind == "name" else ""

    def skip(self, text: str) -> bool:
        """Take an operator or a word if it is here."""
        if self.word() != text:
            return False
        self.at += 1
        return True

    def here(self) -> int:
        """Return the place of a node that begins here."""
        return self.at if self.place < 0 else self.place

    def _skip_attributes(self) -> None:
        """Pass over attributes: ``#[A(1)]``."""
        while self.word() == "#":
            self.at += 1
            if self.word() == "[":
                self._pass_over()

    def _missing(self) -> tree.Unparsed:
        return tree.Unparsed(self.here(), self.here())

    def _pass_over(self) -> tree.Unparsed:
        """Pass over a token with all that it opens."""
        start = self.here()
        self.at = self.partners.get(self.at, self.at) + 1
        return tree.Unparsed(start, start + 1)

    # Expressions ------------------------------------------------------------------------------------------------------

    def expression(self, lowest: int = 0) -> tree.Node:
        """Parse an expression whose operators bind at least so strongly."""
        if self.depth >= MAX_DEPTH:
            return self._deep()
        self.depth += 1
        start = self.here()
        value = self._operand()
        word = self.word()
        if word in _ASSIGNS and self.token().kind == "op":
            value = self._assignment(value, start, word)
        while (power := _POWERS.get(self.word(), 0)) and power >= lowest:
            value = self._operators(value, start, power)
        self.depth -= 1
        return value

    def _deep(self) -> tree.Node:
        """Pass over an expression that is nested too deeply; it is not taken apart."""
        start, found = self.here(), self.token()
        while self.at < self.size and self.word() not in (";", ",", ")", "]", "}", "?>"):
            self._pass_over()
        return (
            tree.Literal(start, start + 1, found.text, "string")
            if found.kind == "string"
            else tree.Unparsed(start, start)
        )

    def _assignment(self, target: tree.Node, start: int, operator: str) -> tree.Node:
        self.at += 1
        if operator == "=" and self.skip("&"):
            operator = "=&"
        return tree.Assign(start, self.here(), target, operator, self.expression(4))

    def _operators(self, first: tree.Node, start: int, power: int) -> tree.Node:
        """Parse all operators of one strength after an operand."""
        if power == _POWERS["?"]:
            return self._choice(first, start)
        operands, operators = [first], []
        while _POWERS.get(word := self.word(), 0) == power:
            self.at += 1
            operators.append(word)
            if word == "instanceof":
                operands.append(self._class_name())
            else:
                operands.append(self.expression(power + (word not in ("??", "**"))))
        return tree.Binary(start, self.here(), operands, operators)

    def _choice(self, test: tree.Node, start: int) -> tree.Node:
        self.at += 1
        if self.skip(":"):
            return tree.Binary(start, self.here(), [test, self.expression(7)], ["?:"])
        yes = self.expression(5)
        no = self.expression(7) if self.skip(":") else self._missing()
        return tree.Conditional(start, self.here(), test, yes, no)

    def _operand(self) -> tree.Node:
        """Parse an operand with all that is read from it."""
        before: list[tuple[str, int]] = []
        while True:
            start, word, token = self.here(), self.word(), self.token()
            if token.kind == "cast":
                before.append((token.text, start))
                self.at += 1
            elif word in _UNARY and token.kind == "op":
                before.append((word, start))
                self.at += 1
            else:
                break
        value = self._links(self._start(), start)
        if before and self.word() in _ASSIGNS and self.token().kind == "op":  # ``!$a = b``
            value = self._assignment(value, start, self.word())
        if before and before[-1][0] != "!" and self.word() == "**":
            value = self._operators(value, start, _POWERS["**"])
        if before and before[-1][0] == "!" and self.word() == "instanceof":
            value = self._operators(value, start, _POWERS["instanceof"])
        for word, place in reversed(before[-MAX_DEPTH:]):
            if word in _UNARY:
                value = tree.Unary(place, self.here(), word, value)
            else:
                value = tree.Cast(place, self.here(), tree.TypeName(place, place, word), value)
        return value

    def _start(self) -> tree.Node:
        token, start = self.token(), self.here()
        kind = token.kind
        if kind == "op":
            return self._start_of_operator(token, start)
        self.at += 1
        if kind == "string":
            return tree.Literal(start, start + 1, token.text, "string")
        if kind == "template":
            return self._filled(token, start)
        if kind == "tick":
            return tree.Call(start, start + 1, tree.Name(start, start + 1, "shell_exec"), [self._filled(token, start)])
        if kind == "variable":
            return tree.Name(start, start + 1, token.text)
        if kind == "number":
            return tree.Literal(start, start + 1, _number(token.text), "number")
        if kind == "name":
            return self._start_of_word(token, start)
        return tree.Unparsed(start, start + 1)

    def _start_of_operator(self, token: Token, start: int) -> tree.Node:
        word = token.text
        if word == "(":
            return self._brackets()
        if word == "[":
            self.at += 1
            return self._items("]", start)
        if word == "$":
            return self._dynamic(start)
        if word == "#":
            self._skip_attributes()
            return self._start() if self.at < self.size else self._missing()
        if word in (")", "]", "}", ";", ",", "?>", ":", "=>"):
            return self._missing()
        return self._pass_over()

    def _brackets(self) -> tree.Node:
        """Parse an expression in brackets, however many."""
        last = end = self.partners.get(self.at, -1)
        self.at += 1
        while self.word() == "(" and self.partners.get(self.at, -2) == end - 1:
            self.at, end = self.at + 1, end - 1
        value = self.expression()
        if last >= 0:
            self.at = last + 1
        else:
            self.skip(")")
        return value

    def _dynamic(self, start: int) -> tree.Node:
        """Parse ``$$x`` and ``${x}``."""
        count = 0
        while self.word() == "$" and self.token().kind == "op":
            count += 1
            self.at += 1
        if self.skip("{"):
            value = self.expression()
            self.skip("}")
        elif self.token().kind == "variable":
            value = tree.Name(start, start + 1, self.token().text)
            self.at += 1
        else:
            return tree.Unparsed(start, self.here())
        for _ in range(min(count, MAX_DEPTH)):
            value = tree.Unary(start, self.here(), "$", value)
        return value

    def _start_of_word(self, token: Token, start: int) -> tree.Node:
        text = token.text
        word = text.lower().rpartition("\\")[2]
        if word in _CONSTANTS and "\\" not in text.lstrip("\\"):
            return tree.Literal(start, start + 1, _CONSTANTS[word], "null" if word == "null" else "truth")
        if word in _WORDS:
            return self._word(word, start)
        if word in ("function", "fn") or (word == "static" and self.word() in ("function", "fn")):
            if word == "static":
                self.at += 1
            return self._closure(start, "arrow" if self.tokens[self.at - 1].text.lower() == "fn" else "function")
        if word == "new":
            return self._new(start)
        if word == "match" and self.word() == "(":
            return self._match(start)
        if word in ("array", "list") and self.skip("("):
            items = self._items(")", start)
            items.form = tree.Form.TUPLE if word == "list" else tree.Form.ARRAY
            return items
        if word in ("exit", "die"):
            arguments = self._arguments() if self.word() == "(" else []
            return tree.Call(start, self.here(), tree.Name(start, start + 1, "exit"), arguments)
        return tree.Name(start, start + 1, text)

    def _word(self, word: str, start: int) -> tree.Node:
        if word == "yield":
            return self._yield(start)
        if word == "throw":
            return tree.Unary(start, self.here(), word, self.expression())
        lowest = 22 if word == "clone" else 5
        return tree.Unary(start, self.here(), word, self.expression(lowest))

    def _yield(self, start: int) -> tree.Node:
        if self.word() in (";", ")", "]", ","):
            return tree.Unary(start, self.here(), "yield", self._missing())
        is_from = self.skip("from")
        value = self.expression(5)
        if self.skip("=>"):
            value = tree.Entry(start, self.here(), value, self.expression(5))
        return tree.Unary(start, self.here(), "yield from" if is_from else "yield", value)

    def _items(self, closing: str, start: int) -> tree.Items:
        """Parse the items of an array, or the targets of a list."""
        items: list[tree.Node] = []
        while self.at < self.size and not self.skip(closing):
            before, place = self.at, self.here()
            if self.word() == ",":
                items.append(self._missing())
            else:
                items.append(self._item(place))
            self.skip(",")
            if self.at == before:
                if self.word() in (";", "}", "?>"):
                    break
                self.at += 1
        return tree.Items(start, self.here(), items)

    def _item(self, place: int) -> tree.Node:
        if self.skip("..."):
            return tree.Argument(place, self.here(), self.expression(), by="spread")
        value = self._by_reference(place)
        if self.skip("=>"):
            return tree.Entry(place, self.here(), value, self._by_reference(place))
        return value

    def _by_reference(self, place: int) -> tree.Node:
        if self.skip("&"):
            return tree.Argument(place, self.here(), self.expression(), by="ref")
        return self.expression()

    def _filled(self, token: Token, start: int) -> tree.Node:
        """Parse a text with variables in it."""
        text, last = token.text, 0
        if "$" not in text:
            return tree.Literal(start, start + 1, _unescaped(text), "string")
        parts: list[tree.Node] = []
        for found in _INSIDE.finditer(text):
            if found.start() < last or found[0][0] == "\\":
                continue
            if found.start() > last:
                parts.append(tree.Literal(start, start + 1, _unescaped(text[last : found.start()]), "string"))
            value, last = self._embedded(text, found, start)
            parts.append(value)
            if len(parts) > _MOST_INSIDE:
                break
        if last < len(text):
            parts.append(tree.Literal(start, start + 1, _unescaped(text[last:]), "string"))
        if not (len(parts) > 1 and isinstance(parts[0], tree.Literal)):
            parts.insert(0, tree.Literal(start, start + 1, "", "string"))
        return tree.Binary(start, start + 1, parts, ["."] * (len(parts) - 1)) if len(parts) > 1 else parts[0]

    def _embedded(self, text: str, found: re.Match[str], start: int) -> tuple[tree.Node, int]:
        if found[1]:
            value: tree.Node = tree.Name(start, start + 1, f"${found[1]}")
            if found[3]:
                value = tree.Binary(start, start + 1, [value, tree.Literal(start, start, found[3], "string")], ["->"])
            elif found[2]:
                value = tree.Index(start, start + 1, value, [_key_in_text(found[2], start)])
            return value, found.end()
        stop = _closing(text, found.end())
        inner = text[found.end() : stop] if found[0] == "{" else f"${{{text[found.end() : stop]}}}"
        if found[0] == "${" and re.fullmatch(r"[A-Za-z_]\w*", text[found.end() : stop]):
            return tree.Name(start, start + 1, f"${text[found.end() : stop]}"), stop + 1
        if self.depth >= MAX_DEPTH // 2:
            return tree.Unparsed(start, start), stop + 1
        parser = _Parser(tokenize(inner, in_code=True), place=start, depth=self.depth + 2)
        return parser.expression(), stop + 1

    def _closure(self, start: int, kind: str) -> tree.Node:
        self.skip("&")
        function = self._function(start, "", kind)
        return tree.Lambda(start, self.here(), function)

    def _new(self, start: int) -> tree.Node:
        if self.word() == "class":
            return self._new_anonymous(start)
        named = self._class_name()
        arguments = self._arguments() if self.word() == "(" else []
        if isinstance(named, tree.Name) and named.text[:1] != "$":
            return tree.New(start, self.here(), tree.TypeName(start, start + 1, named.text), arguments)
        return tree.New(start, self.here(), None, arguments, callee=named)

    def _new_anonymous(self, start: int) -> tree.Node:
        self.at += 1
        arguments = self._arguments() if self.word() == "(" else []
        made = self._class_body(start, f"class@{start}", "class", frozenset())
        return tree.New(start, self.here(), None, arguments, callee=_Anonymous(start, self.here(), made))

    def _class_name(self) -> tree.Node:
        """Parse what names a class after ``new`` and ``instanceof``."""
        start, token = self.here(), self.token()
        if token.kind == "name":
            self.at += 1
            return tree.Name(start, start + 1, token.text)
        if token.text == "(":
            return self._brackets()
        value = self._start()
        while self.word() in ("->", "::", "["):
            value = self._link(value, start)
        return value

    def _match(self, start: int) -> tree.Node:
        self.at += 1
        subject = self.expression()
        self.skip(")")
        cases: list[tree.Case] = []
        self.skip("{")
        while self.at < self.size and not self.skip("}"):
            before, place, patterns = self.at, self.here(), list[tree.Pattern]()
            if not self.skip("default"):
                while self.at < self.size and self.word() not in ("=>", "}"):
                    patterns.append(tree.Pattern(place, place, value=self.expression()))
                    if not self.skip(","):
                        break
            self.skip("=>")
            cases.append(tree.Case(place, self.here(), patterns, tree.Block(place, self.here(), [self.expression()])))
            self.skip(",")
            self.at += self.at == before
        return tree.Switch(start, self.here(), subject, cases, is_expression=True)

    def _links(self, value: tree.Node, start: int) -> tree.Node:
        """Parse the elements, members and calls after an operand."""
        links = 0
        while self.token().kind == "op" and self.token().text in _LINKS:
            text = self.token().text
            is_variable = isinstance(value, tree.Name) and value.text[:1] == "$"
            if text == "{" and not (is_variable or isinstance(value, tree.Index)):
                break
            links += 1
            if links > MAX_DEPTH:
                self._pass_over()
                continue
            if text in ("++", "--"):
                self.at += 1
                return tree.Unary(start, self.here(), text, value, is_postfix=True)
            value = self._link(value, start)
        return value

    def _link(self, value: tree.Node, start: int) -> tree.Node:
        text = self.word()
        if text == "(":
            return tree.Call(start, self.here(), value, self._arguments())
        self.at += 1
        if text in ("[", "{"):
            closing = "]" if text == "[" else "}"
            keys = [] if self.word() == closing else [self.expression()]
            self._close(closing)
            return tree.Index(start, self.here(), value, keys)
        return tree.Binary(start, self.here(), [value, self._member(text)], [text])

    def _close(self, closing: str) -> None:
        if not self.skip(closing) and self.word() not in (";", "}", "?>", ")"):
            self.at += 1

    def _member(self, link: str) -> tree.Node:
        """Parse the name of a member."""
        start, token = self.here(), self.token()
        if token.kind == "name":
            self.at += 1
            return tree.Literal(start, start + 1, token.text, "string")
        if token.text == "{":
            self.at += 1
            value = self.expression()
            self._close("}")
            return value
        if token.kind == "variable":
            self.at += 1
            return tree.Name(start, start + 1, token.text)
        return self._dynamic(start) if token.text == "$" else self._missing()

    def _arguments(self) -> list[tree.Node]:
        """Parse the arguments of a call, brackets included."""
        self.at += 1
        found: list[tree.Node] = []
        while self.at < self.size and not self.skip(")"):
            before, place = self.at, self.here()
            if self.skip("..."):
                found.append(tree.Argument(place, self.here(), self.expression(), by="spread"))
            elif self.token().kind == "name" and self.word(1) == ":" and self.word(2) != ":":
                name = self.token().text
                self.at += 2
                found.append(tree.Argument(place, self.here(), self.expression(), name=name))
            elif self.skip("&"):
                found.append(tree.Argument(place, self.here(), self.expression(), by="ref"))
            elif self.word() != ",":
                found.append(self.expression())
            self.skip(",")
            if self.at == before:
                if self.word() in (";", "}", "?>"):
                    break
                self.at += 1
        return found

    # Statements -------------------------------------------------------------------------------------------------------

    def statement(self, out: list[tree.Node]) -> None:
        """Parse a statement."""
        before = self.at
        if self.depth >= MAX_DEPTH:
            self._pass_over()
            return
        self.depth += 1
        self._skip_attributes()
        token = self.token()
        word = self.word()
        state = _STATEMENTS.get(word)
        if token.kind == "echo":
            self.at += 1
            self._echo(out)
        elif state is not None and not (token.kind == "name" and self.word(1) in ("(", "::") and word in _CALLABLE):
            state(self, out)
        elif token.kind == "name" and self.word(1) == ":" and word not in ("default", "parent", "self"):
            out.append(tree.Label(self.here(), self.here() + 1, word))
            self.at += 2
        else:
            out.append(self.expression())
            self.skip(";")
        if self.at == before:
            self.at += 1
        self.depth -= 1

    def _nothing(self, out: list[tree.Node]) -> None:
        self.at += 1

    def _braces(self, out: list[tree.Node]) -> None:
        out.append(self._block())

    def _block(self, *ends: str) -> tree.Block:
        """Parse the statements in braces, those of another spelling up to its end, or a single one."""
        start, found = self.here(), list[tree.Node]()
        if self.skip("{"):
            while self.at < self.size and not self.skip("}"):
                self.statement(found)
        elif ends and self.skip(":"):
            while self.at < self.size and self.word() not in ends:
                self.statement(found)
        else:
            self.statement(found)
        return tree.Block(start, self.here(), found)

    def _condition(self) -> tree.Node:
        """Parse an expression in brackets."""
        if not self.skip("("):
            return self.expression()
        value = self.expression()
        while self.at < self.size and not self.skip(")"):
            if self.word() in (";", "{", "}"):
                break
            self._pass_over()
        return value

    def _if(self, out: list[tree.Node]) -> None:
        """Parse ``if`` with all its ``elseif``."""
        start = self.here()
        self.at += 1
        first = last = tree.If(start, start, self._condition(), self._block("elseif", "else", "endif"))
        while (word := self.word()) in ("else", "elseif"):
            place = self.here()
            self.at += 1
            if word == "elseif" or (self.word() == "if"):
                self.at += word == "else"
                following = tree.If(place, place, self._condition(), self._block("elseif", "else", "endif"))
                last.no = tree.Block(place, self.here(), [following])
                last = following
            else:
                last.no = self._block("endif")
                break
        if self.skip("endif"):
            self.skip(";")
        out.append(first)

    def _while(self, out: list[tree.Node]) -> None:
        start = self.here()
        self.at += 1
        test = self._condition()
        out.append(tree.Loop(start, self.here(), test, self._block("endwhile")))
        self._end_of("endwhile")

    def _end_of(self, word: str) -> None:
        if self.skip(word):
            self.skip(";")

    def _do(self, out: list[tree.Node]) -> None:
        start = self.here()
        self.at += 1
        body = self._block()
        test = self._condition() if self.skip("while") else None
        out.append(tree.Loop(start, self.here(), test, body, is_tested_last=True))

    def _for(self, out: list[tree.Node]) -> None:
        start = self.here()
        self.at += 1
        self.skip("(")
        parts = [self._several(";"), self._several(";"), self._several(")")]
        body = self._block("endfor")
        self._end_of("endfor")
        test = (
            tree.Items(start, start, parts[1], tree.Form.COMMA)
            if len(parts[1]) > 1
            else parts[1][0]
            if parts[1]
            else None
        )
        out.append(tree.Loop(start, self.here(), test, body, parts[0], parts[2]))

    def _several(self, end: str) -> list[tree.Node]:
        found: list[tree.Node] = []
        while self.at < self.size and not self.skip(end):
            before = self.at
            found.append(self.expression())
            self.skip(",")
            if self.at == before:
                if self.word() in ("{", "}", ";", "?>", ")"):
                    break
                self.at += 1
        return found

    def _foreach(self, out: list[tree.Node]) -> None:
        start = self.here()
        self.at += 1
        self.skip("(")
        items = self.expression()
        self.skip("as")
        target = self._item(self.here())
        self.skip(")")
        out.append(tree.Each(start, self.here(), target, items, self._block("endforeach")))
        self._end_of("endforeach")

    def _switch(self, out: list[tree.Node]) -> None:
        start = self.here()
        self.at += 1
        subject = self._condition()
        closing = "}" if self.skip("{") else "endswitch" if self.skip(":") else ""
        cases: list[tree.Case] = []
        while closing and self.at < self.size and not self.skip(closing):
            place = self.here()
            if self.skip("case"):
                patterns = [tree.Pattern(place, place, value=self.expression())]
                self.at += self.word() in (":", ";")
                cases.append(tree.Case(place, place, patterns, tree.Block(place, place, [])))
            elif self.skip("default"):
                self.at += self.word() in (":", ";")
                cases.append(tree.Case(place, place, [], tree.Block(place, place, [])))
            else:
                self.statement(cases[-1].body.statements if cases else [])
        out.append(tree.Switch(start, self.here(), subject, cases, falls_through=True))

    def _try(self, out: list[tree.Node]) -> None:
        start = self.here()
        self.at += 1
        made = tree.Try(start, start, self._block())
        while self.word() == "catch":
            place, name = self.here(), ""
            self.at += 1
            self.skip("(")
            types: list[str] = []
            while self.at < self.size and not self.skip(")"):
                token = self.token()
                if token.kind == "variable":
                    name = token.text
                elif token.kind == "name":
                    types.append(token.text)
                self.at += 1
            type_ = tree.TypeName(place, place, types[0]) if len(types) == 1 else None
            made.catches.append(tree.Catch(place, self.here(), type_, name, self._block()))
        if self.skip("finally"):
            made.last = self._block()
        out.append(made)

    def _jump(self, out: list[tree.Node]) -> None:
        start, word = self.here(), self.word()
        self.at += 1
        value = None if self.word() in (";", "?>", "}") or self.at >= self.size else self.expression()
        label = value.text.lower() if word == "goto" and isinstance(value, tree.Name) else ""
        out.append(tree.Jump(start, self.here(), word, None if word == "goto" else value, label))
        self.skip(";")

    def _echo(self, out: list[tree.Node]) -> None:
        start = self.here()
        if self.word() == "echo":
            self.at += 1
        values = [self.expression()]
        while self.skip(","):
            values.append(self.expression())
        self.skip(";")
        out.append(tree.Call(start, self.here(), tree.Name(start, start + 1, "echo"), values))

    def _names(self, out: list[tree.Node]) -> None:
        """Parse ``global $a, $b`` and ``static $a = 1``."""
        kind, token = self.word(), self.token(1)
        if kind == "static" and token.kind != "variable":
            out.append(self.expression())
            self.skip(";")
            return
        self.at += 1
        while self.at < self.size and not self.skip(";"):
            start, token = self.here(), self.token()
            self.at += 1
            if token.kind == "variable":
                value = self.expression() if self.skip("=") else None
                out.append(tree.Declaration(start, self.here(), token.text, None, value, modifiers=frozenset({kind})))
            elif token.text in ("?>", "}"):
                break

    def _constants(self, out: list[tree.Node]) -> None:
        """Parse ``const A = 1, B = 2;``."""
        self.at += 1
        while self.at < self.size and not self.skip(";"):
            start, token = self.here(), self.token()
            self.at += 1
            if token.kind == "name" and self.skip("="):
                value = self.expression()
                out.append(
                    tree.Declaration(start, self.here(), token.text, None, value, modifiers=frozenset({"const"}))
                )
            elif token.text in ("?>", "}"):
                break

    def _declaration(self, out: list[tree.Node]) -> None:
        """Parse a function, or an expression that begins as one."""
        start = self.here()
        ahead = 2 if self.word(1) == "&" else 1
        if self.token(ahead).kind != "name":
            out.append(self.expression())
            self.skip(";")
            return
        name = self.token(ahead).text
        self.at += ahead + 1
        out.append(self._function(start, name, "function"))

    def _function(self, start: int, name: str, kind: str) -> tree.Function:
        """Parse the parameters, captured variables and body of a function."""
        parameters, captured = list[tree.Parameter](), list[str]()
        if self.skip("("):
            parameters = self._parameters()
        if self.skip("use") and self.skip("("):
            is_reference = False
            while self.at < self.size and not self.skip(")"):
                if self.token().kind == "variable":
                    captured.append(("&" if is_reference else "") + self.token().text)
                is_reference = self.word() == "&"
                self.at += 1
        while self.at < self.size and self.word() not in ("{", ";", "=>", "}", "?>"):
            self.at += 1
        body = None
        if self.word() == "=>":
            self.at += 1
            place = self.here()
            value = self.expression()
            body = tree.Block(place, self.here(), [tree.Jump(place, self.here(), "return", value)])
        elif self.word() == "{":
            body = self._block()
        else:
            self.skip(";")
        return tree.Function(start, self.here(), name, parameters, body, kind, handles=tuple(captured))

    def _parameters(self) -> list[tree.Parameter]:
        found: list[tree.Parameter] = []
        by, promoted = "value", False
        while self.at < self.size and not self.skip(")"):
            start, token = self.here(), self.token()
            word = self.word()
            if word == "#":
                self._skip_attributes()
                continue
            self.at += 1
            if token.kind == "variable":
                default = self.expression() if self.skip("=") else None
                type_ = tree.TypeName(start, start, "promoted") if promoted else None
                found.append(tree.Parameter(start, self.here(), token.text, type_, by, default))
                by, promoted = "value", False
            elif word in ("&", "..."):
                by = "ref" if word == "&" else "rest"
            elif word in ("public", "private", "protected", "readonly"):
                promoted = True
            elif word in ("{", ";"):
                break
        return found

    def _class(self, out: list[tree.Node]) -> None:
        """Parse a class, interface, trait or enumeration."""
        start, modifiers = self.here(), set[str]()
        while self.word() in ("abstract", "final", "readonly"):
            modifiers.add(self.word())
            self.at += 1
        kind = self.word()
        if kind not in _CLASSES or self.token(1).kind != "name":
            out.append(self.expression())
            self.skip(";")
            return
        name = self.token(1).text
        self.at += 2
        out.append(self._class_body(start, name, kind, frozenset(modifiers)))

    def _class_body(self, start: int, name: str, kind: str, modifiers: frozenset[str]) -> tree.Class:
        bases: list[tree.TypeName] = []
        while self.at < self.size and self.word() not in ("{", ";", "?>"):
            if self.token().kind == "name" and self.word() not in ("extends", "implements"):
                bases.append(tree.TypeName(self.here(), self.here() + 1, self.token().text))
            self.at += 1
        made = tree.Class(start, start, name, kind, bases, [], modifiers=modifiers)
        if self.skip("{"):
            while self.at < self.size and not self.skip("}"):
                self._class_member(made)
        made.end = self.here()
        return made

    def _class_member(self, made: tree.Class) -> None:
        start, modifiers = self.here(), set[str]()
        if self.word() == "#":
            self._skip_attributes()
            return
        while self.word() in _MODIFIERS and not (self.word() == "const" and self.word(1) == "="):
            modifiers.add(self.word())
            self.at += 1
        word = self.word()
        if word == "function":
            self.at += 1 + (self.word(1) == "&")
            name = self.token().text
            self.at += 1
            function = self._function(start, name, "function")
            function.modifiers = frozenset(modifiers)
            made.members.append(function)
        elif word == "use":
            while self.at < self.size and self.word() not in (";", "{", "}"):
                if self.token().kind == "name" and self.word() != "use":
                    made.bases.append(tree.TypeName(start, start + 1, self.token().text))
                self.at += 1
            self._pass_over()
        else:
            self._fields(made, modifiers)

    def _fields(self, made: tree.Class, modifiers: set[str]) -> None:
        """Parse properties, constants and cases of an enumeration."""
        is_case = self.skip("case")
        while self.at < self.size and self.word() not in (";", "}", "?>"):
            start, token = self.here(), self.token()
            self.at += 1
            is_constant = "const" in modifiers or is_case
            if token.kind == "variable" or (is_constant and token.kind == "name" and self.word() in ("=", ";")):
                value = self.expression() if self.skip("=") else None
                kind = {"const"} if is_constant else modifiers
                made.members.append(
                    tree.Declaration(start, self.here(), token.text, None, value, modifiers=frozenset(kind))
                )
            elif token.text == "{":
                self.at -= 1
                self._pass_over()
                return
        _ = self.skip(";") or self.skip("?>")

    def _namespace(self, out: list[tree.Node]) -> None:
        start = self.here()
        self.at += 1
        name = ""
        if self.token().kind == "name":
            name = self.token().text
            self.at += 1
        out.append(tree.Class(start, self.here(), name, "namespace", [], []))
        self.skip(";")

    def _passed(self, out: list[tree.Node]) -> None:
        """Pass over a statement that says nothing here: ``use``, ``declare``."""
        while self.at < self.size and self.word() not in (";", "?>", "{"):
            self.at = self.partners.get(self.at, self.at) + 1
        self.skip(";")

    def _html(self, out: list[tree.Node]) -> None:
        self.at += 1


class _Anonymous(tree.Node):
    """A class without a name, where it is made."""

    def __init__(self, start: int, end: int, made: tree.Class) -> None:
        super().__init__(start, end)
        self.made = made

    def children(self) -> Sequence[tree.Node]:
        """Return the class."""
        return [self.made]


Anonymous = _Anonymous
_LINKS = frozenset({"(", "[", "{", "->", "?->", "::", "++", "--"})
_CALLABLE = frozenset({"class", "enum", "namespace", "static", "readonly", "trait", "interface", "abstract", "final"})
"""Words that are names before a bracket."""
_STATEMENTS: dict[str, Callable[[_Parser, list[tree.Node]], None]] = {
    ";": _Parser._nothing, "?>": _Parser._html, "{": _Parser._braces, "}": _Parser._nothing, "if": _Parser._if,
    "while": _Parser._while, "do": _Parser._do, "for": _Parser._for, "foreach": _Parser._foreach,
    "switch": _Parser._switch, "try": _Parser._try, "echo": _Parser._echo, "function": _Parser._declaration,
    "class": _Parser._class, "interface": _Parser._class, "trait": _Parser._class, "enum": _Parser._class,
    "abstract": _Parser._class, "final": _Parser._class, "readonly": _Parser._class, "namespace": _Parser._namespace,
    "use": _Parser._passed, "declare": _Parser._passed, "global": _Parser._names, "static": _Parser._names,
    "const": _Parser._constants,
    **dict.fromkeys(("return", "break", "continue", "goto"), _Parser._jump),
}  # fmt: skip


def _partners(tokens: Sequence[Token]) -> dict[int, int]:
    """Return the closing bracket of each opening one."""
    partners: dict[int, int] = {}
    stack: list[tuple[str, int]] = []
    waiting = dict.fromkeys("([{", 0)
    for at, token in enumerate(tokens):
        if token.kind != "op":
            continue
        if token.text in waiting:
            waiting[token.text] += 1
            stack.append((token.text, at))
        elif (opening := _CLOSES.get(token.text)) is not None and waiting[opening]:
            while True:
                text, place = stack.pop()
                waiting[text] -= 1
                if text == opening:
                    break
            partners[place] = at
    return partners


def _number(text: str) -> int | float:
    """Return the value of a number."""
    text = text.replace("_", "")
    try:
        if text[:2].lower() in ("0x", "0b") or (text.isdigit() and len(text) < 40):
            is_octal = len(text) > 1 and text[0] == "0" and text.isdigit()
            return int(text, 8 if is_octal else 0)
        return float(text[:400])
    except ValueError:
        return 0


def _key_in_text(text: str, place: int) -> tree.Node:
    """Return the key in ``"$a[key]"``."""
    if text[0] == "$":
        return tree.Name(place, place, text)
    word = text.strip("'\"")
    is_number = re.fullmatch(r"-?\d{1,15}", text) is not None
    return tree.Literal(place, place, int(text) if is_number else word, "number" if is_number else "string")


def _closing(text: str, start: int) -> int:
    """Return the offset of the brace that ends an embedded expression."""
    depth = 1
    for at in range(start, min(len(text), start + 2000)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return at
    return min(len(text), start + 2000)


def _unescaped(text: str) -> str:
    return _ESCAPES.sub(_character, text) if "\\" in text else text


def _character(found: re.Match[str]) -> str:
    if found[1]:
        return _PLAIN.get(found[1], found[1])
    code = int(found[2], 8) if found[2] else int(found[3] or found[4], 16)
    return chr(code & 255)
