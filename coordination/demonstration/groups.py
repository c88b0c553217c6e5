"""Occupational groups, contract hours and weekly patterns of the fictitious staff.

The group names are those of the seeded national benchmark (domain book § 4), plus two that have none.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """`level`: dagsværk per årsværk relative to the others, between the published 2019 and 2023 figures.

    `women` is the share of women, used only to pick first names; `hours` the weekly contract hours with
    their weights; `shifts` whether some work weekends; `before` the group a few belonged to earlier.
    """

    name: str
    level: float
    women: float
    hours: tuple[tuple[float, float], ...]
    shifts: bool = False
    before: int | None = None


FULL = ((37.0, 0.84), (32.0, 0.08), (30.0, 0.04), (28.0, 0.02), (20.0, 0.02))
CHILDREN = ((37.0, 0.50), (32.0, 0.22), (30.0, 0.14), (28.0, 0.08), (20.0, 0.06))
CARE = ((37.0, 0.34), (32.0, 0.26), (30.0, 0.16), (28.0, 0.12), (20.0, 0.07), (15.0, 0.05))

ADMIN, ACADEMIC, CHILDMINDER, TEACHER, PEDAGOGUE, ASSISTANT = range(6)
CARER, SOCIAL_PEDAGOGUE, SOCIAL_WORKER, NURSE, TECHNICAL, CLEANING = range(6, 12)

GROUPS: tuple[Group, ...] = (
    Group("administration og it", 9.8, 0.72, FULL),
    Group("akademikere", 7.0, 0.63, FULL),
    Group("dagplejere", 15.4, 0.99, ((37.0, 1.0),)),
    Group("lærere", 12.1, 0.70, FULL),
    Group("pædagogisk personale, daginstitution/klub/skolefritid", 15.5, 0.84, CHILDREN, before=5),
    Group("pædagogmedhjælpere og -assistenter", 14.9, 0.79, CHILDREN),
    Group("social- og sundhedspersonale", 18.0, 0.92, CARE, shifts=True),
    Group("socialpædagoger m.fl.", 15.4, 0.74, CARE, shifts=True),
    Group("socialrådgivere", 12.0, 0.88, FULL, before=0),
    Group("syge- og sundhedspersonale", 11.9, 0.93, CARE, shifts=True),
    Group("teknisk service og vejpersonale", 12.0, 0.14, ((37.0, 0.95), (30.0, 0.05))),
    Group("rengørings- og køkkenpersonale", 14.8, 0.86, CARE),
)

PATTERNS: tuple[tuple[int, ...], ...] = (
    (1, 1, 1, 1, 1, 0, 0),
    (1, 1, 1, 1, 0, 0, 0),
    (0, 0, 1, 1, 1, 1, 1),
    (1, 0, 0, 1, 1, 1, 1),
    (0, 0, 0, 0, 1, 1, 1),
)
"""Days worked, Monday first: weekdays, Monday-Thursday, two weekend rotations, weekend job (15 hours)."""

WEEKDAYS, FOUR_DAYS, ROTATION_A, ROTATION_B, WEEKEND = range(5)

HOURS_CHOICES = (37.0, 32.0, 30.0, 28.0, 20.0)
"""Hours one may have had before; each divides into whole hundredths over four and five days."""
