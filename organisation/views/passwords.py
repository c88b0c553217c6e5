"""Passwords: forgotten, chosen anew by a one-time link, and changed by oneself (O5)."""

from typing import Any

from axes.helpers import get_client_ip_address
from django.contrib.auth import update_session_auth_hash, views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core.notices import notify
from organisation.forms.login import ChangePasswordForm, ForgottenForm, NewPasswordForm
from organisation.login import acting_as
from organisation.models import User
from organisation.passwords import ask_for_link, user_of_link
from organisation.views.base import actor


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same whether the address has a user or not."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sender = str(get_client_ip_address(request) or "")
        ask_for_link(email=form.cleaned_data["email"], sender=sender)
        return render(request, "organisation/password_asked.html")
    return render(
        request, "organisation/password_forgotten.html", {"form": form}, status=422 if form.errors else 200
    )


class NewPasswordView(views.PasswordResetConfirmView):
    """Choose a password with a one-time link. Works without log-in, in the municipality that the link names."""

    form_class = NewPasswordForm
    template_name = "organisation/password_new.html"
    success_url = reverse_lazy("login")

    def get_user(self, uidb64: str) -> User | None:
        """The user the link is for."""
        return user_of_link(uidb64)

    def form_valid(self, form: Any) -> HttpResponse:
        """Save inside the user's own municipality."""
        with acting_as(form.user):
            response = super().form_valid(form)
        notify(self.request, "Din adgangskode er gemt. Log ind med den.")
        return response


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other browsers are logged out. For every user, an operatør too."""
    user = actor(request)
    form = ChangePasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with acting_as(user):
            form.save()
        update_session_auth_hash(request, user)
        notify(
            request, "Din adgangskode er ændret. Andre steder, hvor du er logget ind, bliver du logget ud."
        )
        return redirect("password_change")
    return render(
        request, "organisation/password_change.html", {"form": form}, status=422 if form.errors else 200
    )
