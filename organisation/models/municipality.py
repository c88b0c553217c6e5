"""Municipalities (tenants, O1) and their settings."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from core.history import audited
from core.tenancy.models import TenantModel


class Municipality(models.Model):
    """A tenant. Holds public facts only, so it is the one business table without row-level security."""

    slug = models.SlugField("kort navn", unique=True)
    name = models.CharField("navn", max_length=100)
    cvr = models.CharField("CVR-nummer", max_length=8, unique=True, validators=[RegexValidator(r"^\d{8}$")])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "kommune"
        verbose_name_plural = "kommuner"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cvr__regex=r"^[0-9]{8}$"), name="municipality_cvr_eight_digits"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@audited()
class MunicipalitySettings(TenantModel):
    """What a municipality chooses for itself. One row per municipality."""

    short_until = models.PositiveSmallIntegerField(
        "kort fravær til og med dag",
        default=14,
        help_text="Kalenderdage af hele fraværet.",
        validators=[MinValueValidator(1)],
    )
    middle_until = models.PositiveSmallIntegerField("mellemlangt fravær til og med dag", default=28)
    suppress_below = models.PositiveSmallIntegerField(
        "skjul tal for enheder under",
        default=5,
        help_text="Antal medarbejdere.",
        validators=[MinValueValidator(3)],
    )
    suppress_split_below = models.PositiveSmallIntegerField(
        "skjul opdelinger for enheder under", default=10, validators=[MinValueValidator(3)]
    )
    retention_years = models.PositiveSmallIntegerField(
        "slet efter ansættelsens ophør (år)",
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    employees_may_register = models.BooleanField("medarbejdere må selv melde sig syge", default=False)
    escalate_after_days = models.PositiveSmallIntegerField(
        "fortæl chef og HR efter (dage over frist)", default=7, help_text="0 betyder aldrig."
    )

    class Meta:
        verbose_name = "kommunens valg"
        constraints = [
            models.UniqueConstraint(fields=["municipality"], name="settings_one_per_municipality"),
            models.CheckConstraint(
                condition=models.Q(middle_until__gt=models.F("short_until")),
                name="settings_length_classes_ordered",
            ),
        ]

    def __str__(self) -> str:
        return "kommunens valg"


@audited()
class DayOff(TenantModel):
    """A weekday on which nobody's ordinary pattern counts: the municipality's own, beside public holidays (§ 4)."""

    date = models.DateField("dato")
    name = models.CharField("navn", max_length=60)

    class Meta:
        verbose_name = "fridag"
        verbose_name_plural = "fridage"
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["municipality", "date"], name="dayoff_one_per_date")]

    def __str__(self) -> str:
        return f"{self.name} {self.date:%d.%m.%Y}"
