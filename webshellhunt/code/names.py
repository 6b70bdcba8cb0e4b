"""Names: what is known of the names of a unit so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from webshellhunt.code.trace import Trace


@dataclass(slots=True)
class Names:
    """What is known of names so far; the key of a local is prefixed by its function. What is known first stays."""

    traces: dict[str, Trace] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    returns: dict[str, Trace] = field(default_factory=dict)
    _news: list[str] = field(default_factory=list)

    def carry(self, key: str, trace: Trace) -> None:
        """Let a name carry a trace."""
        if not self.is_carrying(key, trace):
            self.traces[key] = trace
            self._news.append(key)

    def is_carrying(self, key: str, trace: Trace | None = None) -> bool:
        """Tell whether a name carries as much as a trace says (by default: as any could)."""
        held = self.traces.get(key)
        return held is not None and (not held.is_weak or (trace is not None and trace.is_weak))

    def type_as(self, key: str, kind: str) -> None:
        """Let a name be of a type."""
        if key not in self.types:
            self.types[key] = kind
            self._news.append(key)

    def returned(self, function: str, trace: Trace) -> None:
        """Let a function return a trace."""
        held = self.returns.get(function)
        if held is None or (held.is_weak and not trace.is_weak):
            self.returns[function] = trace.through(function)
            self._news.append(function)

    def take_over(self, outer: Names) -> None:
        """Let names be what they are in the code that runs this one, also in the function that it is run in."""
        for key, trace in outer.traces.items():
            self.traces.setdefault(key.rpartition("\0")[2], replace(trace, token=-1))
        for key, kind in outer.types.items():
            self.types.setdefault(key.rpartition("\0")[2], kind)

    def take_news(self) -> list[tuple[str, str]]:
        """Return the names of which something is known since the last call: function (``""``: any), plain name."""
        news, self._news = self._news, []
        keys = (key.rpartition("\0") for key in news)
        return [(scope, name.partition("(")[0]) for scope, _, name in keys]
