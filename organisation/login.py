"""Log-in with password (O5). The municipality is not known until the address has been looked up."""

from contextlib import AbstractContextManager
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.tenancy import login_as, tenant
from core.tenancy.middleware import SESSION_LOGIN, SESSION_TENANT
from organisation.models import User


def acting_as(user: User) -> AbstractContextManager[None]:
    """What must be bound to the transaction to read and write this user's own row."""
    return tenant(user.municipality_id) if user.municipality_id is not None else login_as(user.email)


class TenantBackend(BaseBackend):
    """Finds the one user with the address, then works inside that user's municipality."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if not username or not password:
            return None
        email = username.strip().lower()
        with login_as(email), transaction.atomic():
            user = User.objects.filter(email=email).first()
            if user is None or not user.is_active:
                User().set_password(password)  # the same time as for a real user
                return None
            with acting_as(user):  # the hash may be renewed
                return user if user.check_password(password) else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


@receiver(user_logged_in)
def remember_tenant(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Write into the session what TenantMiddleware binds on the following requests."""
    request.session[SESSION_TENANT] = user.municipality_id
    request.session[SESSION_LOGIN] = user.email


def locked_out(
    request: HttpRequest, credentials: dict[str, Any] | None, *args: Any, **kwargs: Any
) -> HttpResponse:
    """The answer after too many failed log-ins."""
    return render(request, "organisation/locked_out.html", status=429)
