"""Shared shape of our commands: a municipality by its short name, errors as a message and exit code 1."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from core.tenancy import tenant_transaction


class TenantCommand(BaseCommand):
    """Base of commands that work inside one municipality, given as the first argument SLUG."""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug", metavar="SLUG", help="the municipality's short name")

    def municipality(self, slug: str) -> Any:
        """The municipality; raises CommandError naming those there are."""
        model = apps.get_model(settings.TENANT_MODEL)
        found = model.objects.filter(slug=slug).first()
        if found is None:
            known = ", ".join(model.objects.values_list("slug", flat=True)) or "ingen endnu"
            raise CommandError(f"Der er ingen kommune med det korte navn »{slug}«. Der er: {known}.")
        return found

    @contextmanager
    def inside(self, slug: str) -> Iterator[Any]:
        """One transaction inside the municipality."""
        municipality = self.municipality(slug)
        with tenant_transaction(municipality.pk):
            yield municipality


def iso_date(text: str) -> date:
    """An ISO date for argparse; a wrong one is misuse (exit code 2)."""
    return date.fromisoformat(text)


def iso_month(text: str) -> date:
    """`YYYY-MM` as the first day of the month, for argparse."""
    return date.fromisoformat(f"{text}-01")


@contextmanager
def validation_as_command_error() -> Iterator[None]:
    """Turn a ValidationError into the command's message and exit code 1."""
    try:
        yield
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
