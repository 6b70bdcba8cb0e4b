from __future__ import annotations

from webshellhunt.sources.archive.problems import Problem, Problems


def test_many_members_with_a_problem_are_one_gap() -> None:
    problems = Problems()
    for number in range(1000):
        problems.add(Problem.OVERLAP, f"{number}.txt", matters=number == 500)
    problems.add(Problem.BOMB, "b.aspx", matters=False)
    first, second = problems.gaps()
    assert (first.path, first.stage, first.matters) == ("", "open", True)
    assert first.reason.startswith("1,000 members, such as 0.txt: ")
    assert (second.path, second.code, second.matters) == ("b.aspx", "archive-bomb", False)
    assert problems.count(Problem.OVERLAP) == 1000
    assert problems.count(Problem.CUT) == 0


def test_each_member_that_is_refused_for_its_name_is_named_up_to_a_number() -> None:
    problems = Problems()
    for number in range(1_500):
        problems.add(Problem.OUTSIDE, f"../{number}", matters=True)
    *named, rest = problems.gaps()
    assert [gap.path for gap in named] == [f"../{number}" for number in range(1_000)]
    assert (rest.path, rest.reason[:20]) == ("", "500 further members:")


def test_an_archive_inside_has_its_own_gaps() -> None:
    problems = Problems()
    for where in ("", "C.zip"):
        for name in ("a", "b"):
            problems.add(Problem.OVERLAP, name, matters=True, where=where)
    assert [gap.path for gap in problems.gaps()] == ["", "C.zip"]


def test_a_better_description_replaces_a_problem() -> None:
    problems = Problems()
    problems.add(Problem.CUT, "", matters=True)
    problems.replace(Problem.CUT, Problem.LONG, "")
    assert [gap.code for gap in problems.gaps()] == ["archive-too-large"]
