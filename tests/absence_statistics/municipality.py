"""A small municipality with figures: two teams large enough to be shown, one that is not."""

from dataclasses import dataclass
from datetime import date

from organisation.models import Employment, Unit
from tests.builders import make_absence, make_employment, make_unit

ON = date(2026, 11, 19)
UNTIL = date(2026, 10, 1)


@dataclass
class Small:
    """`root` has `north` (12 employees), `south` (20) and `tiny` (3)."""

    root: Unit
    north: Unit
    south: Unit
    tiny: Unit
    people: dict[str, list[Employment]]


def staff(unit: Unit, count: int) -> list[Employment]:
    """Employments of the unit, each with two absences in the last two years."""
    found = [make_employment(f"Navn {unit.name} {number}", unit, group="Lærere") for number in range(count)]
    for number, employment in enumerate(found):
        make_absence(employment, date(2025, 2, 3), days=3 + number)
        make_absence(employment, date(2026, 3, 2), days=1 + 2 * number)
    return found


def make_small() -> Small:
    """In the tenant in force."""
    root = make_unit("Kommunen")
    units = {
        "north": make_unit("Nord", root),
        "south": make_unit("Syd", root),
        "tiny": make_unit("Ørn", root),
    }
    sizes = {"north": 12, "south": 20, "tiny": 3}
    people = {name: staff(unit, sizes[name]) for name, unit in units.items()}
    make_absence(people["south"][0], date(2024, 1, 8), days=5)
    return Small(root, units["north"], units["south"], units["tiny"], people)
