"""The organisation tree (O2): units, and where each stands in the tree from when to when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import Now

from core.fields import DateRange, danish_sort_key
from core.history import audited
from core.tenancy.models import TenantForeignKey, TenantModel


@audited()
class Unit(TenantModel):
    """A node of the organisation: sector, centre, institution, team. Never deleted; closed by its placement's end."""

    external_id = models.CharField("enhedsnummer", max_length=60)
    name = models.CharField("navn", max_length=150)
    sort_name = models.GeneratedField(
        expression=danish_sort_key("name"), output_field=models.TextField(), db_persist=True
    )
    level = models.CharField("niveau", max_length=40, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "enhed"
        verbose_name_plural = "enheder"
        ordering = ["sort_name"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "external_id"], name="unit_external_id")
        ]

    def __str__(self) -> str:
        return self.name


@audited()
class UnitPlacement(TenantModel):
    """Where a unit stands in the tree in a period. Moving a unit ends one placement and begins another,
    so that absence stays with the part of the organisation where it arose."""

    unit = TenantForeignKey(Unit, on_delete=models.PROTECT, related_name="placements", verbose_name="enhed")
    parent = TenantForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="child_placements",
        verbose_name="overordnet enhed",
    )
    valid_from = models.DateField("gælder fra")
    valid_to = models.DateField("gælder til og med", null=True, blank=True)

    class Meta:
        verbose_name = "placering"
        verbose_name_plural = "placeringer"
        ordering = ["unit", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="placement_dates_ordered",
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("unit")), name="placement_not_own_parent"
            ),
            ExclusionConstraint(
                name="placement_no_overlap",
                expressions=[
                    ("municipality", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} fra {self.valid_from:%d.%m.%Y}"
