"""Reader of PHP statements: it evaluates each expression once, in the order of the text."""

from __future__ import annotations

import re

from webshellhunt.php.acts import execute, include
from webshellhunt.php.calls import call_by_name, construct
from webshellhunt.php.expressions import Expressions
from webshellhunt.php.guards import NONE, guard_of, leaves
from webshellhunt.php.lexer import Token, tokenize
from webshellhunt.php.state import Ref
from webshellhunt.php.values import (
    EMPTY,
    HERE,
    MOST_ITEMS,
    UNKNOWN,
    Value,
    concatenate,
    element,
    join,
    known,
    of_server,
)
from webshellhunt.php.vocabulary import INCLUDES

_SKIPPED = frozenset({"const", "var", "public", "private", "protected", "abstract", "final", "do", "try", "finally"})
_DECLARES = frozenset({"class", "interface", "trait", "namespace", "use"})
_BRANCHES = frozenset({"if", "elseif", "else", "while", "case", "default", "switch"})
_OF_EXPRESSION = frozenset({"return", "echo", "print", "exit", "die", "throw", "yield", "clone", "case", "from"})
_ESCAPES = re.compile(r"\\(?:([nrtvef\\$\"])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u\{([0-9A-Fa-f]{1,6})\})")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "e": "\x1b", "f": "\f"}
_INSIDE = re.compile(r"\\.|\{(?=\$)|\$\{|\$([A-Za-z_]\w{0,80})(?:\[([^\[\]]{1,80})\]|->(\w{1,80}))?", re.DOTALL)


