"""What absence adds to a new municipality."""

from typing import Any

from django.dispatch import receiver

from absence.rules.categories import DEFAULT_CATEGORIES
from organisation.services import municipality_created


@receiver(municipality_created)
def add_default_categories(sender: Any, **kwargs: Any) -> None:
    """Every municipality begins with the usual categories and payroll codes; it may change them."""
    from absence.models import Category

    Category.objects.bulk_create(
        Category(
            key=default.key,
            name=default.name,
            counts_in_headline=default.counts_in_headline,
            starts_follow_up=default.starts_follow_up,
            refund_from_day_1=default.refund_from_day_1,
            payroll_codes=list(default.payroll_codes),
            order=order,
        )
        for order, default in enumerate(DEFAULT_CATEGORIES, start=1)
    )
