"""Tokens of the API: how another system of the municipality calls, and what it may."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models.functions import Now

from core.history import audited
from core.tenancy.models import TenantForeignKey, TenantModel
from organisation.models.access import User


class Scope(models.TextChoices):
    """What a token gives access to."""

    UNITS = "units", "Enheder"
    PEOPLE = "people", "Ansættelser med navne"
    ABSENCE = "absence", "Fravær for hver medarbejder"
    ABSENCE_WRITE = "absence:write", "Registrere fravær"
    CONVERSATIONS = "conversations", "Frister for samtaler"
    FIGURES = "figures", "Tal for enheder"


@audited(exclude=["secret_hash", "last_used_at"])
class ApiToken(TenantModel):
    """A key of the API. Only the hash of its secret is kept; `prefix` is the beginning, to know it by.

    It acts for the whole municipality, within its scopes. Never deleted: looks and history name it.
    """

    name = models.CharField("navn", max_length=50)
    prefix = models.CharField("begyndelse", max_length=30)
    secret_hash = models.CharField(max_length=64, validators=[MinLengthValidator(64)])
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope), verbose_name="adgang")
    expires_on = models.DateField("gælder til og med")
    last_used_at = models.DateTimeField("sidst brugt", null=True, editable=False)
    revoked_at = models.DateTimeField("lukket", null=True, editable=False)
    created_by = TenantForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="lavet af")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "API-nøgle"
        verbose_name_plural = "API-nøgler"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "secret_hash"], name="api_token_secret"),
            models.CheckConstraint(condition=models.Q(scopes__len__gte=1), name="api_token_has_scopes"),
        ]

    def __str__(self) -> str:
        return self.name
