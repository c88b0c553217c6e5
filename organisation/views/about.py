"""Pages open to all: how data are used, and the accessibility statement."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organisation import selectors
from organisation.models import User


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored, why, who sees it and for how long; a logged-in reader gets the own municipality's number of years."""
    years = None
    if isinstance(request.user, User) and request.user.municipality_id is not None:
        years = selectors.municipality_settings().retention_years
    return render(request, "organisation/privacy.html", {"years": years})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What works for whom, what does not yet, and what has been tried."""
    return render(request, "organisation/accessibility.html")
