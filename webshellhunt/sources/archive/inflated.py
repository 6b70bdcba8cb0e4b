"""Content compressed by deflate or gzip, readable at any offset: the state of the decompressor is kept at intervals."""

from __future__ import annotations

import zlib
from bisect import bisect_right
from typing import NamedTuple, Protocol

from webshellhunt.errors import UnreadableError
from webshellhunt.sources.views import View

DEFLATE, GZIP = -15, 31
"""The formats, as ``wbits`` of ``zlib``."""

_INPUT = 64 * 1024
_PIECE = 256 * 1024
_SPACING = 1024 * 1024
_MOST_STATES = 64  # of some 45 KB each
_DAMAGED = "its compressed data is damaged or cut off"


class _Engine(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unconsumed_tail(self) -> bytes: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...

    def copy(self) -> _Engine: ...


class _State(NamedTuple):
    """A decompressor after ``out`` bytes of the content, which needs the compressed bytes from ``at`` on."""

    out: int
    at: int
    engine: _Engine


class InflatedView:
    """The content of a compressed view.

    Reading forward costs one pass; reading at an earlier offset resumes at the nearest state before it. The distance of
    the states grows with the content, so that their number is bounded.
    """

    def __init__(self, packed: View, form: int, size_bytes: int, most_states: int = _MOST_STATES) -> None:
        self._most_states = most_states
        self.size_bytes = size_bytes
        self._packed = packed
        self._form = form
        self._states: list[_State] = []
        self._outs: list[int] = []
        self._spacing = _SPACING
        self._now = self._first()

    def read(self, offset: int, count: int) -> bytes:
        """Return bytes of the content."""
        self._resume(offset)
        parts: list[bytes] = []
        end = offset + count
        while self._now.out < end:
            start = self._now.out
            part = self._next(min(_PIECE, end - start))
            if not part:
                break
            if start + len(part) > offset:
                parts.append(part[max(0, offset - start) :])
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _resume(self, offset: int) -> None:
        """Move to the nearest state before an offset, unless the present one is nearer."""
        number = bisect_right(self._outs, offset) - 1
        best = self._states[number] if number >= 0 else None
        if best is None and self._now.out > offset:
            self._now = self._first()
        elif best is not None and not best.out <= self._now.out <= offset:
            self._now = best._replace(engine=best.engine.copy())

    def _first(self) -> _State:
        return _State(0, 0, zlib.decompressobj(self._form))

    def _next(self, most: int) -> bytes:
        """Return the next bytes of the content; none at its end."""
        out, at, engine = self._now
        while True:
            if engine.eof:
                following = self._following(at - len(engine.unused_data), engine)
                if following is None:
                    return b""
                at, engine = following
            data = engine.unconsumed_tail
            if not data:
                data = self._packed.read(at, _INPUT)
                at += len(data)
            part = self._decompress(engine, data, most)
            if part:
                self._now = _State(out + len(part), at, engine)
                self._keep(self._now)
                return part
            if not data and not engine.eof:
                raise UnreadableError(_DAMAGED)
            self._now = _State(out, at, engine)

    def _following(self, at: int, engine: _Engine) -> tuple[int, _Engine] | None:
        """Return the place and decompressor of a further member of a gzip file, or ``None`` at the end."""
        if self._form != GZIP or self._packed.read(at, 2) != b"\x1f\x8b":
            return None
        return at, zlib.decompressobj(self._form)

    def _decompress(self, engine: _Engine, data: bytes, most: int) -> bytes:
        try:
            return engine.decompress(data, most)
        except (zlib.error, MemoryError) as error:
            raise UnreadableError(_DAMAGED) from error

    def _keep(self, state: _State) -> None:
        if state.out < (self._outs[-1] if self._outs else 0) + self._spacing:
            return
        self._states.append(state._replace(engine=state.engine.copy()))
        if len(self._states) > self._most_states:
            del self._states[::2]
            self._spacing *= 2
        self._outs = [each.out for each in self._states]
