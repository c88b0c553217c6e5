"""How the quarter's duties were followed up: counts only, never whose (domain C8)."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from conversations.models import Deadline
from coordination.reports.quarter import Quarter
from coordination.reports.values import FollowUp, Gap, StepCounts
from organisation.models import EmploymentTerms

_COUNTS = {
    "asked": Count("pk"),
    "in_time": Count("pk", filter=Q(state=Deadline.State.HELD, settled_on__lte=F("due"))),
    "late": Count("pk", filter=Q(state=Deadline.State.HELD, settled_on__gt=F("due"))),
    "waived": Count("pk", filter=Q(state=Deadline.State.WAIVED)),
    "lapsed": Count("pk", filter=Q(state=Deadline.State.LAPSED)),
    "missing": Count("pk", filter=Q(state=Deadline.State.OPEN)),
}


def follow_up(units: Collection[int], quarter: Quarter, split_gap: Gap | None) -> FollowUp:
    """Mandatory duties due in the quarter, of those who stood in the units on the due date. Two queries.

    `split_gap`: why they are not shown by kind, None when they are.
    """
    found = _due(units, quarter)
    counts = found.aggregate(**_COUNTS)
    total = StepCounts("", *(counts[name] for name in _COUNTS))
    if split_gap is not None:
        return FollowUp(total, split_gap)
    kinds = found.order_by("kind").values("kind").annotate(**_COUNTS).values_list("kind", *_COUNTS)
    return FollowUp(total, tuple(StepCounts(*row) for row in kinds))


def _due(units: Collection[int], quarter: Quarter) -> QuerySet[Deadline]:
    there = EmploymentTerms.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("due")),
        employment=OuterRef("employment"),
        valid_from__lte=OuterRef("due"),
        unit__in=units,
    )
    return Deadline.objects.filter(
        Exists(there), mandatory=True, due__range=(quarter.first_month, quarter.last_day)
    )
