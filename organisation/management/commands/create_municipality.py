"""`create_municipality SLUG --name NAME --cvr CVR [--preset PRESET]`"""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from core.commands import validation_as_command_error
from core.tenancy import tenant
from organisation.services import create_municipality, preset_chosen


class Command(BaseCommand):
    """Create a tenant, with conversation rules from a preset if one is named."""

    help = "Opret en kommune."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("--name", required=True)
        parser.add_argument("--cvr", required=True)
        parser.add_argument("--preset", help="regler for samtaler at begynde med, fx lovens-minimum")

    def handle(self, *args: Any, **options: Any) -> None:
        with validation_as_command_error(), transaction.atomic():
            municipality = create_municipality(slug=options["slug"], name=options["name"], cvr=options["cvr"])
            if options["preset"]:
                with tenant(municipality.pk):
                    preset_chosen.send(
                        type(municipality), municipality=municipality, preset=options["preset"], by=None
                    )
        self.stdout.write(f"{municipality.name} er oprettet.")
