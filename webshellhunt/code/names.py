"""Names: what is known of the names of a unit so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from webshellhunt.analysis.flows import Trace


@dataclass(slots=True)
class Names:
    """What is known of names so far; the key of a local is prefixed by its function. What is known first stays.

    ``plain`` are the names of which anything is known, without function or key: nearly no name of a page is among them.
    """

    traces: dict[str, Trace] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    returns: dict[str, Trace] = field(default_factory=dict)
    entries: dict[str, Trace] = field(default_factory=dict)
    plain: set[str] = field(default_factory=set, init=False)
    _news: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._note((*self.traces, *self.types, *self.returns))

    def carry(self, key: str, trace: Trace) -> None:
        """Let a name carry a trace."""
        if not self.is_carrying(key, trace):
            self.traces[key] = trace
            self._tell(key)

    def enter(self, key: str, trace: Trace) -> None:
        """Let a name carry what comes from outside of the page: the parameter of a function that a visitor calls."""
        self.entries[key] = trace
        self.carry(key, trace)

    def is_carrying(self, key: str, trace: Trace | None = None) -> bool:
        """Tell whether a name carries as much as a trace says (by default: as any could)."""
        held = self.traces.get(key)
        return held is not None and (not held.is_weak or (trace is not None and trace.is_weak))

    def type_as(self, key: str, kind: str) -> None:
        """Let a name be of a type."""
        if key not in self.types:
            self.types[key] = kind
            self._tell(key)

    def returned(self, function: str, trace: Trace) -> None:
        """Let a function return a trace."""
        held = self.returns.get(function)
        if held is None or (held.is_weak and not trace.is_weak):
            self.returns[function] = trace.through(function)
            self._tell(function)

    def hold(self, given: Mapping[str, Trace], returned: Mapping[str, Trace]) -> None:
        """Let names carry, and functions return, what code in another language says of them."""
        self.traces.update(given)
        self.returns.update(returned)
        self.entries.update(given)
        self.entries.update(returned)
        self._note((*given, *returned))

    def take_over(self, outer: Names) -> None:
        """Let names be what they are in the code that runs this one, also in the function that it is run in."""
        for key, trace in outer.traces.items():
            name = key.rpartition("\0")[2]
            self.entries.setdefault(name, trace._replace(token=-1))
            self.traces.setdefault(name, self.entries[name])
        for key, kind in outer.types.items():
            self.types.setdefault(key.rpartition("\0")[2], kind)
        self._note((*self.traces, *self.types))

    @property
    def has_news(self) -> bool:
        """Whether anything is known since the last call of `take_news`."""
        return bool(self._news)

    def take_news(self) -> list[tuple[str, str, bool]]:
        """Return the names of which something is known since the last call: function (``""``: any), plain name.

        The third value tells whether a type is known of it.
        """
        news, self._news = self._news, []
        return [(key.rpartition("\0")[0], _plain(key), key in self.types) for key in news]

    def _tell(self, key: str) -> None:
        self._news.append(key)
        self.plain.add(_plain(key))

    def _note(self, keys: Iterable[str]) -> None:
        self.plain.update(map(_plain, keys))


def _plain(key: str) -> str:
    """Return the name in a key: of a variable of a function, of an entry of a session, of what a function gives."""
    return key.rpartition("\0")[2].partition("(")[0]
