"""Base classes of every table that belongs to a municipality."""

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models

from core.tenancy import context

_M = TypeVar("_M", bound=models.Model, covariant=True)


class TenantManager(models.Manager[_M]):
    """Raises when no municipality is set: row-level security alone would answer an empty list."""

    def get_queryset(self) -> models.QuerySet[_M]:
        if context.current() is None:
            raise context.TenantMissingError(self.model._meta.label)
        return super().get_queryset()

    def none(self) -> models.QuerySet[_M]:
        """An empty query set reads nothing, so it needs no municipality: forms are declared with it."""
        return super().get_queryset().none()


if TYPE_CHECKING:
    _ForeignKey = models.ForeignKey[Any, Any]
else:
    _ForeignKey = models.ForeignKey


class TenantForeignKey(_ForeignKey):
    """A link inside one municipality.

    The database constraint is `(municipality_id, column) → (municipality_id, id)`, made by
    `core.tenancy.operations.ProtectTenantTables`, so no row can point into another municipality.
    """

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs["db_index"] = False
        super().__init__(to, on_delete, **kwargs)


class TenantModel(models.Model):
    """A row owned by one municipality; the municipality is filled in from the current tenant."""

    municipality = models.ForeignKey(
        settings.TENANT_MODEL,
        on_delete=models.PROTECT,
        default=context.require,
        editable=False,
        related_name="+",
        db_index=False,
    )

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        abstract = True
