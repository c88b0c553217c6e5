"""Units: the tree of today, and one unit's set-up: name, place, closing, leaders (O2)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.clock import today
from core.notices import notify
from organisation import overviews, selectors, services
from organisation.forms.units import CloseForm, LeaderForm, MoveForm, NewUnitForm, RenameForm
from organisation.models import Unit
from organisation.models.access import Role
from organisation.permissions import roles_required
from organisation.views.base import actor, show_errors

may_set_up = roles_required(Role.HR, Role.SYSTEMANSVARLIG)


@require_safe
@may_set_up
def units(request: HttpRequest) -> HttpResponse:
    """The tree of today; a search shows the units found as a list."""
    tops = overviews.unit_tree(today())
    everything = overviews.flattened(tops)
    text = request.GET.get("q", "").strip()
    wanted = text.casefold()
    found = [
        node
        for node in everything
        if wanted in node.unit.name.casefold() or wanted == node.unit.external_id.casefold()
    ]
    context = {
        "tops": tops,
        "found": found if text else None,
        "q": text,
        "count": len(everything),
        "employees": sum(node.below for node in tops),
        "leaderless": sum(1 for node in tops if not node.leaders),
    }
    return render(request, "organisation/units.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_set_up
def unit_new(request: HttpRequest) -> HttpResponse:
    """Create a unit; `?under=` names where."""
    on = today()
    choices = overviews.unit_choices(on)
    under = request.GET.get("under", "")
    initial = {"parent": under if under.isdecimal() else None, "valid_from": on}
    form = NewUnitForm(request.POST or None, today=on, units=choices, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            unit = services.create_unit(**form.cleaned_data, by=actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            notify(request, f"{unit.name} er oprettet.")
            return redirect("unit_setup", unit.pk)
    return render(request, "organisation/unit_new.html", {"form": form}, status=422 if form.errors else 200)


def _page(request: HttpRequest, unit: Unit, **failed: forms.BaseForm) -> HttpResponse:
    on = today()
    tree = selectors.tree(on)
    places = overviews.placements_of(unit)
    stored = Unit.objects.get(pk=unit.pk) if failed else unit
    choices = [] if "move" in failed else overviews.unit_choices(on, besides=unit)
    leaders = stored.roles.filter(selectors.valid_on(on), role=Role.LEDER).select_related("user")
    context: dict[str, Any] = {
        "unit": stored,
        "path": overviews.path_to(unit, tree),
        "places": places,
        "open_now": unit.pk in tree.parents,
        "can_reopen": bool(places) and places[0].valid_to is not None,
        "leaders": leaders.order_by("user__sort_name"),
        "employees": overviews.employees_by_unit(on).get(unit.pk, 0),
        "children": Unit.objects.filter(pk__in=tree.children.get(unit.pk, [])),
        "today": on,
        "rename": RenameForm(initial={"name": stored.name, "level": stored.level}, prefix="navn"),
        "move": MoveForm(
            today=on, units=choices, prefix="flyt", initial={"parent": tree.parents.get(unit.pk)}
        ),
        "close": CloseForm(today=on, prefix="luk"),
        "leader": LeaderForm(today=on, prefix="leder"),
        "opened": next(iter(failed), ""),
    }
    return render(request, "organisation/unit.html", {**context, **failed}, status=422 if failed else 200)


@require_safe
@may_set_up
def unit_setup(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit."""
    return _page(request, overviews.get_unit(unit_id))


def _settle(
    request: HttpRequest, unit: Unit, key: str, form: forms.BaseForm, done: str, write: Callable[..., object]
) -> HttpResponse:
    """Run a service with a valid form's data; what it refuses stands in the form."""
    if form.is_valid():
        try:
            write(**form.cleaned_data, by=actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            notify(request, done)
            return redirect("unit_setup", unit.pk)
    return _page(request, unit, **{key: form})


@require_POST
@may_set_up
def unit_rename(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Change name and level."""
    unit = overviews.get_unit(unit_id)
    form = RenameForm(request.POST, prefix="navn")
    return _settle(
        request, unit, "rename", form, "Navnet er gemt.", lambda **d: services.rename_unit(unit=unit, **d)
    )


@require_POST
@may_set_up
def unit_move(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Place the unit elsewhere from a day on."""
    unit, on = overviews.get_unit(unit_id), today()
    form = MoveForm(request.POST, today=on, units=overviews.unit_choices(on, besides=unit), prefix="flyt")
    done = "Flytningen er gemt. Fraværet før den bliver, hvor det opstod."
    return _settle(request, unit, "move", form, done, lambda **d: services.move_unit(unit=unit, **d))


@require_POST
@may_set_up
def unit_close(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Close the unit after a day."""
    unit = overviews.get_unit(unit_id)
    form = CloseForm(request.POST, today=today(), prefix="luk")
    if form.is_valid():
        try:
            services.close_unit(unit=unit, last_day=form.cleaned_data["last_day"], by=actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            notify(request, "Lukningen er gemt.", undo_url=reverse("unit_reopen", args=[unit.pk]))
            return redirect("unit_setup", unit.pk)
    return _page(request, unit, close=form)


@require_POST
@may_set_up
def unit_reopen(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Take the closing back."""
    unit = overviews.get_unit(unit_id)
    try:
        services.reopen_unit(unit=unit, by=actor(request))
    except ValidationError as error:
        notify(request, " ".join(error.messages), level=30)
    else:
        notify(request, "Enheden er åben igen.")
    return redirect("unit_setup", unit.pk)


@require_POST
@may_set_up
def unit_leader_add(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Make somebody the unit's leader."""
    unit, on = overviews.get_unit(unit_id), today()
    form = LeaderForm(request.POST, today=on, prefix="leder")
    return _settle(
        request,
        unit,
        "leader",
        form,
        "Lederen er tilføjet.",
        lambda **d: services.assign_role(role=Role.LEDER, unit=unit, on=on, **d),
    )
