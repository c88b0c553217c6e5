"""`send_reminders [--on DATE] [--municipality SLUG]`: what the schedule runs every morning."""

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from conversations.services.reminders import make_digests
from core import mail
from core.clock import today
from core.commands import TenantCommand, iso_date
from core.tenancy import tenant
from organisation.models import Municipality


class Command(TenantCommand):
    """Make and send the morning's digests. Safe to run again, and after having been killed."""

    help = "Send morgenens påmindelser."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--on", type=iso_date, metavar="DATE", help="ellers i dag")
        parser.add_argument("--municipality", metavar="SLUG", help="ellers alle")

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or today()
        slug = options["municipality"]
        chosen = [self.municipality(slug)] if slug else list(Municipality.objects.all())
        sent = already = failed = 0
        for number, municipality in enumerate(chosen, start=1):
            if len(chosen) > 1:
                self.stderr.write(f"{municipality.name} ({number} af {len(chosen)})")
            with tenant(municipality.pk):
                already += make_digests(on=on, now=timezone.now()).already
                outcome = mail.send_waiting()
            sent += outcome.sent
            failed += outcome.failed
        self.stdout.write(f"sendt {sent}, allerede sendt {already}, ikke sendt {failed}")
        if failed:
            raise CommandError("Nogle mails kunne ikke sendes. Se hvilke under Opsætning, Job.")
