"""Limits and Job refuse what they can't use, and say what to pass."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.model.limits import Job, Limits


@pytest.mark.parametrize("name", ["file_bytes", "text_bytes", "config_bytes", "signature_timeout_s", "entries"])
@pytest.mark.parametrize("value", [-1, 0, 10**20])
def test_a_bound_has_a_range(name: str, value: int) -> None:
    with pytest.raises(UsageError, match=rf"^Limits: {name} is -?[\d,]+; pass a whole number of [a-z ]+, from 1 to "):
        Limits(**{name: value})


@pytest.mark.parametrize("value", [1.5, "7", None, True, b"7"])
def test_a_bound_is_a_whole_number(value: Any) -> None:
    with pytest.raises(TypeError, match=r"^Limits: file_bytes is .*; pass a whole number of bytes"):
        Limits(file_bytes=value)


def test_the_ends_of_the_ranges_are_accepted() -> None:
    assert Limits(1, 1, 1, 1, 0, 1, 1, 0.001).walk_depth == 0
    assert Limits(seconds_per_file=86_400).seconds_per_file == 86_400


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (0, UsageError),
        (-1.0, UsageError),
        (float("nan"), UsageError),
        (1e9, UsageError),
        ("1", TypeError),
        (True, TypeError),
    ],
)
def test_the_time_for_a_file_has_a_range(value: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="or None for no limit"):
        Limits(seconds_per_file=value)


@pytest.mark.parametrize("name", ["signature_paths", "baseline_paths", "accepted_paths"])
def test_one_path_is_no_tuple_of_paths(name: str) -> None:
    for one in ("/x", Path("/x"), b"/x"):
        with pytest.raises(
            WrongTypeError, match=rf"^Job: {name} is one path; pass a tuple of paths, such as \(.*/x',\)"
        ):
            Job(**{name: one})  # type: ignore[arg-type]
    for wrong in (None, 7, {"/x"}, iter(["/x"])):
        with pytest.raises(WrongTypeError, match=f"^Job: {name} is .*; pass a tuple of paths"):
            Job(**{name: wrong})  # type: ignore[arg-type]
    with pytest.raises(WrongTypeError, match=rf"^Job: {name}\[1\] is of type int; pass a path"):
        Job(**{name: ("/x", 7)})  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=rf"^Job: {name}\[0\] is empty"):
        Job(**{name: ("",)})  # type: ignore[arg-type]


def test_paths_are_kept_as_a_tuple_of_texts() -> None:
    job = Job(signature_paths=[Path("one"), "two"])  # type: ignore[arg-type]
    assert job == Job(signature_paths=("one", "two"))
    assert hash(job) == hash(Job(signature_paths=("one", "two")))


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ({"engine": "none"}, UsageError, "Job: engine is 'none'; pass one of auto, yara, yara-x"),
        ({"engine": None}, TypeError, "Job: engine is None; pass one of"),
        ({"own_signatures": 1}, TypeError, "Job: own_signatures is of type int; pass True or False"),
        ({"detectors": "no"}, TypeError, "Job: detectors is of type str; pass True or False"),
        ({"limits": {}}, TypeError, "Job: limits is of type dict; pass a Limits"),
        ({"machine_keys": "ab"}, TypeError, "Job: machine_keys is of type str; pass a frozenset of digests"),
        ({"signing_keys": "ab"}, TypeError, "Job: signing_keys is of type str; pass a tuple of pairs of keys"),
        ({"signing_keys": ("ab",)}, TypeError, "Job: signing_keys contains something other than a pair of str"),
        ({"signing_keys": (("xy", ""),)}, UsageError, "Job: signing_keys contains a key that is not hexadecimal"),
        ({"machine_keys": {7}}, TypeError, "Job: machine_keys contains a value of type int"),
        ({"machine_keys": {"xyz"}}, UsageError, "Job: machine_keys contains 'xyz'; pass digests in lower-case hex"),
    ],
)
def test_a_job_says_what_to_pass(values: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        Job(**values)


def test_a_job_pickles() -> None:
    job = Job(machine_keys={"ab12"}, limits=Limits(seconds_per_file=2))  # type: ignore[arg-type]
    assert pickle.loads(pickle.dumps(job)) == job
    assert job.machine_keys == frozenset({"ab12"})


def test_signing_keys_are_pairs_and_not_shown() -> None:
    job = Job(signing_keys=[("AB12", "")])  # type: ignore[arg-type]
    assert job.signing_keys == (("ab12", ""),)
    assert "ab12" not in repr(job)
