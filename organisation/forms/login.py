"""Forms of the organisation."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.contrib.auth.forms import AuthenticationForm


class LoginForm(AuthenticationForm):
    """E-mail and password."""

    error_messages = {
        "invalid_login": "E-mail og adgangskode passer ikke sammen. Prøv igen, eller bed din systemansvarlige om hjælp.",
        "inactive": "Brugeren er lukket. Bed din systemansvarlige om hjælp.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = forms.EmailField(
            label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
        )
        self.fields["password"].label = "Adgangskode"
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.add_input(Submit("login", "Log ind"))
