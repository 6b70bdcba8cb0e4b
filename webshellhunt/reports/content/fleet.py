"""A fleet in words: the difference of an outlier, a thing that hosts share, and the row of a host."""

from collections.abc import Sequence
from typing import Final

from webshellhunt.model.fleet import FleetHost, OnHost, Outlier, OutlierKind, Shared, SharedKind
from webshellhunt.model.report import AssessmentState
from webshellhunt.reports.content.subjects import disposition_words
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.times import second
from webshellhunt.views.figures import count_in_words

EXIT_NOTE: Final = "An outlier alone is no accusation, and does not change the exit status."

_STATES: Final[dict[str, str]] = {
    AssessmentState.EXPLOITATION_TRACES_ONLY: "exploitation traces"
}  # there may be suspicious files, too
_NAME: Final = 24
_VALUE: Final = 120
_DIGITS: Final = 16
_PATCH_STATE: Final = 40


def state_words(host: FleetHost) -> str:
    """Return the state of a host."""
    state = _STATES.get(host.shown_state, host.shown_state.replace("_", " "))
    return f"{state}, interrupted" if host.interrupted else state


def patch_words(host: FleetHost) -> str:
    """Return the update or build of a host, and the waves that are open at it; empty if none is known."""
    waves = f"open to {len(host.open_waves)} waves" if len(host.open_waves) > 1 else ""
    waves = waves or "".join(f"open to {each}" for each in host.open_waves)
    return one_line(", ".join(filter(None, (host.update or host.build, waves))), _PATCH_STATE)


def host_name(name: str) -> str:
    """Return the name of a host; of a long location, its end says more."""
    shown = one_line(name)
    return shown if len(shown) <= _NAME else f"…{shown[1 - _NAME :]}"


def host_names(names: Sequence[str], count: int) -> str:
    """Return the names of some hosts, and the number of the others."""
    return ", ".join(map(host_name, names[:3])) + (f" and {count - 3:,} more" if count > 3 else "")


def difference_words(outlier: Outlier) -> str:
    """Return the difference of an outlier from its peers."""
    others = count_in_words(outlier.agreeing, "comparable host")
    is_one = outlier.agreeing == 1
    if outlier.kind is OutlierKind.MANY:
        files = count_in_words(outlier.files, "file")
        return f"{files} differ from {others}: another state of installation, or a site of its own"
    if outlier.kind is OutlierKind.OTHER_CONTENT:
        return f"{others} {'has' if is_one else 'have'} another content"
    return f"{others} {'lacks' if is_one else 'lack'} it"


def shared_title(shared: Shared) -> str:
    """Return what hosts share: its kind, the number of hosts, and the thing itself."""
    is_content = shared.kind in (SharedKind.SHELL, SharedKind.FILE)
    named = shared.title if is_content else shared.value
    parts = [one_line(named, _VALUE)] if named or not is_content else []
    if shared.keys:
        parts.append(f"request key {', '.join(one_line(each, 40) for each in shared.keys)}")
    if is_content and shared.value:
        digest = f"sha256 {one_line(shared.value[:_DIGITS])}…"
        parts.append(f"{shared.contents:,} contents, such as {digest}" if shared.contents > 1 else digest)
    kind = f"{shared.kind.words} on {shared.host_count:,} hosts ({disposition_words(shared.worst)})"
    return f"{kind}: {'; '.join(parts)}"


def time_words(on_host: OnHost) -> str:
    """Return the first time of a shared thing on a host, its witness, and the number of items."""
    time = "time unknown" if on_host.when_utc is None else f"{second(on_host.when_utc)} {on_host.time_of.words}"
    witness = f" ({one_line(on_host.witness, 60)})" if on_host.witness else ""
    return f"{time}{witness}" + (f" ({on_host.subjects:,} items)" if on_host.subjects > 1 else "")
