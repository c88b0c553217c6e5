"""Exceptions that edges turn into answers, in one place."""

from django.http import Http404


class OutOfReachError(Http404):
    """The object does not exist for this user: another tenant's, or outside their roles. Always answered 404."""

    def __init__(self) -> None:
        super().__init__("Vi kan ikke finde siden, eller du har ikke adgang til den.")
