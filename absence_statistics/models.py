"""What the figures' own tables hold: a counter of changes, so that a computed figure knows when it is out of date."""

from django.db import models
from django.db.models.functions import Now

from core.tenancy.models import TenantModel


class DataChange(TenantModel):
    """A row per statement that changed something figures are computed from, written by database triggers.

    Insert-only, so writers never wait for each other; count and highest id together are the data's version.
    """

    source = models.CharField(max_length=60)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "ændring af talgrundlag"
        verbose_name_plural = "ændringer af talgrundlag"

    def __str__(self) -> str:
        return self.source
