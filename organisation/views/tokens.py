"""`/opsaetning/api/`: the tokens by which the municipality's other systems call the API."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.clock import today
from core.errors import OutOfReachError
from core.notices import notify
from organisation.forms.tokens import TokenForm
from organisation.models import ApiToken, User
from organisation.models.access import Role
from organisation.models.tokens import Scope
from organisation.permissions import roles_required
from organisation.services.tokens import create_token, restore_token, revoke_token, scopes_to_give
from organisation.views.base import actor, show_errors

USUAL_LIFE = timedelta(days=365)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.HR, Role.SYSTEMANSVARLIG)
def api_tokens(request: HttpRequest) -> HttpResponse:
    """The tokens, and a form for one more. The answer to the form is the only page that ever shows the token."""
    user, on = actor(request), today()
    form = _form(user, on, request.POST if request.method == "POST" else None)
    made = None
    if request.method == "POST" and form.is_valid():
        try:
            made = create_token(**form.cleaned_data, by=user, today=on)
        except ValidationError as error:
            show_errors(form, error)
        else:
            form = _form(user, on, None)
    context = {
        "form": form,
        "made": made[0] if made else None,
        "text": made[1] if made else "",
        "rows": [_row(token, on) for token in ApiToken.objects.select_related("created_by")],
    }
    return render(request, "organisation/tokens/list.html", context, status=422 if form.errors else 200)


def _form(user: User, on: date, data: Any) -> TokenForm:
    return TokenForm(data, today=on, scopes=scopes_to_give(user, on), initial={"expires_on": on + USUAL_LIFE})


def _row(token: ApiToken, on: date) -> dict[str, Any]:
    closed = token.revoked_at is not None
    return {
        "token": token,
        "scopes": [Scope(scope).label for scope in token.scopes],
        "closed": closed,
        "expired": not closed and token.expires_on < on,
    }


def _get(token_id: int) -> ApiToken:
    found = ApiToken.objects.filter(pk=token_id).first()
    if found is None:
        raise OutOfReachError
    return found


@require_POST
@roles_required(Role.HR, Role.SYSTEMANSVARLIG)
def api_token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Close it now. The message can undo it."""
    token = _get(token_id)
    revoke_token(token=token, by=actor(request))
    notify(
        request,
        f"Nøglen »{token.name}« er lukket. Kald med den bliver afvist.",
        undo_url=reverse("api_token_restore", args=[token.pk]),
    )
    return redirect("api_tokens")


@require_POST
@roles_required(Role.HR, Role.SYSTEMANSVARLIG)
def api_token_restore(request: HttpRequest, token_id: int) -> HttpResponse:
    """Closed by mistake."""
    token = _get(token_id)
    try:
        restore_token(token=token, by=actor(request), today=today())
    except ValidationError:
        notify(
            request,
            f"Nøglen »{token.name}« giver adgang til fravær, så kun HR kan åbne den igen.",
            level=messages.WARNING,
        )
    else:
        notify(request, f"Nøglen »{token.name}« gælder igen.")
    return redirect("api_tokens")
