"""Things in common, one row each, in the order of spread."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.fleets.accused import Accused, Link
from webshellhunt.fleets.sharing import ClientOf, find_shared
from webshellhunt.model.fleet import MOST_NAMED_HOSTS, Shared, SharedKind, TimeOf
from webshellhunt.model.verdict import Disposition


def on(
    host: str,
    *identity: str,
    day: int | None = None,
    path: str = "x.aspx",
    links: tuple[Link, ...] = (),
    malicious: bool = True,
    is_code: bool = True,
) -> Accused:
    when = None if day is None else datetime(2021, 3, day, tzinfo=UTC)
    time_of = TimeOf.UNKNOWN if day is None else TimeOf.PLANTING
    return Accused(host, path, malicious, is_code, when, time_of, "w", "A title", identity[0] if identity else "",
                   identity, (), links)  # fmt: skip


def shared(*subjects: Accused, clients: tuple[ClientOf, ...] = ()) -> list[Shared]:
    return find_shared(subjects, clients)


def test_one_row_in_the_order_of_spread() -> None:
    [row] = shared(on("C", "1", day=9), on("A", "1"), on("B", "1", day=3), on("B", "1", day=5, path="y.aspx"))
    assert (row.kind, row.value, row.host_count, row.contents) == (SharedKind.SHELL, "1", 3, 1)
    assert [(each.host, each.when_utc and each.when_utc.day, each.time_of) for each in row.hosts] == [
        ("B", 3, TimeOf.PLANTING),
        ("C", 9, TimeOf.PLANTING),
        ("A", None, TimeOf.UNKNOWN),
    ]
    assert row.hosts[0].paths == ("x.aspx", "y.aspx")
    assert row.hosts[0].subjects == 2


def test_other_bytes_with_the_same_code_join_the_group() -> None:
    [row] = shared(on("A", "1", "code"), on("B", "2", "code"), on("C", "2"))
    assert (row.host_count, row.contents, row.value) == (3, 2, "2")


def test_copies_on_one_host_are_not_shared() -> None:
    assert shared(on("A", "1"), on("A", "1", path="y.aspx"), on("B", "2")) == []


def test_a_configuration_is_a_file_and_no_shell() -> None:
    [row] = shared(on("A", "1", is_code=False), on("B", "1", is_code=False))
    assert row.kind is SharedKind.FILE


def test_a_page_that_is_only_suspicious_is_a_file_and_no_shell() -> None:
    day: Link = (SharedKind.PLANTING_DAY, "2021-03-03")
    vendor = [on(f"H{n}", "1", "code", links=(day,), malicious=False) for n in range(30)]
    other = on("X", "2", "code", links=(day,), malicious=False)
    [row] = shared(*vendor, other)
    assert (row.kind, row.host_count, row.contents) == (SharedKind.FILE, 30, 1)
    kinds = [each.kind for each in shared(*vendor, other, on("Y", "3", links=(day,)))]
    assert kinds == [SharedKind.FILE, SharedKind.PLANTING_DAY]


def test_a_row_that_a_shell_explains_is_left_out() -> None:
    name: Link = (SharedKind.FILE_NAME, "x.aspx")
    [row] = shared(on("A", "1", links=(name,)), on("B", "1", links=(name,)))
    assert row.kind is SharedKind.SHELL
    rows = shared(on("A", "1", links=(name,)), on("B", "1", links=(name,)), on("C", "2", links=(name,)))
    assert [(each.kind, each.host_count) for each in rows] == [(SharedKind.SHELL, 2), (SharedKind.FILE_NAME, 3)]


def test_a_name_at_the_same_place_is_one_row() -> None:
    both: tuple[Link, ...] = ((SharedKind.PATH, "a/x.aspx"), (SharedKind.FILE_NAME, "x.aspx"))
    [row] = shared(on("A", "1", links=both), on("B", "2", links=both))
    assert (row.kind, row.value) == (SharedKind.PATH, "a/x.aspx")


def test_the_worst_disposition_of_a_group() -> None:
    [row] = shared(on("A", "1", malicious=False), on("B", "1"))
    assert row.worst is Disposition.MALICIOUS
    [row] = shared(on("A", "1", malicious=False), on("B", "1", malicious=False))
    assert row.worst is Disposition.SUSPICIOUS


def test_the_same_client() -> None:
    early, late = (datetime(2021, 3, day, tzinfo=UTC) for day in (1, 2))
    clients = (
        ClientOf("B", "203.0.113.7", early, ("/x.aspx",)),
        ClientOf("A", "203.0.113.7", late, ("/y.aspx",)),
        ClientOf("A", "203.0.113.8", late, ()),
    )
    [row] = shared(clients=clients)
    assert (row.kind, row.value) == (SharedKind.CLIENT, "203.0.113.7")
    assert [(each.host, each.time_of, each.paths) for each in row.hosts] == [
        ("B", TimeOf.SEEN, ("/x.aspx",)),
        ("A", TimeOf.SEEN, ("/y.aspx",)),
    ]


def test_many_hosts_are_counted() -> None:
    [row] = shared(*(on(f"H{number}", "1") for number in range(MOST_NAMED_HOSTS + 9)))
    assert (len(row.hosts), row.host_count) == (MOST_NAMED_HOSTS, MOST_NAMED_HOSTS + 9)


_subjects = st.builds(
    Accused,
    st.sampled_from("ABC"),
    st.sampled_from(["x", "y"]),
    st.booleans(),
    st.booleans(),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.just(TimeOf.PLANTING),
    st.just("w"),
    st.sampled_from(["t", "u"]),
    st.sampled_from(["", "1", "2"]),
    st.lists(st.sampled_from("12cd"), max_size=3).map(tuple),
    st.just(()),
    st.lists(st.tuples(st.sampled_from(SharedKind), st.sampled_from("kl")), max_size=3, unique=True).map(tuple),
)


@given(st.lists(_subjects, max_size=8).flatmap(lambda made: st.tuples(st.just(made), st.permutations(made))))
def test_the_order_of_subjects_does_not_matter(both: tuple[list[Accused], list[Accused]]) -> None:
    made, mixed = both
    assert find_shared(made, []) == find_shared(mixed, [])


@given(st.lists(_subjects, max_size=12))
def test_each_row_is_on_two_hosts_and_shells_are_disjoint(made: list[Accused]) -> None:
    rows = find_shared(made, [])
    assert all(len(row.hosts) == row.host_count > 1 for row in rows)
    at = [(each.host, row.value, path) for row in rows if row.contents for each in row.hosts for path in each.paths]
    assert len(at) >= len({(host, value) for host, value, _ in at})
