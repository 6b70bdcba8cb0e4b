"""Progress: what a listener receives."""

from __future__ import annotations

import pickle

from webshellhunt.model.progress import Progress, Stage


def test_the_stages_are_in_the_order_of_a_hunt() -> None:
    assert list(Stage) == ["survey", "files", "witnesses", "logs", "conclusion"]


def test_it_pickles_and_has_defaults() -> None:
    now = Progress(Stage.FILES, 3, path="a.aspx")
    assert pickle.loads(pickle.dumps(now)) == now
    assert (now.total, now.found, now.root) == (None, 0, "")
