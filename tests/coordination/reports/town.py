"""A small municipality for the reports' tests: a sector with a large, a middle and a tiny unit, two years of absence."""

from dataclasses import dataclass
from datetime import date, timedelta

from organisation.models import Unit
from tests.builders import make_absence, make_employment, make_unit

TODAY = date(2026, 11, 20)
TINY_DAYS = 61  # the tiny unit's one long absence, of a length that no sum of the others gives


@dataclass(frozen=True)
class Town:
    """Units by what they are; `sector` lies under `top` and holds the other three."""

    top: Unit
    sector: Unit
    large: Unit
    middle: Unit
    tiny: Unit


def make_town() -> Town:
    """14 in `large`, 6 in `middle`, 3 in `tiny`, and 12 in `other` beside the sector."""
    top = make_unit("Nordby Kommune")
    sector = make_unit("Sundhed og Ældre", top)
    units = [make_unit(name, sector) for name in ("Åbakken", "Egely", "Lille Hus")]
    other = make_unit("Skoler", top)
    for unit, count, every in ((units[0], 14, 40), (units[1], 6, 55), (units[2], 3, 90), (other, 12, 70)):
        for number in range(count):
            employment = make_employment(
                f"Person {unit.pk}-{number}", unit, group="lærere" if unit == other else "plejepersonale"
            )
            day = date(2023, 10, 2) + timedelta(days=9 * number)
            while day < date(2026, 11, 1):
                make_absence(employment, day, days=1 + (number + day.month) % 4)
                day += timedelta(days=every + number)
    first = make_employment("Langtidssyg", units[2], group="plejepersonale")
    make_absence(first, date(2026, 5, 4), days=TINY_DAYS)
    long_one = make_employment("Længe væk", units[0], group="plejepersonale")
    make_absence(long_one, date(2026, 6, 1), days=45)
    return Town(top, sector, *units)
