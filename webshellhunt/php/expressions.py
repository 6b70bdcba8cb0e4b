"""Reader of PHP expressions: operators, variables, elements and calls."""

from __future__ import annotations

from webshellhunt.php.acts import Call, run_command
from webshellhunt.php.calls import call_method, call_value
from webshellhunt.php.folding import binary, inverted
from webshellhunt.php.guards import Guards
from webshellhunt.php.lexer import Token
from webshellhunt.php.state import Place, Ref, Run, Scope
from webshellhunt.php.values import EMPTY, UNKNOWN, Value, concatenate, element, join, known, of_server, visitor
from webshellhunt.php.vocabulary import ASSIGNS, FILES, PRECEDENCE, REQUEST, SERVER, SUPERGLOBALS

_END = Token("end", "", 0, 0)
MOST_KEYS = 3


class Expressions:
    """The tokens of some code, and the position in them; ``place`` is the place to report for code from a text."""

    def __init__(
        self, tokens: list[Token], run: Run, scope: Scope, *, place: Place | None = None, start: int = 0, end: int = -1
    ) -> None:
        self.tokens = tokens
        self.run = run
        self.scope = scope
        self.place = place
        self.at: int = start
        self.end: int = len(tokens) if end < 0 else end
        self.blocks: list[int] = [0]
        self.guards: Guards = Guards()
        self.returned: Value = UNKNOWN

    def peek(self, ahead: int = 0) -> Token:
        """Return a token without reading it."""
        return self.tokens[self.at + ahead] if self.at + ahead < self.end else _END

    def take(self) -> Token:
        """Read one token."""
        token = self.peek()
        self.at += 1
        self.run.budget.steps += 1
        return token

    def skip(self, text: str) -> bool:
        """Read the next token if it is this operator."""
        if self.peek().text == text and self.peek().kind == "op":
            self.take()
            return True
        return False

    def where(self, token: Token) -> tuple[int, int]:
        """Return the place of a token in the file."""
        return self.place or (token.start, token.end)

    def expression(self, lowest: int = 0) -> Value:
        """Evaluate one expression."""
        budget = self.run.budget
        if budget.is_spent or not budget.may_deepen():
            self.take()
            return UNKNOWN
        budget.depth += 1
        value, ref = self.operand()
        token = self.peek()
        if ref is not None and token.kind == "op" and token.text in ASSIGNS:
            value = self._assignment(value, ref)
        value = self._operators(value, lowest)
        budget.depth -= 1
        return value

    def _assignment(self, value: Value, ref: Ref) -> Value:
        operator = self.take().text
        new = self.expression(4)
        self.run.budget.spend(new)
        if operator == ".=":
            new = concatenate(EMPTY if value is UNKNOWN else value, new)
        elif operator == "??=":
            new = join(value, new)
        elif operator != "=":
            self.run.budget.spend(value)
            new = binary(operator[0], value, new)
        self.assign(ref, new, adds=operator == ".=")
        return new

    def assign(self, ref: Ref, value: Value, *, adds: bool = False) -> None:
        """Assign a value to a variable or an element."""
        name, keys = ref
        if name == "GLOBALS" and keys and keys[0] is not None:
            name, keys = keys[0], keys[1:]
            self.run.top.assign(name, keys, value, -1)
        else:
            scope = self._scope_of(name)
            self.run.budget.work += len(value.items) + len(scope.values.get(name, UNKNOWN).items)
            scope.assign(name, keys, value, self.blocks[-1], adds=adds)

    def _scope_of(self, name: str) -> Scope:
        of_top = name in SUPERGLOBALS or "->" in name or name in self.scope.of_globals
        return self.run.top if of_top else self.scope

    def _operators(self, value: Value, lowest: int) -> Value:
        while True:
            token = self.peek()
            word = token.text.lower() if token.kind == "name" else token.text
            power = PRECEDENCE.get(word, 0) if token.kind in ("op", "name") else 0
            if power == 0 or power < lowest:
                return value
            self.take()
            value = self._combined(word, value, power)

    def _combined(self, word: str, value: Value, power: int) -> Value:
        if word == "?":
            first = value if self.peek().text == ":" else self.expression(5)
            self.skip(":")
            self.run.budget.spend(first)
            return join(first, self.expression(6))
        right = self.expression(power + 1 if word != "??" else power)
        if word == ".":
            self.run.budget.work += len(right.text or "")
            return concatenate(value, right)
        self.run.budget.spend(value)
        self.run.budget.spend(right)
        if word == "??":
            return join(value, right)
        return binary(word, value, right) if word in frozenset("|^&+-*/%") else UNKNOWN

    def operand(self) -> tuple[Value, Ref | None]:
        """Evaluate an operand, and return the variable that it is, if it is one."""
        token = self.take()
        budget = self.run.budget
        if not budget.may_deepen():
            return UNKNOWN, None
        budget.depth += 1
        value, ref = self._start(token)
        value, ref = self._postfix(value, ref, token)
        budget.work += len(value.text or "") >> 6
        budget.depth -= 1
        return value, ref

    def _start(self, token: Token) -> tuple[Value, Ref | None]:
        """Evaluate an operand without the elements, members and calls after it."""
        value, ref = UNKNOWN, None
        if token.kind in ("string", "number"):
            value = known(token.text)
        elif token.kind == "template":
            value = self.filled(token)
        elif token.kind == "tick":
            run_command("backticks", [self.filled(token)], self.run, self.where(token))
        elif token.kind == "variable":
            value, ref = self.variable(token.text[1:], token)
        elif token.kind == "cast":
            value = self.expression(20)
            value = (
                value if token.text in ("string", "array", "object", "binary") or value.text is not None else UNKNOWN
            )
        elif token.kind == "name":
            value = self.name(token)
        elif token.kind == "op":
            value, ref = self._prefix(token)
        return value, ref

    def _prefix(self, token: Token) -> tuple[Value, Ref | None]:
        if token.text == "(":
            return self._parentheses(token), None
        if token.text == "[":
            return self.array("]"), None
        if token.text == "$":
            return self._dynamic(token)
        if token.text == "~":
            value = self.expression(20)
            self.run.budget.spend(value)
            return inverted(value), None
        if token.text in ("@", "&", "..."):
            return self.operand()
        if token.text in ("!", "-", "+", "++", "--"):
            value = self.expression(20)
            return (binary(token.text, known("0"), value) if token.text in "+-" else UNKNOWN), None
        if token.text in (")", "]", "}", "{", ";", "?>"):
            self.at -= 1
        return UNKNOWN, None

    def _parentheses(self, token: Token) -> Value:
        """Evaluate an expression in parentheses, of which any number may be around it."""
        count = 1
        while self.skip("("):
            count += 1
        value = self.expression()
        while self.skip(")") and count > 1:
            count -= 1
            value = self._operators(self._postfix(value, None, token)[0], 0)
        return value

    def _dynamic(self, token: Token) -> tuple[Value, Ref | None]:
        if self.skip("{"):
            named = self.expression()
            self.skip("}")
        else:
            inner = self.peek()
            named = self.variable(self.take().text[1:], inner)[0] if inner.kind == "variable" else self.operand()[0]
        self.run.budget.spend(named)
        return self.variable(named.text, token) if named.text else (UNKNOWN, None)

    def variable(self, name: str, token: Token) -> tuple[Value, Ref]:
        """Return the value of a variable."""
        place = self.where(token)[0]
        ref: Ref = (name if "->" not in name else f"->{name.partition('->')[2]}", ())
        scope = self._scope_of(ref[0])
        if name in REQUEST:
            return visitor(place), ref
        if name in FILES:
            return Value(source=place, leads=True, uploaded="all"), ref
        if name in SERVER and name not in scope.values:
            return Value(source=place, leads=True, uploaded="server"), ref
        return scope.values.get(ref[0], scope.default), ref

    def _postfix(self, value: Value, ref: Ref | None, first: Token) -> tuple[Value, Ref | None]:
        while True:
            token = self.peek()
            if token.kind != "op":
                return value, ref
            if token.text == "[" or (token.text == "{" and ref is not None and first.kind in ("variable", "op")):
                value, ref = self._element(value, ref)
            elif token.text == "(" and (
                ref is not None or first.text in ("(", "[") or first.kind in ("string", "template")
            ):
                self.run.budget.spend(value)
                arguments, refs = self.arguments()
                value, ref = call_value(value, self.call("", arguments, refs, first)), None
            elif token.text in ("->", "?->", "::"):
                value, ref = self._member(value)
            elif token.text in ("++", "--"):
                self.take()
                value = UNKNOWN
            else:
                return value, ref

    def _element(self, value: Value, ref: Ref | None) -> tuple[Value, Ref | None]:
        closing = "]" if self.take().text == "[" else "}"
        key = UNKNOWN if self.peek().text == closing else self.expression()
        self.skip(closing)
        name, keys = ref if ref is not None else ("", ())
        inner = None if ref is None else (name, (*keys[:MOST_KEYS], key.text))
        self.run.budget.spend(key)
        self.run.budget.work += len(value.items)
        if name == "GLOBALS" and not keys and key.text is not None:
            return self.variable(key.text, self.peek(-1))
        if value.uploaded == "server":
            return of_server(value, key.text), inner
        return element(value, key.text), inner

    def _member(self, value: Value) -> tuple[Value, Ref | None]:
        self.take()
        token = self.take()
        named = token.text
        if token.text == "{":
            key = self.expression()
            self.run.budget.spend(key)
            named = key.text or ""
            self.skip("}")
        elif token.kind == "variable":
            named = token.text[1:] if self.peek(-2).text == "::" else self.variable(token.text[1:], token)[0].text or ""
        if self.peek().text == "(" and self.peek().kind == "op":
            arguments, refs = self.arguments()
            return call_method(value, self.call(named.lower(), arguments, refs, token)), None
        return self.variable(f"this->{named}", token)

    def arguments(self) -> tuple[list[Value], list[Ref | None]]:
        """Evaluate the arguments of a call."""
        values: list[Value] = []
        refs: list[Ref | None] = []
        self.skip("(")
        while self.at < self.end and not self.skip(")"):
            before, token = self.at, self.peek()
            simple = token.kind == "variable" and self.peek(1).text in (",", ")")
            refs.append((token.text[1:], ()) if simple else None)
            values.append(self.expression())
            self.run.budget.spend(values[-1])
            self.skip(",")
            if self.at == before:
                self.take()
        return values, refs

    def call(self, name: str, values: list[Value], refs: list[Ref | None], token: Token) -> Call:
        """Return a call with the state of the analysis."""
        return Call(name, values, refs, self.run, self.scope, self.where(token), self.assign)

    def name(self, token: Token) -> Value:
        """Evaluate an expression that begins with a name."""
        raise NotImplementedError

    def array(self, closing: str) -> Value:
        """Evaluate the elements of an array."""
        raise NotImplementedError

    def filled(self, token: Token) -> Value:
        """Return the text of a template, with its variables."""
        raise NotImplementedError
