"""All flows of a run."""

from __future__ import annotations

from tests.builders.inert import analyse, roads
from webshellhunt.analysis.flow.page_flows import MAX_FLOWS, PageFlows

CONNECTION = 'var c = new Sql·Connection(Req·uest["c"]);'
COMMAND = 'var q = new Sql·Command(Req·uest["q"], d);'


def test_flows_are_in_the_order_of_the_code() -> None:
    flows = analyse(
        'void b() { Pro·cess.Start(Req·uest["b"]); } void a() { Pro·cess.Start(Req·uest["a"]); b(); }', "c#"
    ).flows
    assert [flow.key for flow in flows] == ["b", "a"]


def test_a_sink_in_a_loop_is_one_flow() -> None:
    assert len(analyse('For i = 1 To 9\nExec·ute Req·uest("k")\nNext', "vbscript").flows) == 1


def test_a_statement_is_a_flow_where_a_visitor_names_the_database() -> None:
    assert roads(analyse(COMMAND, "c#")) == []
    assert [flow.kind for flow in analyse(COMMAND, "c#").statements] == ["statement"]
    assert roads(analyse(CONNECTION + COMMAND, "c#")) == [("database", "visitor", "c"), ("statement", "visitor", "q")]


def test_the_names_of_written_files_have_shapes() -> None:
    ((_, shape),) = analyse('File.Write·AllText("a.aspx", x);', "c#").writes
    assert shape.tails == {"a.aspx"}


def test_there_is_nothing_without_a_run() -> None:
    assert PageFlows().flows == ()
    assert PageFlows().doubtful is None
    assert analyse("x = 1", "vbscript").flows == ()
    assert MAX_FLOWS > 0
