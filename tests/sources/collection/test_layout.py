from __future__ import annotations

import pickle

from webshellhunt.sources.collection import acquire, ftk, kape, velociraptor
from webshellhunt.sources.collection.layout import Layout, Mount, Records
from webshellhunt.sources.collection.names import unescaped


def test_a_layout_pickles_small() -> None:
    for module in (acquire, ftk, kape, velociraptor):
        layout = Layout("x", (Mount("C:", ("a",), decode=unescaped),), frozenset({"b"}), module.read_records)
        state = pickle.dumps(layout)
        assert pickle.loads(state) == layout
        assert len(state) < 600


def test_records_are_empty_by_default() -> None:
    assert Records() == Records({}, {}, {}, (), None, "")
