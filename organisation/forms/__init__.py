"""Forms of the organisation."""

from organisation.forms.login import LoginForm

__all__ = ["LoginForm"]
