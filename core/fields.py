"""Small database expressions used by several apps."""

from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.db.models import F, Func, Value
from django.db.models.functions import Collate, Lower, Replace


class DateRange(Func):
    """`daterange(first, last, '[]')` of two date columns, both inclusive; an empty last means open-ended."""

    function = "daterange"
    output_field = DateRangeField()

    def __init__(self, first: str, last: str, **extra: Any) -> None:
        super().__init__(F(first), F(last), Value("[]"), **extra)


def danish_sort_key(column: str) -> Collate:
    """Danish alphabetical order without a Danish locale in the database: æ, ø, å last and aa as å.

    Stored in a generated column so that an index can serve it.
    """
    lowered = Replace(Lower(F(column)), Value("aa"), Value("å"))
    return Collate(Func(lowered, Value("æäøöåéü"), Value("{{||}ey"), function="translate"), "C")
