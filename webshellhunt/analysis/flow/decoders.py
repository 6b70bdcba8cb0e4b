"""Decoders: evaluators of a text that a function of the page makes of a constant, where that is not worked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webshellhunt.analysis.constants import Constant, Constants
from webshellhunt.analysis.flow.evaluated import Evaluations
from webshellhunt.analysis.flow.flows import Flow
from webshellhunt.analysis.traces import Trace
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.dotted_names import root_name
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Binary, Call, Function, Name, Node, walk
from webshellhunt.lazy_pattern import lazy_pattern

SHORTEST = 12
"""Characters of a constant that may hide code; it has more than letters."""
_READING = frozenset(
    {
        "loadfromfile",
        "opentextfile",
        "openastextstream",
        "readall",
        "responsetext",
        "responsebody",
        "getfolder",
        "getfile",
    }
)
"""Names in a function that gets text from elsewhere: its argument says from where, and hides nothing."""
_COMPARING = frozenset({"<", ">", "<=", ">=", "<>", "==", "!=", "===", "!=="})
_LONGEST_SHOWN = 24
_LONGEST_NAME = 64
_FILE = lazy_pattern(r"(?i)[\w./\\ -]+\.[a-z]{2,4}")
_MOST_NAMES = 40


def find_decoded(
    index: SyntaxIndex, constants: Constants, told: Iterable[int], declared: frozenset[str] = frozenset()
) -> Iterator[Flow]:
    """Yield a flow for each evaluator of text that the page decodes.

    ``told``: the places of evaluators whose arguments the run knows. ``declared``: the evaluators of the language that
    are functions in an include.
    """
    known = frozenset(told)
    evaluations = Evaluations(index, declared)
    if not index.functions or known.issuperset(evaluations.calls):
        return
    for place, call in evaluations.calls.items():
        if place in known or not call.arguments or _is_truth(call.arguments[0]):
            continue
        decoding = next(_decoding(index, constants, call.arguments[0]), None)
        sink = next(iter(vocabulary().sink((index.tokens.values[place].lower(),))), None)
        if decoding is None or sink is None or sink.kind != "evaluate":
            continue
        name, constant = decoding
        origin = f"{name.text}({constant.value[:_LONGEST_SHOWN]!r}…)"
        yield Flow(sink, sink.pattern[-1].lower(), place, Trace("decoded", origin, name.start), hidden=True)


def _is_truth(argument: Node) -> bool:
    """True for a comparison, whose result is no code whatever is compared."""
    return isinstance(argument, Binary) and not _COMPARING.isdisjoint(argument.operators)


def _decoding(index: SyntaxIndex, constants: Constants, argument: Node) -> Iterator[tuple[Name, Constant]]:
    """Yield the function of the page that makes a value of a constant, also by way of a variable."""
    waiting, seen = [argument], set[str]()
    while waiting and len(seen) < _MOST_NAMES:
        for node in _walk_texts(index, waiting.pop()):
            if isinstance(node, Call) and isinstance(node.callee, Name):
                function = index.functions.get(node.callee.text.lower())
                longest = max(_given(constants, node), key=lambda each: len(each.value), default=None)
                if function and longest is not None:
                    yield node.callee, longest
            name = root_name(node) if isinstance(node, Name) else ""
            if name and name not in seen:
                seen.add(name)
                waiting += [each.value for each in index.assigned.get(name, ())]


def _walk_texts(index: SyntaxIndex, top: Node) -> Iterator[Node]:
    """Yield the nodes below one, without calls of functions of the page that read a text, whose arguments say where."""
    stack = [top]
    while stack:
        node = stack.pop()
        name = node.callee.text.lower() if isinstance(node, Call) and isinstance(node.callee, Name) else ""
        if not any(_reads(index, each) for each in index.functions.get(name, ())):
            yield node
            stack += node.children()[::-1]


def _given(constants: Constants, call: Call) -> list[Constant]:
    """Return the constants in the arguments of a call that may hide code."""
    found = [constant for argument in call.arguments for constant in constants.within(argument)]
    names = [each for argument in call.arguments for each in walk(argument) if isinstance(each, Name)]
    if not all(any(constant.start <= each.start < constant.end for constant in found) for each in names):
        return []  # something else is passed as well
    return [each for each in found if len(each.value) >= SHORTEST and not _is_name(each.value)]


def _is_name(text: str) -> bool:
    """True for a word, and for the name of a file."""
    return text.isalpha() or (len(text) <= _LONGEST_NAME and _FILE.fullmatch(text) is not None)


def _reads(index: SyntaxIndex, function: Function) -> bool:
    """True if a function, or one that it calls, gets text from a file or another server."""
    waiting, seen = [function], {function}
    while waiting and len(seen) < _MOST_NAMES:
        for dotted in index.within(waiting.pop(0)):  # the nearest first
            if not _READING.isdisjoint(dotted.names):
                return True
            own = (index.functions.get(name, ()) for name in dict.fromkeys((dotted.names[0], dotted.names[-1])))
            called = [each for group in own for each in group if each not in seen]
            seen.update(called)
            waiting += called
    return False
