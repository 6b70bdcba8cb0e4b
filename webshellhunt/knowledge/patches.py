"""Patch state: the open and the closed vulnerabilities of an Exchange installation, with the dates of their fixes."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from webshellhunt.knowledge.cves import iter_states
from webshellhunt.knowledge.exchange_builds import (
    PAID_SUPPORT_ENDS,
    SUPPORT_ENDS,
    Build,
    find_build,
    load_builds,
    product_words,
    support_words,
    written,
)
from webshellhunt.knowledge.waves import EXCHANGE, load_waves
from webshellhunt.model.patches import CveState, FixState, PatchState, Wave, WaveState, Witness, WitnessKind
from webshellhunt.model.report import ExchangeInstall, Host

_GRACE = timedelta(days=1)  # a server ahead of UTC may install on the day before
_OF_LOGS = "a folder that the logs do not name"
_RANK = {kind: number for number, kind in enumerate(WitnessKind)}


def find_patch_state(host: Host, logged: Sequence[Witness] = (), on: date | None = None) -> PatchState | None:
    """Return the patch state of a host's lowest build; ``None`` if no build is known.

    ``logged``: the builds that wrote the logs of the host. ``on``: the day of the hunt, for the words about support.
    """
    installs = host.exchange or ((ExchangeInstall(_OF_LOGS),) if logged else ())
    told = (each._replace(witnesses=(*each.witnesses, *_fitting(each, logged))) for each in installs)
    states = [state for each in told if (state := _install_state(each, on)) is not None]
    return min(states, key=lambda state: find_build(state.build) or (0, 0, 0, 0), default=None)


def _fitting(install: ExchangeInstall, logged: Sequence[Witness]) -> Iterator[Witness]:
    """Yield the builds of logs that may be those of an installation: none of another product."""
    numbers = (find_build(each.build or "") for each in (*install.witnesses, *logged[-1:]))
    product = next((number[:2] for number in numbers if number is not None), None)
    for each in logged:
        number = find_build(each.build or "")
        if number is not None and number[:2] == product:
            yield each


def _contradicting(own: Build, resolved: Sequence[tuple[Build, Witness]]) -> tuple[Build, Witness] | None:
    """Return the newest witness of a build that is newer than the setup program; a completed set-up comes first."""
    newer = [(n, each) for n, each in resolved if n > own and each.kind is not WitnessKind.VERSION_FOLDER]
    return max(newer, key=lambda each: (each[1].kind is WitnessKind.SETUP_LOG, each[0]), default=None)


def _disagreement(own: Witness, other: Witness, *, counts: bool) -> str:
    """Return the witnesses that contradict each other in words; ``counts`` is true if the other one counts."""

    def told(each: Witness) -> str:
        day = f" ({each.when_utc.date()})" if each.when_utc is not None else ""
        return f"{each.kind.words} says {each.build or each.update}{day}"

    which = "the newer completed set-up counts" if counts else "the build of the program counts"
    return f"the witnesses of the build disagree: {told(own)}, {told(other)} in {other.where}; {which}"


def _install_state(install: ExchangeInstall, on: date | None) -> PatchState | None:
    """Return the state of one installation.

    Only the version of the setup program changes with each security update. Registry, logs and folders name the
    cumulative update: the build is then a lower bound. So it is if a set-up that completed later names a newer build.
    """
    resolved = _resolved(install.witnesses)
    own = find_build(install.build) if install.build is not None else None
    disagreement = None
    if own is not None:
        number, basis = own, WitnessKind.SETUP_PROGRAM
        other = _contradicting(own, resolved)
        if other is not None:
            program = next((w for n, w in resolved if w.kind is basis), Witness(basis, "", install.build))
            counts = other[1].kind is WitnessKind.SETUP_LOG and not _is_later(program, other[1])
            disagreement = _disagreement(program, other[1], counts=counts)
            number, basis = (other[0], other[1].kind) if counts else (number, basis)
    elif resolved:
        number, basis = _least(resolved)
    else:
        return None
    exact = basis is WitnessKind.SETUP_PROGRAM
    placed = load_builds().place(number)
    cves = tuple(iter_states(placed, exact=exact, cu_is_known=basis is not WitnessKind.VERSION_FOLDER))
    # The other witnesses are about installations; a log only shows that one came before.
    dated = _dated([each for each in resolved if each[1].kind is not WitnessKind.LOG]) or _dated(resolved)
    installed = next(((day, kind) for day, kind, build in dated if build == number), (None, None))
    known = placed.known
    return PatchState(
        path=install.path,
        build=written(number),
        basis=basis,
        exact=exact,
        known=known is not None,
        product=product_words(placed.product) if placed.product is not None else None,
        update=known.title if known is not None else placed.cu,
        released=known.released if known is not None else None,
        standing=placed.standing,
        newer_than_data=placed.newer_than_data,
        support_ends=SUPPORT_ENDS.get(placed.product or ""),
        installed=installed[0],
        installed_by=installed[1],
        witnesses=install.witnesses,
        cves=cves,
        waves=tuple(_wave_states(cves, dated)),
        disagreement=disagreement,
        support=support_words(placed.product, on) if placed.product is not None and on is not None else None,
        paid_support_ends=PAID_SUPPORT_ENDS.get(placed.product or ""),
    )


def _is_later(one: Witness, other: Witness) -> bool:
    """Return True if both witnesses have a time, and that of the first one is later."""
    return one.when_utc is not None and other.when_utc is not None and one.when_utc > other.when_utc


def _least(resolved: Sequence[tuple[Build, Witness]]) -> tuple[Build, WitnessKind]:
    """Return the newest build that a witness names; folders count last, because any account may create them."""

    def weight(each: tuple[Build, Witness]) -> tuple[bool, bool, Build, int]:
        number, witness = each
        known = load_builds().place(number).known is not None
        return witness.kind is not WitnessKind.VERSION_FOLDER, known, number, -_RANK[witness.kind]

    number, first = max(resolved, key=weight)
    return number, first.kind


def _resolved(witnesses: Sequence[Witness]) -> list[tuple[Build, Witness]]:
    """Return each witness with its build; the build of an update depends on the branch from another witness."""
    named = [(number, each) for each in witnesses if each.build and (number := find_build(each.build)) is not None]
    branch = max((number for number, _ in named), default=(0, 0, 0, 0))[:3]
    updates = [(load_builds().by_update(each.update, branch), each) for each in witnesses if each.update is not None]
    return [*named, *((number, each) for number, each in updates if number is not None)]


def _dated(resolved: Sequence[tuple[Build, Witness]]) -> list[tuple[date, WitnessKind, Build]]:
    """Return the days on which a build was installed, oldest first; a time before its release is the vendor's."""
    days: list[tuple[date, WitnessKind, Build]] = []
    for number, witness in resolved:
        known = load_builds().place(number).known
        if witness.when_utc is None or (known is not None and witness.when_utc.date() < known.released - _GRACE):
            continue
        days.append((witness.when_utc.date(), witness.kind, number))
    return sorted(days, key=lambda each: (each[0], _RANK[each[1]]))


