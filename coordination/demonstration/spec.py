"""What a fictitious municipality is asked to look like."""

from collections.abc import Iterator
from dataclasses import dataclass

DEMO_PASSWORD = "naervaer-demo-2026"  # nosec B105
"""Shown on screen by `make run`; it opens only invented data."""

DEMO_SEED = 7
"""The seed of the demonstration that is loaded, and of the tests."""

OPERATOR_EMAIL = "operatoer@naervaer.example"
OPERATOR_NAME = "Olga Drift"


@dataclass(frozen=True)
class MunicipalitySpec:
    """Size, level and local rules of one fictitious municipality.

    `level` is the aim in dagsværk per årsværk for the whole municipality over twelve months;
    `activity` multiplies the number of absences (for benchmarks; it moves the level along);
    `demo_days` are the day numbers (day 1 = first day absent) of those now absent in the demo leader's team.
    """

    slug: str
    name: str
    cvr: str
    preset: str
    employees: int
    level: float = 13.5
    turnover: float = 0.12
    years: int = 5
    activity: float = 1.0
    demo_days: tuple[int, ...] = (1, 3, 6, 14, 20, 53, 96)

    def __post_init__(self) -> None:
        if self.employees < 150:
            raise ValueError("a demonstration municipality needs at least 150 employees")
        if self.years < 2:
            raise ValueError("a demonstration municipality needs at least two years")


SPECS: tuple[MunicipalitySpec, ...] = (
    MunicipalitySpec("nordkoebing", "Nordkøbing Kommune", "99000015", "koege", 5000, level=13.8),
    MunicipalitySpec("aabyskov", "Åbyskov Kommune", "99000066", "aarhus", 1200, level=12.9),
    MunicipalitySpec(
        "lillesund",
        "Lillesund Kommune",
        "99000112",
        "1-5-14",
        300,
        level=14.4,
        demo_days=(2, 5, 9, 14, 31, 53),
    ),
)
"""The three of the demonstration. The CVR numbers pass the check digit but lie in a range not yet given out."""


def benchmark_specs(
    *, employments: int = 600_000, tenants: int = 98, absences_each: float = 25.0
) -> Iterator[MunicipalitySpec]:
    """Yield municipalities of skewed sizes that together hold about `employments` employments.

    Nobody leaves, so an employee is an employment; every employment has about `absences_each` absences.
    Generate and load them one at a time: one tenant's arrays are all that need be in memory.
    """
    weights = [1 / (rank + 8) for rank in range(tenants)]
    total = sum(weights)
    for rank, weight in enumerate(weights):
        yield MunicipalitySpec(
            slug=f"proeve-{rank + 1:03d}",
            name=f"Prøvekommune {rank + 1:03d}",
            cvr=f"{98_000_000 + rank:08d}",
            preset="lovens-minimum",
            employees=max(150, round(employments * weight / total)),
            turnover=0.0,
            activity=absences_each / ABSENCES_PER_EMPLOYMENT,
        )


ABSENCES_PER_EMPLOYMENT = 20.6
"""Measured mean number of absences (all categories) of an employment that lasts all five years."""
