from __future__ import annotations

from webshellhunt.sources.archive.problems import Problem, Problems


def test_many_members_with_a_problem_are_one_gap() -> None:
    problems = Problems()
    for number in range(1000):
        problems.add(Problem.OUTSIDE, f"{number}.txt", matters=number == 500)
    problems.add(Problem.BOMB, "b.aspx", matters=False)
    first, second = problems.gaps()
    assert (first.path, first.stage, first.matters) == ("", "open", True)
    assert first.reason.startswith("1,000 members, such as 0.txt: ")
    assert (second.path, second.code, second.matters) == ("b.aspx", "archive-bomb", False)
    assert problems.count(Problem.OUTSIDE) == 1000
    assert problems.count(Problem.CUT) == 0


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
