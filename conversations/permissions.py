"""Whose deadlines a user reaches: exactly those of the employments they reach (organisation.permissions)."""

from datetime import date

from django.db.models import QuerySet

from conversations.models import Deadline
from core.errors import OutOfReachError
from organisation.models import User
from organisation.permissions import employments_in_reach, reach_of


def deadlines_in_reach(user: User, on: date) -> QuerySet[Deadline]:
    """Deadlines of the user's own employees; HR's of everybody."""
    found = Deadline.objects.select_related("employment__person", "absence")
    if reach_of(user, on).sees_everybody:
        return found
    return found.filter(employment__in=employments_in_reach(user, on))


def get_deadline(user: User, deadline_id: int, on: date) -> Deadline:
    """The deadline, if the user reaches its employment. Raises OutOfReachError (404)."""
    found = deadlines_in_reach(user, on).filter(pk=deadline_id).first()
    if found is None:
        raise OutOfReachError
    return found
