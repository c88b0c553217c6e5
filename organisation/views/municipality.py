"""The municipality's own choices, and its days off."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.clock import today
from core.errors import OutOfReachError
from core.formats import format_date
from core.notices import notify
from organisation import selectors, services
from organisation.forms.municipality import DayOffForm, SettingsForm
from organisation.models import DayOff
from organisation.models.access import Role
from organisation.permissions import roles_required
from organisation.views.base import actor, show_errors

may_set_up = roles_required(Role.HR, Role.SYSTEMANSVARLIG)


@require_http_methods(["GET", "HEAD", "POST"])
@may_set_up
def municipality_settings(request: HttpRequest) -> HttpResponse:
    """Thresholds, small units, follow-up, retention."""
    form = SettingsForm(request.POST or None, instance=selectors.municipality_settings())
    if request.method == "POST" and form.is_valid():
        try:
            services.save_settings(settings=form.instance, by=actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            notify(request, "Valgene er gemt.")
            return redirect("municipality_settings")
    return render(request, "organisation/settings.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@may_set_up
def days_off(request: HttpRequest) -> HttpResponse:
    """This year's and later days off; POST adds one."""
    on = today()
    form = DayOffForm(request.POST or None, today=on)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.add_day_off(day=data["date"], name=data["name"], by=actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            notify(request, f"{format_date(data['date'])} er nu en fridag.")
            return redirect("days_off")
    context = {
        "form": form,
        "days": DayOff.objects.filter(date__gte=on.replace(month=1, day=1)),
        "earlier": DayOff.objects.filter(date__lt=on.replace(month=1, day=1)).order_by("-date")[:60],
    }
    return render(request, "organisation/days_off.html", context, status=422 if form.errors else 200)


@require_POST
@may_set_up
def day_off_remove(request: HttpRequest, day_off_id: int) -> HttpResponse:
    """Let the day count as a working day again."""
    found = DayOff.objects.filter(pk=day_off_id).first()
    if found is None:
        raise OutOfReachError
    services.remove_day_off(day_off=found, by=actor(request))
    notify(request, f"{format_date(found.date)} er ikke længere en fridag.")
    return redirect("days_off")