def _wave_states(cves: Sequence[CveState], dated: Sequence[tuple[date, WitnessKind, Build]]) -> list[WaveState]:
    by_name = {each.cve: each.state for each in cves}
    found: list[WaveState] = []
    for wave in load_waves():
        states = {cve: by_name[cve] for cve in wave.cves if cve in by_name}
        if not states or wave.product != EXCHANGE:
            continue
        state = min(states.values(), key=list(FixState).index)
        named = tuple(cve for cve, each in states.items() if each is state)
        wave_state = WaveState(wave, state, named)
        found.append(_since(wave_state, dated) if state is FixState.CLOSED else wave_state)
    return found


def _since(found: WaveState, dated: Sequence[tuple[date, WitnessKind, Build]]) -> WaveState:
    """Return a closed wave with the date of its fix, as far as dated builds show it."""
    closing = next((each for each in dated if _open_at(each[2], found.wave) is False), None)
    if closing is None:
        return found
    day, kind, build = closing
    open_days = [each[0] for each in dated if each[0] <= day and _open_at(each[2], found.wave)]
    known = load_builds().place(build).known
    fixes = {each.fixed_by for each in iter_states(load_builds().place(build)) if each.cve in found.wave.cves}
    exactly = known is not None and known.su in fixes and kind.is_installation
    return found._replace(closed_on=day, closed_by=kind, closed_exactly=exactly, open_on=max(open_days, default=None))


def _open_at(number: Build, wave: Wave) -> bool | None:
    """Return True if a build leaves a wave open; ``None`` if its product is unknown."""
    opened = _open_cves(number)
    return None if opened is None else not opened.isdisjoint(wave.cves)


@lru_cache(maxsize=1024)
def _open_cves(number: Build) -> frozenset[str] | None:
    placed = load_builds().place(number)
    if placed.product is None:
        return None
    return frozenset(each.cve for each in iter_states(placed) if each.state is FixState.OPEN)
