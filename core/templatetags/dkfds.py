"""What the crispy template pack "dkfds" needs beyond Django's own tags."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField

register = template.Library()

_OPTION_CLASSES = {"radio": "form-radio", "checkbox": "form-checkbox"}


def _add_class(attrs: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a copy of widget attributes with one more class, once."""
    classes = str(attrs.get("class") or "").split()
    return {**attrs, "class": " ".join(classes if name in classes else [*classes, name])}


@register.filter
def control_kind(field: BoundField) -> str:
    """Return which markup a field takes: hidden, checkbox, options, group, select, file or input."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "options"
    if isinstance(widget, forms.MultiWidget | forms.SelectDateWidget):
        return "group"
    if isinstance(widget, forms.Select):
        return "select"
    return "file" if isinstance(widget, forms.FileInput) else "input"


@register.simple_tag
def dkfds_control(field: BoundField) -> str:
    """Render the control itself; Django adds aria-describedby and aria-invalid."""
    kind = control_kind(field)
    if kind == "hidden":
        return field.as_widget()
    classes = {"checkbox": "form-checkbox", "select": "form-select"}
    return field.as_widget(attrs=_add_class(field.field.widget.attrs, classes.get(kind, "form-input")))


@register.simple_tag
def dkfds_options(field: BoundField) -> list[dict[str, Any]]:
    """Return the options of a radio or checkbox group as widget data, with dkfds' class in their attributes."""
    options = [option.data for option in field.subwidgets]
    return [{**data, "attrs": _add_class(data["attrs"], _OPTION_CLASSES[data["type"]])} for data in options]


@register.filter
def focus_id(field: BoundField) -> str:
    """Return the id a link in the error summary points to: the control, or a group's first option."""
    if control_kind(field) in ("options", "group"):
        subwidgets = field.subwidgets
        return str(subwidgets[0].id_for_label) if subwidgets else field.auto_id
    return field.id_for_label or field.auto_id


@register.filter
def group_describedby(field: BoundField) -> str:
    """Return the ids describing a fieldset: its help text, then its error."""
    return field.aria_describedby or ""


@register.filter
def faulty_fields(form: forms.BaseForm) -> list[BoundField]:
    """Return the visible fields with errors, in the form's order."""
    return [field for field in form.visible_fields() if field.errors]


@register.filter
def hidden_errors(form: forms.BaseForm) -> list[str]:
    """Return errors of hidden fields; they have no place of their own on the page."""
    return [str(error) for field in form.hidden_fields() for error in field.errors]


@register.filter
def error_count(form: forms.BaseForm) -> int:
    """Return how many things the user has to put right."""
    return len(faulty_fields(form)) + len(hidden_errors(form)) + len(form.non_field_errors())


@register.filter
def button_classes(button: Any) -> str:
    """Translate crispy's Bootstrap classes to dkfds': Submit is the primary button, the others secondary."""
    own = [name for name in str(button.field_classes).split() if not name.startswith("btn")]
    if not any(name.startswith("button-") for name in own):
        own.insert(0, "button-primary" if button.input_type == "submit" else "button-secondary")
    return " ".join(["button", *own])
