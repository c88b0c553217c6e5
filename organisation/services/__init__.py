"""Writes of the organisation. Keyword-only, with `by` the acting user (None: a command)."""

from organisation.services.deputies import add_deputy, end_deputy
from organisation.services.municipalities import (
    add_day_off,
    create_municipality,
    municipality_created,
    preset_chosen,
    remove_day_off,
    save_settings,
)
from organisation.services.units import close_unit, create_unit, move_unit, rename_unit, reopen_unit
from organisation.services.users import assign_role, change_role, change_user, create_user, end_role

__all__ = [
    "add_day_off",
    "add_deputy",
    "assign_role",
    "change_role",
    "change_user",
    "close_unit",
    "create_municipality",
    "create_unit",
    "create_user",
    "end_deputy",
    "end_role",
    "move_unit",
    "municipality_created",
    "preset_chosen",
    "remove_day_off",
    "rename_unit",
    "reopen_unit",
    "save_settings",
]
