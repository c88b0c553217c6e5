"""`set_rules SLUG --preset NAME | --file RULES.json [--unit ID]`"""

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from conversations.rules import codec
from conversations.rules.errors import RuleError
from conversations.rules.model import RuleSet
from conversations.services.rules import preset, set_rules
from core.clock import today
from core.commands import TenantCommand, validation_as_command_error
from organisation.selectors import unit_by_external_id


class Command(TenantCommand):
    """Adopt rules of conversations for a municipality or one unit."""

    help = "Sæt regler for samtaler i kraft."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--preset", metavar="NAME")
        source.add_argument("--file", metavar="RULES.json", type=Path)
        parser.add_argument("--unit", metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        with validation_as_command_error():
            rules = preset(options["preset"]) if options["preset"] else _read(options["file"])
            with self.inside(options["slug"]) as municipality:
                unit = None
                if options["unit"]:
                    unit = unit_by_external_id(options["unit"])
                    if unit is None:
                        raise ValidationError(f"Der er ingen enhed med nummeret »{options['unit']}«.")
                row = set_rules(rules=rules, unit=unit, on=today(), by=None)
        self.stdout.write(f"{municipality.name}: reglerne gælder nu (udgave {row.version}).")


def _read(path: Path) -> RuleSet:
    try:
        return codec.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CommandError(f"Filen {path} kan ikke læses: {error.strerror}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CommandError(f"{path.name} er ikke JSON i UTF-8: {error}") from error
    except RuleError as error:
        raise CommandError(f"{path.name}: {error}") from error
