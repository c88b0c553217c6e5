"""Who may write an absence. Builds on `organisation.permissions`, which says whose cases somebody sees."""

from datetime import date

from core.errors import OutOfReachError
from organisation.models import Employment, User
from organisation.permissions import employments_in_reach


def can_handle(by: User, employment: Employment, on: date) -> bool:
    """Whether the user may register and change absence of this employment: HR and the nearest leader (or deputy).

    Nobody handles their own case, HR neither.
    """
    if by.person_id is not None and employment.person_id == by.person_id:
        return False
    return employments_in_reach(by, on).filter(pk=employment.pk).exists()


def check_can_handle(by: User, employment: Employment, on: date) -> None:
    """As `can_handle`, but raises OutOfReachError (404)."""
    if not can_handle(by, employment, on):
        raise OutOfReachError