class Reader(Expressions):
    """The reader of all code of a file, of a function, or of an executed text."""

    at: int
    returned: Value

    def read_all(self) -> None:
        """Evaluate all statements."""
        while self.at < self.end and not self.run.budget.is_spent:
            before = self.at
            self._statement()
            if self.at == before:
                self.take()

    def _statement(self) -> None:
        token = self.peek()
        word = token.text.lower() if token.kind == "name" else ""
        if token.kind == "op" and token.text in "{}":
            self.take()
            self._enter() if token.text == "{" else self._leave()
        elif word == "function" and self.peek(1).kind == "name":
            self._skip_declaration()
        elif word == "foreach":
            self._foreach()
        elif word in _BRANCHES:
            self._switch() if word == "switch" and self._is_switch() else self._branch()
        elif word == "global":
            while self.peek().text != ";" and self.at < self.end:
                self.scope.of_globals.add(self.take().text[1:])
        elif word in _DECLARES:
            while self.peek().text not in ("{", ";", "?>") and self.at < self.end:
                self.take()
        elif word in _SKIPPED:
            self.take()
        else:
            self.expression()

    def _enter(self) -> None:
        self.run.budget.blocks += 1
        self.blocks.append(self.run.budget.blocks)
        self.guards.enter(self.scope, len(self.blocks))

    def _leave(self, *, is_case: bool = False) -> None:
        if len(self.blocks) > 1:
            self.blocks.pop()
        self.guards.leave(self.scope, len(self.blocks), is_case=is_case)

    def _switch(self) -> None:
        """Begin the block of a switch that compares a variable."""
        name = self.peek(2).text[1:]
        self.at += 5
        self._enter()
        self.guards.switch(name, len(self.blocks))

    def _is_switch(self) -> bool:
        """Return True if a switch compares a variable here."""
        texts = [self.peek(ahead).text for ahead in (1, 3, 4)]
        return texts == ["(", ")", "{"] and self.peek(2).kind == "variable"

    def _branch(self) -> None:
        """Read the beginning of a branch, and its statement if that is not in braces."""
        word = self.take().text.lower()
        if word in ("case", "default"):
            is_label = word == "case" and self.peek(1).text in (":", ";")
            self.guards.case(self.peek() if is_label else None, len(self.blocks))
            self._leave(is_case=True)
            self._enter()
        if word in ("if", "elseif", "while") and self.peek().text == "(":
            self._condition(word)
        elif word == "case":
            self.expression()
        if word in ("if", "elseif", "else") and self.peek().text not in ("{", ":", "if") and self.at < self.end:
            self._nested_statement()

    def _condition(self, word: str) -> None:
        """Evaluate a condition, and note the guard that it is."""
        guard, negated = guard_of(self.tokens, self.at, self.scope) if word != "while" else (NONE, False)
        self.guards.pending = NONE
        self.take()
        self.expression()
        if not self.skip(")"):
            return
        if guard.texts and not negated and self.peek().text not in (":", "if"):
            self.guards.pending = guard
        elif guard.texts and word == "if" and negated and leaves(self.tokens, self.at, guard.name):
            self.guards.pending = guard
            self.guards.enter(self.scope, len(self.blocks))

    def _nested_statement(self) -> None:
        budget = self.run.budget
        self._enter()
        budget.depth += 1
        if budget.may_deepen():
            self._statement()
        budget.depth -= 1
        self._leave()

    def _skip_declaration(self) -> None:
        while self.peek().text not in ("{", ";") and self.at < self.end:
            self.take()
        depth = 0
        while self.at < self.end:
            text = self.take()
            depth += (text.kind == "op") * ((text.text == "{") - (text.text == "}"))
            if depth <= 0:
                return

    def _foreach(self) -> None:
        self.take()
        self.skip("(")
        array = self.expression()
        self.run.budget.spend(array)
        if self.peek().text.lower() == "as":
            self.take()
            _, ref = self.operand()
            each = element(array, None) if array.is_tainted or array.items else Value(decoded=array.decoded)
            if self.skip("=>"):
                key_of = ref
                _, ref = self.operand()
                if key_of is not None and array.source is not None:
                    self.assign(key_of, Value(source=array.source, leads=True))
            if ref is not None:
                self.assign(ref, each)
        self.skip(")")

    def name(self, token: Token) -> Value:
        """Evaluate an expression that begins with a name."""
        word = token.text.lower().rpartition("\\")[2]
        if word in INCLUDES:
            path = self.expression()
            include(path, self.run, self.scope, self.where(token))
            return UNKNOWN
        if word == "new":
            return self._new(token)
        if word in ("function", "fn"):
            self._closure()
            return UNKNOWN
        if word in _OF_EXPRESSION:
            value = UNKNOWN if self.peek().text in (";", "?>", ")") else self.expression()
            if word == "return":
                self.returned = join(self.returned, value)
            return value
        if word == "__dir__":
            return HERE
        if self.peek().text == "(" and self.peek().kind == "op":
            return self._called(word, token)
        constant = self.run.constants.get(token.text)
        return constant if constant is not None else known(token.text)

    def _called(self, word: str, token: Token) -> Value:
        if word == "list":
            return self._list()
        if word == "array":
            self.take()
            return self.array(")")
        values, refs = self.arguments()
        if word == "eval":
            execute("eval", values, self.run, self.scope, self.where(token))
            return UNKNOWN
        return call_by_name(self.call(word, values, refs, token), of_php=token.text.lower() == f"\\{word}")

    def array(self, closing: str) -> Value:
        """Evaluate the elements of an array."""
        items: dict[str, Value] = {}
        while self.at < self.end and not self.skip(closing):
            before = self.at
            value, key = self.expression(), None
            if self.skip("=>"):
                key, value = value.text, self.expression()
            self.run.budget.spend(value)
            if len(items) < MOST_ITEMS:
                items[str(len(items)) if key is None else key] = value
            self.skip(",")
            if self.at == before:
                self.take()
        return Value(items=items) if items else UNKNOWN

    def _list(self) -> Value:
        """Assign the elements of an array to several variables."""
        refs: list[Ref | None] = []
        self.take()
        while self.at < self.end and not self.skip(")"):
            before = self.at
            refs.append(None if self.peek().text == "," else self.operand()[1])
            self.skip(",")
            if self.at == before:
                self.take()
        if not self.skip("="):
            return UNKNOWN
        value = self.expression()
        for index, ref in enumerate(refs):
            if ref is not None:
                self.assign(ref, element(value, str(index)) if value.is_tainted or value.items else UNKNOWN)
        return value

    def _new(self, token: Token) -> Value:
        named = self.take()
        name = self.variable(named.text[1:], named)[0] if named.kind == "variable" else known(named.text)
        values: list[Value] = []
        refs: list[Ref | None] = []
        if self.peek().text == "(":
            values, refs = self.arguments()
        return construct(name, self.call("new", values, refs, token))

    def _closure(self) -> None:
        while self.peek().text not in ("{", "=>", ";") and self.at < self.end:
            self.take()

    def filled(self, token: Token) -> Value:
        """Return the text of a template, with its variables."""
        value, last, text, budget = EMPTY, 0, token.text, self.run.budget
        for found in _INSIDE.finditer(text):
            if found.start() < last or found[0][0] == "\\":
                continue
            if budget.is_spent:
                return UNKNOWN
            value = concatenate(value, known(_unescaped(text[last : found.start()])))
            inner, last = self._embedded(text, found, token)
            value = concatenate(value, inner)
            budget.steps += 1
            budget.work += len(inner.text or "") + (len(value.text or "") >> 6)
        return concatenate(value, known(_unescaped(text[last:])))

    def _embedded(self, text: str, found: re.Match[str], token: Token) -> tuple[Value, int]:
        if found[1]:
            value, _ = self.variable(f"this->{found[3]}" if found[3] else found[1], token)
            key = (found[2] or "").strip("'\"")
            if value.uploaded == "server":
                return of_server(value, key), found.end()
            return element(value, key) if found[2] else value, found.end()
        start = found.end()
        end = _closing(text, start)
        code = text[start:end] if found[0] == "{" else f"${{{text[start:end]}}}"
        inner = Reader(tokenize(code, in_code=True), self.run, self.scope, place=self.where(token))
        return inner.expression(), end + 1


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
