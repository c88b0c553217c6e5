"""Migration operations that make the database itself keep municipalities apart.

`ProtectTenantTables()` goes last in every migration that adds tenant tables or links between them. It is idempotent:
it looks at the app's models as they are at that point and adds what is missing:

- row-level security, enabled and forced, with one policy for reading and writing;
- `UNIQUE (municipality_id, id)`, the target of composite foreign keys;
- for every `TenantForeignKey` a deferrable composite foreign key and an index led by the municipality.
"""

import hashlib
from typing import Any

from django.db.migrations.operations.base import Operation, OperationCategory

from core.tenancy.models import TenantForeignKey

MATCH = "municipality_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint"
# Log-in comes before the municipality is known: exactly the row with the typed address is visible.
LOGIN_MATCH = f"{MATCH} OR email = NULLIF(current_setting('app.login_email', true), '')"


def _name(prefix: str, *parts: str) -> str:
    whole = "_".join((prefix, *parts))
    return whole if len(whole) <= 60 else f"{whole[:51]}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def _has_field(model: Any, name: str) -> bool:
    return any(field.name == name for field in model._meta.local_fields)


class ProtectTenantTables(Operation):
    """Row-level security and composite foreign keys for the app's tenant tables. Irreversible steps: none."""

    reduces_to_sql = True
    reversible = True
    category = OperationCategory.SQL

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        models = [
            m for m in to_state.apps.get_app_config(app_label).get_models() if _has_field(m, "municipality")
        ]
        for model in models:
            self._protect(schema_editor, model)
        for model in models:  # after the unique keys they point at
            for field in model._meta.local_fields:
                if isinstance(field, TenantForeignKey):
                    self._compose(schema_editor, model, field)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Dropping the tables takes their policies and constraints along."""

    def describe(self) -> str:
        return "Enforce that municipalities cannot reach each other's rows"

    def _protect(self, schema_editor: Any, model: Any) -> None:
        table = model._meta.db_table
        match = LOGIN_MATCH if model._meta.label_lower == "organisation.user" else MATCH
        check = (
            MATCH
            if not model._meta.get_field("municipality").null
            else f"{MATCH} OR (municipality_id IS NULL AND ({LOGIN_MATCH}))"
        )
        unique = _name("tenant_uniq", table)
        schema_editor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        schema_editor.execute(f'DROP POLICY IF EXISTS tenant_isolation ON "{table}"')
        schema_editor.execute(
            f'CREATE POLICY tenant_isolation ON "{table}" USING ({match}) WITH CHECK ({check})'
        )
        if _has_field(model, "pgh_id"):
            index = _name("tenant_ix", table, "id")
            schema_editor.execute(f'CREATE INDEX IF NOT EXISTS "{index}" ON "{table}" (municipality_id, id)')
        else:
            self._add_constraint(
                schema_editor, table, unique, f"UNIQUE (municipality_id, {model._meta.pk.column})"
            )

    def _compose(self, schema_editor: Any, model: Any, field: Any) -> None:
        if _has_field(model, "pgh_id"):
            return  # history is a copy; its links may point at rows since deleted
        table, column = model._meta.db_table, field.column
        target = field.remote_field.model._meta
        self._add_constraint(
            schema_editor,
            table,
            _name("tenant_fk", table, column),
            f'FOREIGN KEY (municipality_id, "{column}") REFERENCES "{target.db_table}" (municipality_id, '
            f'"{target.pk.column}") DEFERRABLE INITIALLY DEFERRED',
        )
        schema_editor.execute(
            f'CREATE INDEX IF NOT EXISTS "{_name("tenant_ix", table, column)}" ON "{table}" (municipality_id, "{column}")'
        )

    def _add_constraint(self, schema_editor: Any, table: str, name: str, definition: str) -> None:
        schema_editor.execute(
            f"""DO $$ BEGIN
            IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{name}' AND conrelid = '"{table}"'::regclass) THEN
                ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition};
            END IF; END $$"""
        )
