"""Each door with its seeds and a few mutants, each find of the past, and the campaign itself."""

from __future__ import annotations

import json
import random
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import settings

from tests.fuzz.__main__ import main
from tests.fuzz.campaign import Campaign
from tests.fuzz.door import Door, Find, check
from tests.fuzz.finds import iter_finds, write_find
from tests.fuzz.mutation import Mutator
from tests.fuzz.targets import all_doors

_SEEDS = 3
_SHARE = 3
_SMALL = 12_000
FOUND = list(iter_finds())


@pytest.mark.parametrize("name", all_doors())
def test_what_must_hold_holds(name: str) -> None:
    door = all_doors()[name]
    seeds = list(door.seeds())
    for seed in sorted(seeds, key=len)[:_SEEDS]:
        check(door, seed)
    mutator = Mutator(random.Random(name), door.words, door.most_bytes)
    small = [each for each in seeds if len(each) <= _SMALL] or seeds
    chance = random.Random(name)
    for _ in range(settings().max_examples // _SHARE):
        check(door, mutator.mutant(chance.choice(small), chance.choice(small)))


@pytest.mark.parametrize(("name", "data"), FOUND, ids=[f"{name}-{number}" for number, (name, _) in enumerate(FOUND)])
def test_a_find_of_the_past_is_none_any_more(name: str, data: bytes) -> None:
    check(all_doors()[name], data)


def _door(enter: object, **more: object) -> Door:
    return Door("planted", lambda: [b"seed"], enter, ("none",), [b"!", b"ab"], **more)  # type: ignore[arg-type]


def _fails(data: bytes) -> object:
    if b"!" in data and b"ab" in data:
        raise KeyError("planted")
    return len(data)


def test_a_campaign_finds_a_crash_and_makes_it_small() -> None:
    door = _door(_fails)
    found = [Campaign(door, 3).run(60, executions=600) for _ in range(2)]
    assert [each.finds for each in found] == [found[0].finds] * 2
    ((message, data),) = found[0].finds
    assert "KeyError" in message
    assert sorted(data) == sorted(b"!ab")
    with pytest.raises(Find, match="crash"):
        check(door, data)


def test_what_is_documented_is_no_find() -> None:
    assert Campaign(_door(_fails, errors=(KeyError,)), 3).run(60, executions=600).finds == ()


def test_a_large_result_and_a_changing_one_are_finds() -> None:
    with pytest.raises(Find, match="large result"):
        check(_door(lambda data: "a" * 200_000), b"x")
    state = iter(range(9))
    with pytest.raises(Find, match="not deterministic"):
        check(_door(lambda data: next(state)), b"x")


def test_too_many_steps_are_a_find() -> None:
    def enter(data: bytes) -> object:
        total = 0
        for each in range(20_000):
            total += each
        return total

    check(_door(enter), b"x", steps=True)
    with pytest.raises(Find, match="too many steps"):
        check(_door(enter, first_steps=1_000), b"x", steps=True)


def test_a_find_is_kept_as_defanged_text(tmp_path: Path) -> None:
    data = bytes(range(256))
    place = write_find(tmp_path, "planted", data)
    assert list(iter_finds(tmp_path)) == [("planted", data)]
    assert place.read_text(encoding="utf-8").startswith("\N{MIDDLE DOT}")


def test_the_command_runs_a_door_and_writes_its_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["refang", "--seed", "1", "--executions", "40", "--finds", str(tmp_path)]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["door"], record["executions"], record["finds"]) == ("refang", 40, [])
    assert 0 < record["lines"] <= record["all_lines"]


def test_each_door_has_few_names() -> None:
    assert len(all_doors()) >= 45
    assert all(list(islice(door.seeds(), 1)) for door in all_doors().values())
