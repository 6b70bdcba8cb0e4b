"""Queries of VB.NET: each clause is written out as the call that it is, with lambdas for its expressions.

Where there are several variables, as after ``Let`` or a second ``From``, an object with one field for each goes from
clause to clause, and each lambda begins with the declarations of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from webshellhunt.lang import tree
from webshellhunt.lang.lexis import NAME, NEWLINE
from webshellhunt.lang.visual_basic.cursor import MAX_DEPTH
from webshellhunt.lang.visual_basic.markup import VbMarkup

_CLAUSES = frozenset(
    ("from", "where", "let", "order", "group", "join", "select", "distinct", "skip", "take", "aggregate", "into")
)
_MOST_NAMES = 8
"""Variables of a query that are followed; with more, the work for each clause would grow with their number."""
_PACKED = "$it"
"""The parameter of a lambda that stands for all variables; no name is spelled so."""
_GROUP = "$group"
"""The parameter that stands for one group."""


@dataclass(slots=True)
class _Query:
    """A query so far: the expression that it is, and its variables."""

    start: int
    value: tree.Node
    names: list[str]
    is_packed: bool = False


class VbQueries(VbMarkup):
    """Parses queries."""

    def query(self) -> tree.Node | None:
        """``From x In items Where … Select …``, and ``Aggregate x In items Into Sum(x)``."""
        start = self._at
        words = self.words
        if self.kinds[start + 1] != NAME or words[start + 2] not in ("in", "as") or self._depth >= MAX_DEPTH:
            return None
        self._depth += 1
        self._at += 1
        name, source = self._range_variable()
        query = _Query(start, source, [name])
        if self.take(","):
            self._from(query)
        steps = 0
        while (word := self._clause()) and steps < MAX_DEPTH:
            steps += 1
            self._steps += 1
            before = self._at
            self._read_clause(query, word)
            if self._at == before:
                break
        self._depth -= 1
        query.value.start = min(query.value.start, start)
        return query.value

    def _range_variable(self) -> tuple[str, tree.Node]:
        """Parse ``x As T In items``."""
        name = self.name()
        self.type_after_as()
        self._take("in")
        return name, self.expression()

    def _take(self, word: str) -> None:
        """Pass over a word, and over a line end after it."""
        if self.take(word) and self.words[self._at] == "\n" and self._at < self.size:
            self._at += 1

    def _clause(self) -> str:
        """Return the word that begins the next clause, a line end before it passed over; empty without one."""
        at = self._at
        if self.kinds[at] == NEWLINE and self.words[at] == "\n":
            at += 1
        word, following = self.words[at], self.words[at + 1]
        if word not in _CLAUSES or following in ("=", ".", "case"):
            return ""
        if word in ("order", "group") and following not in ("by", "join") and self.kinds[at + 1] != NAME:
            return ""
        self._at = at
        return word

    def _read_clause(self, query: _Query, word: str) -> None:
        if word == "distinct":  # the whole clause: a line end after it ends the query
            self.take(word)
            self._add(query, "distinct", [])
            return
        self._take(word)
        if word == "where":
            self._add(query, "where", [self._lambda(query, self.expression())])
        elif word == "select":
            self._select(query)
        elif word == "let":
            self._let(query)
        elif word in ("from", "aggregate"):
            self._from(query)
        elif word == "order":
            self._order(query)
        elif word in ("skip", "take"):
            self._cut(query, word)
        elif word == "join":
            self._join(query, "join")
        elif word == "into":
            self._into(query)
        else:
            self._group(query)

    # Clauses --------------------------------------------------------------------------------------------------------

    def _select(self, query: _Query) -> None:
        """``Select x`` and ``Select a = x, b``."""
        entries = [self._entry()]
        while self.take(","):
            entries.append(self._entry())
        if len(entries) == 1:
            self._add(query, "select", [self._lambda(query, entries[0].value)])
            query.names, query.is_packed = [_text_of(entries[0].key)], False
            return
        made = tree.New(entries[0].start, self._at, None, [], tree.Entries(entries[0].start, self._at, entries))
        self._add(query, "select", [self._lambda(query, made)])
        query.names, query.is_packed = [_text_of(entry.key) for entry in entries][:_MOST_NAMES], True

    def _entry(self) -> tree.Entry:
        """Parse ``name = value``, or a value whose last name is its own."""
        start = self._at
        if self.kinds[start] == NAME and self.words[start + 1] == "=":
            self._at += 2
            value = self.expression()
            return tree.Entry(start, self._at, tree.Name(start, start + 1, self.values[start]), value)
        value = self.expression()
        name = value.name if isinstance(value, tree.Member) else value.text if isinstance(value, tree.Name) else ""
        return tree.Entry(start, self._at, tree.Name(start, start, name), value)

    def _let(self, query: _Query) -> None:
        """``Let y = value``: an object with one field more."""
        while True:
            start = self._at
            entry = self._entry()
            name = _text_of(entry.key)
            names = [*query.names, name][:_MOST_NAMES]
            fields = [*self._fields(query.names, start), entry]
            made = tree.New(start, self._at, None, [], tree.Entries(start, self._at, fields))
            self._add(query, "select", [self._lambda(query, made)])
            query.names, query.is_packed = names[:_MOST_NAMES], True
            if not self.take(","):
                return

    def _from(self, query: _Query) -> None:
        """``From y In x.items``: the items of each of them, one after the other."""
        while True:
            name, source = self._range_variable()
            self._add(query, "selectmany", [self._lambda(query, source), self._pair(query, name)])
            query.names, query.is_packed = [*query.names, name][:_MOST_NAMES], True
            if not self.take(","):
                return

    def _order(self, query: _Query) -> None:
        """``Order By x.a, x.b Descending``."""
        self._take("by")
        method = "orderby"
        while True:
            key = self._lambda(query, self.expression())
            is_descending = self.take("descending")
            if not is_descending:
                self.take("ascending")
            self._add(query, method + "descending" * is_descending, [key])
            method = "thenby"
            if not self.take(","):
                return

    def _cut(self, query: _Query, word: str) -> None:
        """``Skip 5``, ``Take While test``."""
        if self.take("while"):
            self._add(query, f"{word}while", [self._lambda(query, self.expression())])
        else:
            self._add(query, word, [self.expression()])

    def _join(self, query: _Query, method: str) -> None:
        """``Join y In items On x.a Equals y.b``."""
        name, source = self._range_variable()
        self._take("on")
        left = self._lambda(query, self.expression())
        self.take("equals")
        right = self._lambda(_Query(query.start, source, [name]), self.expression())
        while self.take("equals"):  # of the other keys; which elements meet is not followed
            self.expression()
        if method == "groupjoin" and self.take("into"):
            entry = self._entry()
            name = _text_of(entry.key) or "group"
        self._add(query, method, [source, left, right, self._pair(query, name)])
        query.names, query.is_packed = [*query.names, name][:_MOST_NAMES], True

    def _group(self, query: _Query) -> None:
        """``Group x By key Into Group``, ``Group Join``: the key and the group are the variables after."""
        if self.take("join"):
            self._join(query, "groupjoin")
            return
        arguments: list[tree.Node] = []
        chosen = None if self.words[self._at] == "by" else self._lambda(query, self._entry().value)
        self._take("by")
        entry = self._entry()
        arguments.append(self._lambda(query, entry.value))
        while self.take(","):
            arguments.append(self._lambda(query, self._entry().value))
        inner = _Query(query.start, query.value, query.names, query.is_packed)
        self._add(query, "groupby", [*arguments[:1], *([] if chosen is None else [chosen])])
        at = self._at
        fields = [tree.Entry(at, at, tree.Name(at, at, _text_of(entry.key) or "key"), _member_of_group(at, "key"))]
        if self._clause() == "into":
            self._at += 1
            fields.append(self._of_group(inner, self._entry()))
            while self.take(","):
                fields.append(self._of_group(inner, self._entry()))
        else:
            fields.append(tree.Entry(at, at, tree.Name(at, at, "group"), tree.Name(at, at, _GROUP)))
        fields = fields[:_MOST_NAMES]
        made = tree.New(self._at, self._at, None, [], tree.Entries(self._at, self._at, fields))
        self._add(query, "select", [_function(made, [_GROUP], [])])
        query.names, query.is_packed = [_text_of(each.key) for each in fields], True

    def _of_group(self, inner: _Query, entry: tree.Entry) -> tree.Entry:
        """Return a field of the result of ``Group By``: the group, or a function over it."""
        at, value = entry.start, entry.value
        if isinstance(value, tree.Call) and isinstance(value.callee, tree.Name):
            arguments: list[tree.Node] = [self._lambda(inner, each) for each in value.arguments]
            made: tree.Node = tree.Call(at, at, _member_of_group(at, value.callee.text), arguments)
            name = _text_of(entry.key) or value.callee.text
        else:
            made, name = tree.Name(at, at, _GROUP), _text_of(entry.key) or "group"
        return tree.Entry(at, at, tree.Name(at, at, name), made)

    def _into(self, query: _Query) -> None:
        """``Into total = Sum(x.a)`` of ``Aggregate``: the call of that name."""
        value = self._entry().value
        callee, arguments = (value.callee, value.arguments) if isinstance(value, tree.Call) else (value, [])
        name = callee.text if isinstance(callee, tree.Name) else ""
        self._add(query, name, [self._lambda(query, each) for each in arguments])

    # The parts of clauses ----------------------------------------------------------------------------------------

    def _add(self, query: _Query, method: str, arguments: list[tree.Node]) -> None:
        """Let the query be the call of a method of its former value."""
        subject = query.value
        callee = tree.Member(query.start, subject.end, subject, method)
        query.value = tree.Call(query.start, self._at, callee, arguments)

    def _lambda(self, query: _Query, value: tree.Node) -> tree.Lambda:
        """Return the function of the variables that has a value."""
        parameters = [_PACKED] if query.is_packed else query.names
        return _function(value, parameters, query.names if query.is_packed else [])

    def _pair(self, query: _Query, name: str) -> tree.Lambda:
        """Return the function that adds one variable to the others."""
        at = self._at
        made = tree.New(at, at, None, [], tree.Entries(at, at, self._fields([*query.names, name], at)))
        parameters = [_PACKED, name] if query.is_packed else [*query.names, name]
        return _function(made, parameters, query.names if query.is_packed else [])

    def _fields(self, names: list[str], at: int) -> list[tree.Entry]:
        return [tree.Entry(at, at, tree.Name(at, at, name), tree.Name(at, at, name)) for name in names]


def _member_of_group(at: int, name: str) -> tree.Member:
    return tree.Member(at, at, tree.Name(at, at, _GROUP), name)


def _function(value: tree.Node, parameters: list[str], unpacked: list[str]) -> tree.Lambda:
    start, end = value.start, value.end
    body: list[tree.Node] = [
        tree.Declaration(start, start, name, value=tree.Member(start, start, tree.Name(start, start, _PACKED), name))
        for name in unpacked
    ]
    body.append(tree.Jump(start, end, "return", value))
    taken = [tree.Parameter(start, start, name) for name in parameters]
    return tree.Lambda(start, end, tree.Function(start, end, "", taken, tree.Block(start, end, body)))


def _text_of(key: tree.Node) -> str:
    return key.text if isinstance(key, tree.Name) else ""
