"""The table of gadget chains, and what honest view states have."""

from __future__ import annotations

import pytest

from tests.builders.view_states import CHAIN
from webshellhunt.knowledge.gadget_chains import find_gadget_chains, load_gadget_chains
from webshellhunt.knowledge.tables import data_file, read_table

SET = "System.Collections.Generic.SortedSet`1[[System.String, mscorlib]]"
COMPARER = "System.Collections.Generic.ComparisonComparer`1[[System.String, mscorlib]]"
DELEGATE = "System.DelegateSerializationHolder"


def test_each_row_is_whole() -> None:
    rows = read_table(data_file("gadget_chains.tsv")).rows
    assert len(rows) == len({row[:3] for row in rows})
    assert {row[1] for row in rows} == {"certain", "carrier"}
    assert {row[4] for row in rows} == {"YSO"}
    assert all(chain.classes or chain.text for chain in load_gadget_chains())


@pytest.mark.parametrize(
    ("classes", "texts", "names"),
    [
        ([CHAIN], [], ["TextFormattingRunProperties"]),
        ([CHAIN], ["<ObjectDataProvider MethodName='x'/>"], ["TextFormattingRunProperties", "ObjectDataProvider"]),
        ([SET, COMPARER, DELEGATE], [], ["TypeConfuseDelegate"]),
        (["System.Security.Claims.ClaimsPrincipal", SET, COMPARER, DELEGATE], [],
         ["ClaimsPrincipal", "TypeConfuseDelegate"]),
        (["System.Data.DataSet", "System.Windows.Forms.AxHost+State", CHAIN], [],
         ["DataSet", "AxHostState", "TextFormattingRunProperties"]),
        (["System.Windows.Data.ObjectDataProvider, PresentationFramework"], [], ["ObjectDataProvider"]),
    ],
)  # fmt: skip
def test_chains_in_their_order(classes: list[str], texts: list[str], names: list[str]) -> None:
    assert list(find_gadget_chains(classes, texts)) == names


@pytest.mark.parametrize(
    "classes",
    [
        [],
        ["System.Data.DataSet", "System.Data.DataTable", "System.Data.SerializationFormat"],
        ["System.Collections.Generic.List`1[[System.String, mscorlib]]"],
        ["System.Collections.Generic.Dictionary`2[[System.String],[System.Object]]", "System.UnitySerializationHolder"],
        [SET, "System.Collections.Generic.GenericComparer`1[[System.String]]"],
        ["Shop.Basket", DELEGATE],
        ["System.Security.Claims.ClaimsIdentity"],
        ["System.Resources.ResourceSet"],
    ],
)
def test_objects_of_honest_pages_are_no_chain(classes: list[str]) -> None:
    assert find_gadget_chains(classes, ["any text", "System.String"]) == ()
