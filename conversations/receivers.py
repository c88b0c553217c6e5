"""Conversations listen: new municipalities' presets, and changed absences."""

from collections.abc import Collection
from typing import Any

from django.dispatch import receiver

from absence.models import SickNotification
from absence.signals import absences_changed
from conversations.services.planning import plan_deadlines, plan_patterns
from conversations.services.rules import preset, set_rules
from core.clock import today
from organisation.services import preset_chosen


@receiver(preset_chosen)
def adopt_preset(sender: Any, *, preset: str, by: Any = None, **kwargs: Any) -> None:
    """A municipality begins with a preset's rules."""
    set_rules(rules=_preset(preset), on=today(), by=by)


_preset = preset


@receiver(absences_changed)
def plan_again(sender: Any, *, absence_ids: Collection[int] | None = None, **kwargs: Any) -> None:
    """Deadlines follow the absences in the same transaction."""
    plan_deadlines(on=today(), absence_ids=absence_ids)
    employments = None
    if absence_ids is not None:
        employments = set(
            SickNotification.objects.filter(pk__in=absence_ids).values_list("employment_id", flat=True)
        )
    plan_patterns(on=today(), employment_ids=employments)
