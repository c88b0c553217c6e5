"""Sick notifications and their states (A1, A2). There is no field for a diagnosis, and there never will be."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

from core.fields import DateRange
from core.history import audited
from core.tenancy.models import TenantForeignKey, TenantModel
from organisation.models import Employment


@audited()
class Category(TenantModel):
    """A kind of absence, editable by the municipality (domain A1)."""

    key = models.SlugField("nøgle", max_length=40)
    name = models.CharField("navn", max_length=80)
    counts_in_headline = models.BooleanField("tæller med i hovedtallet", default=True)
    starts_follow_up = models.BooleanField("starter opfølgning", default=True)
    refund_from_day_1 = models.BooleanField("refusion fra første dag", default=False)
    payroll_codes = ArrayField(
        models.CharField(max_length=10), verbose_name="lønkoder", default=list, blank=True
    )
    order = models.PositiveSmallIntegerField("rækkefølge", default=0)
    active = models.BooleanField("kan vælges", default=True)

    class Meta:
        verbose_name = "fraværskategori"
        verbose_name_plural = "fraværskategorier"
        ordering = ["order", "name"]
        constraints = [models.UniqueConstraint(fields=["municipality", "key"], name="category_key")]

    def __str__(self) -> str:
        return self.name


@audited()
class SickNotification(TenantModel):
    """One absence of one employment (sygemelding), open until `last_day` is set.

    Withdrawn ones (registered by mistake) stay as history and count nowhere.
    """

    class WorkRelated(models.TextChoices):
        YES = "yes", "ja"
        NO = "no", "nej"
        UNKNOWN = "unknown", "ved ikke"

    class Source(models.TextChoices):
        REGISTERED = "registered", "registreret her"
        FILE = "file", "fil"
        PAYROLL = "payroll", "lønsystem"

    employment = TenantForeignKey(
        Employment, on_delete=models.PROTECT, related_name="absences", verbose_name="ansættelse"
    )
    external_id = models.CharField("fraværsnummer", max_length=80, null=True, blank=True)  # noqa: DJ001  (NULL is outside the uniqueness)
    category = TenantForeignKey(
        Category, on_delete=models.PROTECT, related_name="absences", verbose_name="kategori"
    )
    first_day = models.DateField("første fraværsdag")
    last_day = models.DateField("sidste fraværsdag", null=True, blank=True)
    expected_last_day = models.DateField("forventet sidste fraværsdag", null=True, blank=True)
    work_related = models.CharField(
        "hænger det sammen med arbejdet?", max_length=10, choices=WorkRelated, default=WorkRelated.UNKNOWN
    )
    agreed_contact = models.CharField("aftalt kontakt", max_length=200, blank=True)
    withdrawn_at = models.DateTimeField("trukket tilbage", null=True, blank=True)
    source = models.CharField("kilde", max_length=12, choices=Source, default=Source.REGISTERED)
    created_by = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "sygemelding"
        verbose_name_plural = "sygemeldinger"
        ordering = ["-first_day"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "external_id"], name="absence_external_id"),
            models.CheckConstraint(
                condition=models.Q(last_day__isnull=True) | models.Q(last_day__gte=models.F("first_day")),
                name="absence_dates_ordered",
            ),
            models.CheckConstraint(
                condition=models.Q(expected_last_day__isnull=True)
                | models.Q(expected_last_day__gte=models.F("first_day")),
                name="absence_expected_ordered",
            ),
            ExclusionConstraint(
                name="absence_no_overlap",
                expressions=[
                    ("municipality", RangeOperators.EQUAL),
                    ("employment", RangeOperators.EQUAL),
                    (DateRange("first_day", "last_day"), RangeOperators.OVERLAPS),
                ],
                condition=models.Q(withdrawn_at__isnull=True),
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "first_day"],
                condition=models.Q(last_day__isnull=True, withdrawn_at__isnull=True),
                name="absence_open",
            ),
            models.Index(fields=["municipality", "last_day"], name="absence_last_day"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day:%d.%m.%Y}"


@audited()
class AbsenceState(TenantModel):
    """From this day the absence is in this state (domain A2). Before the first row it is wholly sick.

    Partial return says hours at work, either per week or per weekday (Monday first), or, from files, the sick share.
    """

    class State(models.TextChoices):
        SICK = "sygemeldt", "sygemeldt"
        ACTIVE = "aktivt_sygemeldt", "aktivt sygemeldt"
        PARTIAL = "delvist_raskmeldt", "delvist raskmeldt"

    absence = TenantForeignKey(
        SickNotification, on_delete=models.CASCADE, related_name="states", verbose_name="sygemelding"
    )
    from_day = models.DateField("fra")
    state = models.CharField("status", max_length=20, choices=State)
    worked_hours_week = models.FloatField(
        "timer på arbejde om ugen",
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(80)],
    )
    worked_hours = ArrayField(
        models.FloatField(), size=7, verbose_name="timer på arbejde pr. ugedag", null=True, blank=True
    )
    sick_share = models.FloatField(
        "andel syg", null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )
    created_by = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "status"
        verbose_name_plural = "statusser"
        ordering = ["absence", "from_day"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "absence", "from_day"], name="state_one_per_day"),
            models.CheckConstraint(
                condition=models.Q(sick_share__isnull=True)
                | (models.Q(sick_share__gte=0) & models.Q(sick_share__lte=1)),
                name="state_share_range",
            ),
            models.CheckConstraint(
                condition=models.Q(worked_hours_week__isnull=True)
                | (models.Q(worked_hours_week__gte=0) & models.Q(worked_hours_week__lte=80)),
                name="state_hours_range",
            ),
            models.CheckConstraint(  # a partial return says how much in exactly one way, the other states not at all
                condition=(
                    ~models.Q(state="delvist_raskmeldt")
                    & models.Q(
                        worked_hours_week__isnull=True, worked_hours__isnull=True, sick_share__isnull=True
                    )
                )
                | (
                    models.Q(state="delvist_raskmeldt")
                    & (
                        models.Q(
                            worked_hours_week__isnull=False,
                            worked_hours__isnull=True,
                            sick_share__isnull=True,
                        )
                        | models.Q(
                            worked_hours_week__isnull=True,
                            worked_hours__isnull=False,
                            sick_share__isnull=True,
                        )
                        | models.Q(
                            worked_hours_week__isnull=True,
                            worked_hours__isnull=True,
                            sick_share__isnull=False,
                        )
                    )
                ),
                name="state_partial_said_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} fra {self.from_day:%d.%m.%Y}"


class PayrollDay(TenantModel):
    """Absent hours of one date as the payroll has them. An absence with such rows is counted by them alone (domain § 4).

    Not audited row by row: replaced wholesale by imports, whose job rows tell who and when.
    """

    absence = TenantForeignKey(SickNotification, on_delete=models.CASCADE, related_name="payroll_days")
    date = models.DateField("dato")
    absent_hours = models.FloatField("fraværstimer", validators=[MinValueValidator(0), MaxValueValidator(24)])
    cause_code = models.CharField("årsagskode", max_length=10)

    class Meta:
        verbose_name = "fraværsdag fra lønsystemet"
        verbose_name_plural = "fraværsdage fra lønsystemet"
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "absence", "date"], name="payrollday_one_per_date"
            ),
            models.CheckConstraint(
                condition=models.Q(absent_hours__gte=0) & models.Q(absent_hours__lte=24),
                name="payrollday_hours_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%d.%m.%Y}"
