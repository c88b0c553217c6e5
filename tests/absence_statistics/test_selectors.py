"""The selector: cached by the data's version, never across municipalities, right away after a change."""

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from absence_statistics import selectors
from absence_statistics.rules.suppression import Reason
from absence_statistics.selectors import Figures, UnknownCategoryError, data_version, figures
from core.tenancy import TenantMissingError, no_tenant, tenant
from organisation.models import OccupationalGroup, UnitPlacement
from organisation.services import create_municipality
from tests.absence_statistics.municipality import ON, UNTIL, Small
from tests.builders import make_absence, make_employment, make_unit


def headline(unit: int) -> float:
    found = figures(until=UNTIL, as_of=ON).figure(unit).absent_dagsvaerk_12
    return found


def test_by_hand(nordby: Any) -> None:
    """Friday to Monday is two dagsværk; two half-timers' day is one together."""
    unit = make_unit()
    make_absence(make_employment(unit=unit), date(2026, 3, 6), days=4)
    for _ in range(2):
        half = make_employment(unit=unit, hours=(3.7,) * 5 + (0, 0))
        make_absence(half, date(2026, 3, 3), days=1)
    found = figures(until=UNTIL, as_of=ON).figure(unit.pk)
    assert found.absent_dagsvaerk_12 == pytest.approx(3)
    assert found.fte_12 == pytest.approx(2)
    assert found.dagsvaerk_per_fte_12 == pytest.approx(1.5)
    assert found.periods_12 == 3
    assert found.langtidsfriske_12 == 0


def test_a_second_asking_reads_nothing(small: Small, monkeypatch: Any) -> None:
    first = headline(small.root.pk)
    monkeypatch.setattr(selectors, "read", lambda **_: pytest.fail("read again"))
    assert headline(small.root.pk) == first


def test_a_change_shows_at_once(small: Small) -> None:
    before = headline(small.south.pk)
    absence = make_absence(small.people["south"][3], date(2026, 5, 4), days=5)
    assert headline(small.south.pk) == pytest.approx(before + 5)
    absence.withdrawn_at = timezone.now()
    absence.save()
    assert headline(small.south.pk) == pytest.approx(before)


@pytest.mark.parametrize("source", ["terms", "shift", "settings", "category", "dayoff", "placement"])
def test_every_source_changes_the_version(small: Small, source: str) -> None:
    from absence.models import Category
    from organisation.models import DayOff, EmploymentTerms, MunicipalitySettings, RosterShift

    before = data_version()
    if source == "terms":
        EmploymentTerms.objects.filter(unit=small.tiny).update(weekly_hours=20)
    elif source == "shift":
        RosterShift.objects.create(employment=small.people["tiny"][0], date=date(2026, 3, 3), hours=5)
    elif source == "settings":
        MunicipalitySettings.objects.update(short_until=7)
    elif source == "category":
        Category.objects.filter(key="egen_sygdom").update(counts_in_headline=False)
    elif source == "dayoff":
        DayOff.objects.create(date=date(2026, 5, 15), name="Fredag efter Kristi himmelfart")
    else:
        UnitPlacement.objects.filter(unit=small.tiny).update(valid_to=date(2026, 6, 1))
    assert data_version().key != before.key


def test_a_group_renamed_is_renamed_at_once(small: Small) -> None:
    assert figures(until=UNTIL, as_of=ON, by="group").keys == ("Lærere",)
    OccupationalGroup.objects.update(name="Undervisere")
    assert figures(until=UNTIL, as_of=ON, by="group").keys == ("Undervisere",)


def test_one_municipality_never_gets_anothers_from_the_cache(small: Small) -> None:
    ours = figures(until=UNTIL, as_of=ON)
    other = create_municipality(slug="sydby", name="Sydby Kommune", cvr="22222222")
    with tenant(other.pk):
        unit = make_unit("Deres")
        theirs = figures(until=UNTIL, as_of=ON)
    assert [label.id for label in theirs.units] == [unit.pk]
    assert not {label.id for label in ours.units} & {label.id for label in theirs.units}


def test_nothing_without_a_municipality(small: Small) -> None:
    with no_tenant(), pytest.raises(TenantMissingError):
        Figures(as_of=ON)


def test_cache_keys_begin_with_the_municipality(small: Small, nordby: Any, monkeypatch: Any) -> None:
    keys: list[str] = []
    monkeypatch.setattr(cache, "set", lambda key, *_: keys.append(key))
    source = Figures(as_of=ON)
    source.table(until=UNTIL)
    source.concentration(small.south.pk, UNTIL)
    source.weekday_profile(small.south.pk, UNTIL)
    source.hidden(until=UNTIL)
    source.first_month()
    assert len(set(keys)) == 5
    assert all(key.startswith(f"figures:{nordby.pk}:") for key in keys)


def test_an_unknown_category_is_said(small: Small) -> None:
    with pytest.raises(UnknownCategoryError, match="ukendt"):
        figures(until=UNTIL, as_of=ON, categories=["ukendt"])


def test_a_unit_keeps_what_arose_there_before_it_moved(small: Small) -> None:
    """Tiny stood under Nord until June; its March absence stays in Nord's figures."""
    UnitPlacement.objects.filter(unit=small.tiny).update(parent=small.north, valid_to=date(2026, 6, 30))
    UnitPlacement.objects.create(unit=small.tiny, parent=small.south, valid_from=date(2026, 7, 1))
    table = figures(until=UNTIL, as_of=ON)
    own = table.figure(small.tiny.pk)
    north, south = table.figure(small.north.pk), table.figure(small.south.pk)
    whole = table.figure(small.root.pk)
    assert own.absent_dagsvaerk_12 > 0
    assert whole.absent_dagsvaerk_12 == pytest.approx(north.absent_dagsvaerk_12 + south.absent_dagsvaerk_12)
    assert north.fte_12 == pytest.approx(12 + 3 * 8 / 12)
    assert south.fte_12 == pytest.approx(20 + 3 * 4 / 12)


def test_hidden_units_and_their_sizes(small: Small) -> None:
    source = Figures(as_of=ON)
    hidden = source.hidden(until=UNTIL)
    assert hidden.units == {small.tiny.pk: Reason.FEW, small.north.pk: Reason.PROTECTS}
    assert hidden.employees[small.root.pk] == 35
    assert hidden.splits.keys() == hidden.units.keys()
    assert source.hidden_months(until=UNTIL, months=2) == [hidden.units, hidden.units]
    assert source.hidden(until=UNTIL, known={small.tiny.pk}).units.keys() == {small.tiny.pk}


def test_reading_costs_the_same_queries_for_more_people(small: Small) -> None:
    def queries() -> int:
        with connection.execute_wrapper(counter := Counter()):
            figures(until=UNTIL, as_of=ON)
        return counter.count

    few = queries()
    for _ in range(10):
        make_absence(make_employment(unit=small.north), date(2026, 4, 7), days=4)
    assert queries() == few
    assert few < 15


class Counter:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        self.count += 1
        return execute(*arguments)


@pytest.mark.parametrize("by", ["none", "length"])
def test_earlier_months_from_rows_already_read_are_the_same(small: Small, by: Any) -> None:
    earlier = date(2026, 3, 1)
    alone = Figures(as_of=ON).table(until=earlier, months=2, by=by)
    cache.clear()
    source = Figures(as_of=ON)
    source.table(until=UNTIL, months=24)
    after = source.table(until=earlier, months=2, by=by)
    assert list(after.rows()) == list(alone.rows())
    assert after.months == alone.months == (date(2026, 2, 1), earlier)
