"""The database itself keeps municipalities apart: walked over every model and the catalogue, not remembered."""

import pytest
from django.apps import apps
from django.db import connection, models

from core import database_roles
from core.tenancy import TenantMissingError, no_tenant
from core.tenancy.models import TenantForeignKey, TenantManager, TenantModel

# Tables of ours or of a library that belong to no municipality, each with the reason why that is right.
GLOBAL_MODELS = {
    "organisation.Municipality": "the tenant itself: public facts only (name, CVR number)",
    "core.Heartbeat": "runs of scheduled jobs for the whole installation: counts only",
    "auth.Permission": "Django's list of model permissions; not used for access",
    "auth.Group": "Django's; unused",
    "contenttypes.ContentType": "Django's list of models",
    "sessions.Session": "read before the municipality is known; holds ids only, signed in by cookie",
    "axes.AccessAttempt": "unused: failed attempts are kept in the cache",
    "axes.AccessAttemptExpiration": "unused",
    "axes.AccessFailureLog": "unused",
    "axes.AccessLog": "unused",
    "pghistory.Context": "unused: who and why lie in each event's own row",
    "pghistory.Events": "a proxy without a table",
    "pghistory.MiddlewareEvents": "a proxy without a table",
}


def _is_history(model: type[models.Model]) -> bool:
    return hasattr(model, "pgh_tracked_model") and model.pgh_tracked_model is not None


def _tenant_models() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if any(f.name == "municipality" for f in m._meta.local_fields)]


TENANT_MODELS = _tenant_models()


def test_every_model_is_a_tenants_or_global_for_a_reason() -> None:
    assert len(TENANT_MODELS) > 25
    unexplained = {m._meta.label for m in apps.get_models() if m not in TENANT_MODELS} - set(GLOBAL_MODELS)
    assert not unexplained
    stale = set(GLOBAL_MODELS) - {m._meta.label for m in apps.get_models()}
    assert not stale


def test_tenant_models_use_the_guarding_base() -> None:
    for model in TENANT_MODELS:
        if _is_history(model) or model._meta.label == "organisation.User":
            continue  # history is written by triggers; log-in must find its user before the tenant is known
        assert issubclass(model, TenantModel), model
        assert isinstance(model._default_manager, TenantManager), model
        assert not model._meta.get_field("municipality").null, model


def test_links_between_tenant_models_are_composite() -> None:
    for model in TENANT_MODELS:
        for field in model._meta.local_fields:
            if _is_history(model) or not field.is_relation or field.name == "municipality":
                continue
            if field.related_model in TENANT_MODELS:
                assert isinstance(field, TenantForeignKey), f"{model._meta.label}.{field.name}"


@pytest.mark.django_db
def test_the_catalogue_enforces_isolation_on_every_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
                   (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid
                    AND pg_get_expr(p.polqual, p.polrelid) LIKE '%%app.tenant_id%%'
                    AND pg_get_expr(p.polwithcheck, p.polrelid) LIKE '%%app.tenant_id%%'),
                   (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid),
                   pg_get_userbyid(c.relowner)
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'municipality_id'
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
            """
        )
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        me, superuser, bypasses = cursor.fetchone()
    assert {row[0] for row in rows} == {m._meta.db_table for m in TENANT_MODELS}
    assert not superuser
    assert not bypasses
    for table, enabled, forced, good, policies, owner in rows:
        assert enabled, table
        assert forced, table
        assert good == policies == 1, table
        assert owner != me, table


@pytest.mark.django_db
def test_composite_foreign_keys_exist_in_the_catalogue() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conrelid::regclass::text, array_agg(a.attname ORDER BY k.ordinality)
            FROM pg_constraint, unnest(conkey) WITH ORDINALITY k(attnum, ordinality), pg_attribute a
            WHERE contype = 'f' AND a.attrelid = conrelid AND a.attnum = k.attnum GROUP BY conrelid, pg_constraint.oid
            """
        )
        found = {(table.strip('"'), tuple(columns)) for table, columns in cursor.fetchall()}
    wanted = {
        (model._meta.db_table, ("municipality_id", field.column))
        for model in TENANT_MODELS
        if not _is_history(model)
        for field in model._meta.local_fields
        if isinstance(field, TenantForeignKey)
    }
    assert len(wanted) > 20
    assert wanted <= found
    single = {
        (t, c) for t, c in found if len(c) == 1 and c != ("municipality_id",) and t in {w[0] for w in wanted}
    }
    assert not single


@pytest.mark.django_db
@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda m: m._meta.label)
def test_without_a_tenant_there_are_no_rows(model: type[models.Model]) -> None:
    """Both nets: Python raises, and the database answers zero rows to raw SQL."""
    with no_tenant():
        if issubclass(model, TenantModel):
            with pytest.raises(TenantMissingError):
                model._default_manager.all()
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
            assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_history_and_looks_cannot_be_rewritten() -> None:
    tables = database_roles.insert_only_tables()
    assert len(tables) > 10
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                "SELECT has_table_privilege(%s, 'INSERT'), has_table_privilege(%s, 'UPDATE'), "
                "has_table_privilege(%s, 'DELETE')",
                [table] * 3,
            )
            assert cursor.fetchone() == (True, False, False), table


def test_no_package_is_named_like_a_standard_library_module() -> None:
    import sys
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    packages = {p.parent.name for p in root.glob("*/__init__.py")}
    assert "absence_statistics" in packages
    assert not packages & set(sys.stdlib_module_names)
