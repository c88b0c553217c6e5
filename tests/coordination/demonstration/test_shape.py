"""The large municipality looks like the published figures."""

import numpy as np
import pytest

from coordination.demonstration import Demonstration
from coordination.demonstration.groups import ACADEMIC, ADMIN, CARER, GROUPS, PEDAGOGUE, TEACHER
from coordination.demonstration.model import CATEGORIES, HEADLINE_CATEGORIES
from tests.coordination.demonstration.figures import YearFigures, year_figures

YEAR = ("2025-11-01", "2026-10-31")


@pytest.fixture(scope="module")
def year(large: Demonstration) -> YearFigures:
    return year_figures(large, *YEAR)


def _calendar_days(demonstration: Demonstration) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    absences = demonstration.absences
    last = np.where(np.isnat(absences.last), np.datetime64(demonstration.today, "D"), absences.last)
    return (last - absences.first).astype(np.int64) + 1


@pytest.mark.parametrize(("slug", "low", "high"), [("nordkoebing", 12.0, 15.0), ("aabyskov", 11.0, 15.5)])
def test_level(demonstrations: dict[str, Demonstration], slug: str, low: float, high: float) -> None:
    figures = year_figures(demonstrations[slug], *YEAR)
    assert low <= figures.dagsvaerk.sum() / figures.fte <= high


def test_level_of_the_smallest_within_its_chance_variation(demonstrations: dict[str, Demonstration]) -> None:
    """Three hundred people: a handful of long absences move the year by several dagsværk."""
    figures = year_figures(demonstrations["lillesund"], *YEAR)
    assert 9.5 <= figures.dagsvaerk.sum() / figures.fte <= 17.5


def test_level_holds_over_the_years(large: Demonstration) -> None:
    levels = []
    for year in range(2021, 2026):
        figures = year_figures(large, f"{year}-12-01", f"{year + 1}-11-30" if year < 2025 else "2026-10-31")
        levels.append(figures.dagsvaerk.sum() / figures.fte)
    assert min(levels) > 11.0
    assert max(levels) < 16.5


def test_levels_by_group_follow_the_benchmark(large: Demonstration) -> None:
    lost, fte = np.zeros(len(GROUPS)), np.zeros(len(GROUPS))
    for year in range(2021, 2026):
        figures = year_figures(large, f"{year}-11-01", f"{year + 1}-10-31")
        lost += np.bincount(figures.group, figures.dagsvaerk, len(GROUPS))
        fte += figures.fte_by_group
    level = lost / fte
    assert level[CARER] > level[PEDAGOGUE] > level[TEACHER] > level[ADMIN] > level[ACADEMIC]
    assert 16.0 <= level[CARER] <= 20.0
    for code, group in enumerate(GROUPS):
        assert level[code] == pytest.approx(group.level, abs=max(2.1, 70 / np.sqrt(fte[code]))), group.name


def test_lengths(large: Demonstration, year: YearFigures) -> None:
    length = _calendar_days(large)
    sick = large.absences.category < HEADLINE_CATEGORIES
    assert (length[sick] == 1).mean() == pytest.approx(0.44, abs=0.02)
    short = year.dagsvaerk[length <= 14].sum() / year.dagsvaerk.sum()
    assert short == pytest.approx(0.50, abs=0.04)


def test_a_third_begin_on_a_monday(large: Demonstration) -> None:
    sick = large.absences.category < HEADLINE_CATEGORIES
    weekday = (large.absences.first[sick].astype(np.int64) + 3) % 7
    assert (weekday == 0).mean() == pytest.approx(1 / 3, abs=0.02)
    assert 0.0 < (weekday >= 5).mean() < 0.08


def test_few_carry_most(large: Demonstration, year: YearFigures) -> None:
    employments, absences = large.employments, large.absences
    held = np.bincount(employments.person[absences.employment], year.dagsvaerk, len(large.persons))
    low, high = np.datetime64(YEAR[0]), np.datetime64(YEAR[1])
    inside = (employments.start <= high) & (np.isnat(employments.end) | (employments.end >= low))
    ordered = np.sort(held[np.unique(employments.person[inside])])[::-1]
    assert ordered[: len(ordered) // 20].sum() / ordered.sum() == pytest.approx(0.42, abs=0.03)
    assert 0.15 < (ordered == 0).mean() < 0.32


def test_winter_above_summer(large: Demonstration) -> None:
    absences = large.absences
    sick = absences.category < HEADLINE_CATEGORIES
    full_years = (absences.first >= np.datetime64("2022-01-01")) & (
        absences.first < np.datetime64("2026-01-01")
    )
    month = absences.first[sick & full_years].astype("datetime64[M]").astype(np.int64) % 12
    begun = np.bincount(month, minlength=12)
    assert begun.argmin() == 6
    assert begun[[0, 1, 2]].mean() > 1.3 * begun[[5, 6, 7]].mean()
    per_day = begun / np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    assert per_day.argmax() == 1


def test_categories_all_occur_and_own_sickness_dominates(large: Demonstration) -> None:
    count = np.bincount(large.absences.category, minlength=len(CATEGORIES))
    assert (count > 20).all()
    assert count[0] / count[:HEADLINE_CATEGORIES].sum() > 0.9


def test_open_absences_are_a_plausible_few_percent(large: Demonstration) -> None:
    absences = large.absences
    is_open = np.isnat(absences.last)
    current = np.isnat(large.employments.end).sum()
    assert 0.03 < is_open.sum() / current < 0.08
    assert 0.1 < np.isnat(absences.expected_last[is_open]).mean() < 0.45
    stated = is_open & ~np.isnat(absences.expected_last)
    assert (absences.expected_last[stated] > np.datetime64(large.today, "D")).all()
