"""Forms of log-in and passwords."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm

from organisation.forms.base import helper

_LENGTH = "Mindst 12 tegn. Gerne tre-fire ord, som ikke hører sammen."


class LoginForm(AuthenticationForm):
    """E-mail and password."""

    error_messages = {
        "invalid_login": "E-mail og adgangskode passer ikke sammen. Prøv igen, eller vælg en ny adgangskode.",
        "inactive": "Brugeren er lukket. Bed din systemansvarlige om hjælp.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = forms.EmailField(
            label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
        )
        self.fields["password"].label = "Adgangskode"
        self.helper = helper(self, "Log ind", name="login")

    def clean_username(self) -> str:
        """One spelling of an address: otherwise each spelling would have failed attempts of its own to spend."""
        return str(self.cleaned_data["username"]).strip().lower()


class ForgottenForm(forms.Form):
    """Whose password is forgotten."""

    email = forms.EmailField(
        label="E-mail", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, "Send mig et link")


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """Choose a password without the old one: the one-time link has said who it is."""

    error_messages = {"password_mismatch": "De to adgangskoder er ikke ens. Skriv dem igen."}  # nosec B105  (a message)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self)
        self.helper = helper(self, "Gem adgangskoden")


class ChangePasswordForm(PasswordChangeForm):
    """Choose a new password, knowing the old one."""

    error_messages = {
        "password_mismatch": "De to adgangskoder er ikke ens. Skriv dem igen.",  # nosec B105  (a message)
        "password_incorrect": "Det er ikke din nuværende adgangskode. Prøv igen.",  # nosec B105  (a message)
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Nuværende adgangskode"
        _say(self)
        self.helper = helper(self, "Gem adgangskoden")


def _say(form: Any) -> None:
    form.fields["new_password1"].label = "Ny adgangskode"
    form.fields["new_password1"].help_text = _LENGTH
    form.fields["new_password2"].label = "Ny adgangskode igen"
    form.fields["new_password2"].help_text = ""
