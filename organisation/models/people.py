"""People, their employments, dated terms and rosters (O3)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

from core.fields import DateRange, danish_sort_key
from core.history import audited
from core.tenancy.models import TenantForeignKey, TenantModel
from organisation.models.units import Unit


@audited()
class OccupationalGroup(TenantModel):
    """An overenskomstgruppe, as the payroll names it."""

    name = models.CharField("navn", max_length=150)

    class Meta:
        verbose_name = "faggruppe"
        verbose_name_plural = "faggrupper"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="group_name")]

    def __str__(self) -> str:
        return self.name


@audited()
class Person(TenantModel):
    """A human being; may have several employments. Holds no CPR number and nothing about health."""

    external_id = models.CharField("personnummer i lønsystemet", max_length=60)
    name = models.CharField("navn", max_length=150)
    sort_name = models.GeneratedField(
        expression=danish_sort_key("name"), output_field=models.TextField(), db_persist=True
    )
    email = models.EmailField("e-mail", blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "medarbejder"
        verbose_name_plural = "medarbejdere"
        ordering = ["sort_name"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "external_id"], name="person_external_id")
        ]
        indexes = [models.Index(fields=["municipality", "sort_name"], name="person_sort_name")]

    def __str__(self) -> str:
        return self.name


@audited()
class Employment(TenantModel):
    """One employment (tjenestenummer)."""

    external_id = models.CharField("tjenestenummer", max_length=60)
    person = TenantForeignKey(
        Person, on_delete=models.PROTECT, related_name="employments", verbose_name="medarbejder"
    )
    start = models.DateField("ansat fra")
    end = models.DateField("ansat til og med", null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "ansættelse"
        verbose_name_plural = "ansættelser"
        constraints = [
            models.UniqueConstraint(fields=["municipality", "external_id"], name="employment_external_id"),
            models.CheckConstraint(
                condition=models.Q(end__isnull=True) | models.Q(end__gte=models.F("start")),
                name="employment_dates_ordered",
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


@audited()
class EmploymentTerms(TenantModel):
    """What applies to an employment in a period: unit, group, hours.

    `hours` has 7 numbers a week, Monday first, for one or more weeks (a rota); week 1 of the rota is the week
    that holds `rota_start` (the Monday on or before `valid_from` when empty).
    """

    employment = TenantForeignKey(
        Employment, on_delete=models.CASCADE, related_name="terms", verbose_name="ansættelse"
    )
    valid_from = models.DateField("gælder fra")
    valid_to = models.DateField("gælder til og med", null=True, blank=True)
    unit = TenantForeignKey(Unit, on_delete=models.PROTECT, related_name="terms", verbose_name="enhed")
    group = TenantForeignKey(
        OccupationalGroup,
        on_delete=models.PROTECT,
        related_name="terms",
        null=True,
        blank=True,
        verbose_name="faggruppe",
    )
    leader = TenantForeignKey(
        "organisation.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="nærmeste leder",
        help_text="Kun når det ikke er enhedens leder.",
    )  # fmt: skip
    weekly_hours = models.FloatField(
        "timer om ugen", validators=[MinValueValidator(0), MaxValueValidator(80)]
    )
    hours = ArrayField(models.FloatField(), verbose_name="timer pr. ugedag")
    rota_start = models.DateField("vagtplanens uge 1", null=True, blank=True)

    class Meta:
        verbose_name = "ansættelsesvilkår"
        verbose_name_plural = "ansættelsesvilkår"
        ordering = ["employment", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="terms_dates_ordered",
            ),
            models.CheckConstraint(
                condition=models.Q(weekly_hours__gte=0) & models.Q(weekly_hours__lte=80),
                name="terms_weekly_hours_range",
            ),
            ExclusionConstraint(
                name="terms_no_overlap",
                expressions=[
                    ("municipality", RangeOperators.EQUAL),
                    ("employment", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employment} fra {self.valid_from:%d.%m.%Y}"


class RosterShift(TenantModel):
    """Planned hours of one employment on one date (vagtplan); overrides the pattern, also on holidays.

    Not audited row by row: rosters are replaced wholesale by imports, whose job rows tell who and when.
    """

    class Source(models.TextChoices):
        ROSTER = "roster", "vagtplan"
        PAYROLL = "payroll", "lønsystem"  # wins over the roster: the payroll's own planned hours of the day

    employment = TenantForeignKey(
        Employment, on_delete=models.CASCADE, related_name="shifts", verbose_name="ansættelse"
    )
    date = models.DateField("dato")
    hours = models.FloatField("timer", validators=[MinValueValidator(0), MaxValueValidator(24)])
    source = models.CharField("kilde", max_length=10, choices=Source, default=Source.ROSTER)

    class Meta:
        verbose_name = "vagt"
        verbose_name_plural = "vagter"
        constraints = [
            models.UniqueConstraint(fields=["municipality", "employment", "date"], name="shift_one_per_day"),
            models.CheckConstraint(
                condition=models.Q(hours__gte=0) & models.Q(hours__lte=24), name="shift_hours_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%d.%m.%Y}"
