"""`export_rules SLUG [--unit ID]`: the rules in force as JSON that `set_rules --file` reads back."""

from typing import Any

from django.core.management.base import CommandError

from conversations import selectors
from conversations.rules import codec
from core.clock import today
from core.commands import TenantCommand
from organisation.selectors import unit_by_external_id


class Command(TenantCommand):
    """Write the rules in force to stdout."""

    help = "Skriv de gældende regler som JSON."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--unit", metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        with self.inside(options["slug"]):
            in_force = selectors.rules_in_force(today())
            rules = in_force.common
            if options["unit"]:
                unit = unit_by_external_id(options["unit"])
                if unit is None:
                    raise CommandError(f"Der er ingen enhed med nummeret »{options['unit']}«.")
                rules = in_force.of(unit.pk)
        self.stdout.write(codec.dumps(rules))
