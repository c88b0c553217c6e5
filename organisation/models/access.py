"""Users, roles over units, deputies, and the log of looks at personal data (O4, O5, O6)."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import Lower, Now

from core.fields import DateRange, danish_sort_key
from core.history import audited
from core.tenancy.context import current
from core.tenancy.models import TenantForeignKey, TenantModel
from organisation.models.people import Person
from organisation.models.units import Unit


class UserManager(BaseUserManager["User"]):
    """Addresses are stored in lower case. Does not raise without a tenant: log-in comes before the tenant is known."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


@audited(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """Somebody who logs in. Belongs to one municipality; an operatør belongs to none."""

    municipality = models.ForeignKey(
        settings.TENANT_MODEL, on_delete=models.PROTECT, null=True, default=current, editable=False, related_name="+", db_index=False
    )  # fmt: skip
    email = models.EmailField(
        "e-mail", unique=True, error_messages={"unique": "E-mailadressen er allerede i brug. Vælg en anden."}
    )
    name = models.CharField("navn", max_length=150)
    sort_name = models.GeneratedField(
        expression=danish_sort_key("name"), output_field=models.TextField(), db_persist=True
    )
    person = TenantForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="users",
        verbose_name="medarbejder",
    )
    is_active = models.BooleanField("aktiv", default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "bruger"
        verbose_name_plural = "brugere"
        ordering = ["sort_name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """Who one is here (domain O4). A chef is a leder of a unit with leaders below."""

    MEDARBEJDER = "medarbejder", "medarbejder"
    LEDER = "leder", "leder"
    HR = "hr", "HR"
    KOORDINATOR = "koordinator", "koordinator"
    MED = "med", "MED-medlem"
    SYSTEMANSVARLIG = "systemansvarlig", "systemansvarlig"
    OPERATOER = "operatoer", "operatør"


@audited()
class RoleAssignment(TenantModel):
    """A user's role over a unit (and its subtree where marked), in a period.

    A leader named by an import file is replaced when the file names another; roles given here are left alone.
    """

    class Source(models.TextChoices):
        GIVEN = "given", "givet her"
        FILE = "file", "fil"

    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="roles", verbose_name="bruger")
    role = models.CharField(
        "rolle", max_length=20, choices=[c for c in Role.choices if c[0] != Role.OPERATOER]
    )
    unit = TenantForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="roles", verbose_name="enhed"
    )
    include_subtree = models.BooleanField("også enhederne under", default=True)
    valid_from = models.DateField("gælder fra", null=True, blank=True)
    valid_to = models.DateField("gælder til og med", null=True, blank=True)
    source = models.CharField(
        "kilde", max_length=5, choices=Source, default=Source.GIVEN, db_default=Source.GIVEN, editable=False
    )

    class Meta:
        verbose_name = "rolle"
        verbose_name_plural = "roller"
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "user", "role", "unit"],
                name="role_once_per_unit",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=~models.Q(role=Role.LEDER) | models.Q(unit__isnull=False),
                name="role_leader_has_unit",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_from__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="role_dates_ordered",
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()


@audited()
class Deputy(TenantModel):
    """A stedfortræder holds a leader's roles, and gets the leader's mails too, for a period."""

    leader = TenantForeignKey(User, on_delete=models.CASCADE, related_name="deputies", verbose_name="leder")
    deputy = TenantForeignKey(
        User, on_delete=models.CASCADE, related_name="deputy_for", verbose_name="stedfortræder"
    )
    first_day = models.DateField("fra")
    last_day = models.DateField("til og med")
    created_by = TenantForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "stedfortræder"
        verbose_name_plural = "stedfortrædere"
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="deputy_dates_ordered"
            ),
            models.CheckConstraint(
                condition=~models.Q(leader=models.F("deputy")), name="deputy_is_somebody_else"
            ),
            ExclusionConstraint(
                name="deputy_no_overlap",
                expressions=[
                    ("municipality", RangeOperators.EQUAL),
                    ("leader", RangeOperators.EQUAL),
                    ("deputy", RangeOperators.EQUAL),
                    (DateRange("first_day", "last_day"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day:%d.%m.%Y}–{self.last_day:%d.%m.%Y}"


class AccessLog(TenantModel):
    """One look at a person's absence, case or minutes: who, whose, when, on which page. Insert-only."""

    actor = TenantForeignKey(User, on_delete=models.PROTECT, related_name="+")
    person = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="access_log")
    page = models.CharField("side", max_length=60)
    at = models.DateTimeField("tidspunkt", db_default=Now())

    class Meta:
        verbose_name = "opslag"
        verbose_name_plural = "opslag"
        ordering = ["-at"]
        indexes = [models.Index(fields=["municipality", "person", "-at"], name="accesslog_person_at")]

    def __str__(self) -> str:
        return self.page
