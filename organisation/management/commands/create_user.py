"""`create_user EMAIL --municipality SLUG --role ROLE [--unit ID] [--person ID] [--password-env VAR]`"""

import os
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction

from core.commands import TenantCommand, validation_as_command_error
from core.tenancy import login_as
from organisation.models import Person, Unit, User
from organisation.models.access import Role
from organisation.services import assign_role, create_user


class Command(TenantCommand):
    """Create a user, or give one that exists another role."""

    help = "Opret en bruger, eller giv en bruger en rolle mere."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--municipality", metavar="SLUG")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--unit", metavar="UNIT_ID")
        parser.add_argument("--person", metavar="PERSON_ID")
        parser.add_argument("--name", help="ellers medarbejderens navn, ellers e-mailadressen")
        parser.add_argument("--password-env", metavar="VAR", help="miljøvariabel med adgangskoden")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        password = self._password(options["password_env"])
        with validation_as_command_error():
            if options["role"] == Role.OPERATOER:
                with transaction.atomic(), login_as(email):
                    create_user(
                        email=email,
                        name=options["name"] or email,
                        role=Role.OPERATOER,
                        password=password,
                        by=None,
                    )
            elif not options["municipality"]:
                raise CommandError("Sig hvilken kommune med --municipality SLUG.")
            else:
                self._create_in_tenant(email, password, options)
        self.stdout.write(f"{email} er oprettet som {Role(options['role']).label}.")

    def _create_in_tenant(self, email: str, password: str | None, options: dict[str, Any]) -> None:
        with self.inside(options["municipality"]):
            unit = self._find(Unit, "enhed", options["unit"])
            person = self._find(Person, "medarbejder", options["person"])
            user = User.objects.filter(email=email).first()
            if user is not None:
                if password:
                    user.set_password(password)
                    user.save(update_fields=["password"])
                assign_role(user=user, role=options["role"], unit=unit, by=None)
                return
            name = options["name"] or (person.name if person else email)
            create_user(
                email=email,
                name=name,
                role=options["role"],
                unit=unit,
                person=person,
                password=password,
                by=None,
            )

    def _find(self, model: Any, word: str, external_id: str | None) -> Any:
        if external_id is None:
            return None
        found = model.objects.filter(external_id=external_id).first()
        if found is None:
            raise ValidationError(f"Der er ingen {word} med nummeret »{external_id}«.")
        return found

    def _password(self, variable: str | None) -> str | None:
        if variable is None:
            return None
        if variable not in os.environ:
            raise CommandError(f"Miljøvariablen {variable} er ikke sat.")
        return os.environ[variable]
