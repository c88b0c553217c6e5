"""Writes of categories (A1): what counts, what is followed up, and the payroll's codes. Never deleted, only closed."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from absence.models import Category
from absence.rules.naming import key_of
from organisation.models import User

CODE_LENGTH = 10


@transaction.atomic
def save_category(
    *,
    category: Category | None,
    name: str,
    payroll_codes: list[str],
    counts_in_headline: bool,
    starts_follow_up: bool,
    refund_from_day_1: bool,
    active: bool,
    by: User,
) -> Category:
    """Change a category, or add one last in the list (`category` None).

    Raises ValidationError: a name or payroll code that another category has, or none left to choose.
    """
    found = category or Category()
    others = list(Category.objects.exclude(pk=found.pk))
    _check_name(name.strip(), others)
    _check_codes(payroll_codes, others)
    if not active and not any(other.active for other in others):
        raise ValidationError({"active": "Der skal være mindst én kategori at vælge."})
    if category is None:
        found.key = key_of(name, {other.key for other in others})
        found.order = (Category.objects.aggregate(last=Max("order"))["last"] or 0) + 1
    found.name, found.payroll_codes, found.active = name.strip(), payroll_codes, active
    found.counts_in_headline, found.starts_follow_up = counts_in_headline, starts_follow_up
    found.refund_from_day_1 = refund_from_day_1
    found.full_clean()
    with pghistory.context(user=by.pk):
        found.save()
    return found


def _check_name(name: str, others: list[Category]) -> None:
    if any(other.name.casefold() == name.casefold() for other in others):
        raise ValidationError({"name": "Der er allerede en kategori med det navn. Vælg et andet."})


def _check_codes(codes: list[str], others: list[Category]) -> None:
    taken = {code: other.name for other in others for code in other.payroll_codes}
    clash = next((code for code in codes if code in taken), None)
    if clash is not None:
        raise ValidationError(
            {"payroll_codes": f"Lønkoden {clash} hører til {taken[clash]}. En kode kan kun stå ét sted."}
        )
    if any(len(code) > CODE_LENGTH for code in codes):
        raise ValidationError({"payroll_codes": "En lønkode er højst 10 tegn. Skil koder med komma."})
