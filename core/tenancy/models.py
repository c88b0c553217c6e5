"""Base classes of every table that belongs to a municipality."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models

from core.tenancy import context


class TenantQuerySet(models.QuerySet[Any]):
    """Query set of a tenant table; subclass it for the model's own filters."""


class TenantManager(models.Manager[Any]):
    """Raises when no municipality is set: row-level security alone would answer an empty list."""

    def get_queryset(self) -> models.QuerySet[Any]:
        if context.current() is None:
            raise context.TenantMissingError(self.model._meta.label)
        return super().get_queryset()

    @classmethod
    def for_queryset(cls, queryset_class: type[models.QuerySet[Any]]) -> Self:
        """A manager with the query set's own methods and the same guard."""
        make: Callable[..., Any] = cls.from_queryset  # mypy's Django plugin crashes on the direct call
        manager: Self = make(queryset_class)()
        return manager


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

    objects = TenantManager()

    class Meta:
        abstract = True
