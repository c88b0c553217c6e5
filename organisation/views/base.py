"""What the views of the organisation share."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest

from organisation.models import User


def actor(request: HttpRequest) -> User:
    """The logged-in user; roles_required has seen to that there is one."""
    assert isinstance(request.user, User)
    return request.user


def show_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Put a service's refusal where it belongs: at the form's field of that name, else above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        target: Any = name if name in form.fields and name != NON_FIELD_ERRORS else None
        form.add_error(target, [message for each in errors for message in each.messages])
