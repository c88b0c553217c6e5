"""`demonstration_logins`: who can log in to the demonstration, for `make run` to print."""

from typing import Any

from django.core.management.base import BaseCommand

from coordination.demonstration import DEMO_PASSWORD, OPERATOR_EMAIL, SPECS
from organisation.models import Municipality

_ROLES = (
    ("leder", "leder", "forsiden: hvad venter i dag, og hvem er syg"),
    ("chef", "leder over ledere", "forsiden: enhederne under"),
    ("hr", "HR", "forsiden: frister over hele kommunen; Tal; Opsætning"),
    ("medarbejder", "medarbejder", "Min side: eget fravær, og hvem der har set det"),
    ("med", "MED-medlem", "Tal, uden personer"),
    ("koordinator", "koordinator", "Tal"),
    ("system", "systemansvarlig", "Opsætning: regler, import, brugere"),
)


class Command(BaseCommand):
    """Print the logins of the demonstration's largest municipality; nothing if it isn't loaded."""

    help = "Vis demonstrationens brugere."

    def handle(self, *args: Any, **options: Any) -> None:
        specs = SPECS
        if not Municipality.objects.filter(slug=specs[0].slug).exists():
            return
        self.stdout.write(f"Adgangskode for alle: {DEMO_PASSWORD}")
        for name, role, click in _ROLES:
            self.stdout.write(f"  {name}@{specs[0].slug}.example".ljust(40) + f"{role}: {click}")
        others = " og ".join(f"@{spec.slug}.example" for spec in specs[1:])
        self.stdout.write(f"De samme navne findes med {others}. Driften: {OPERATOR_EMAIL}")
