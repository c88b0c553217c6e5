"""Users and roles: list, page, create, roles, and the link to choose a password (O4, O5)."""

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.clock import today
from core.errors import OutOfReachError
from core.notices import notify
from organisation import overviews, services
from organisation.changes import changes_of
from organisation.forms.users import RoleDatesForm, RoleForm, UserForm
from organisation.models import RoleAssignment, User
from organisation.models.access import Role
from organisation.passwords import send_link
from organisation.permissions import roles_required
from organisation.views.base import actor, show_errors

PER_PAGE = 50
may_set_up = roles_required(Role.HR, Role.SYSTEMANSVARLIG)


@require_safe
@may_set_up
def users(request: HttpRequest) -> HttpResponse:
    """Users by name; search, role and closed ones live in the address."""
    text, role = request.GET.get("q", "").strip(), request.GET.get("rolle", "")
    role = role if role in Role.values else ""
    closed = request.GET.get("lukkede") == "1"
    found = overviews.users(text, today(), role=role, closed=closed)
    context = {
        "page_of_list": Paginator(found, PER_PAGE).get_page(request.GET.get("side")),
        "q": text,
        "role": role,
        "closed": closed,
        "roles": [r for r in Role if r not in (Role.OPERATOER, Role.MEDARBEJDER)],
    }
    return render(request, "organisation/users.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_set_up
def user_new(request: HttpRequest) -> HttpResponse:
    """Create a user; the next page gives roles and sends the link."""
    form = UserForm(request.POST or None, new=True)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.create_user(**form.cleaned_data, role=None, by=actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            notify(request, "Brugeren er oprettet. Giv en rolle, og send et link til at vælge adgangskode.")
            return redirect("user_page", user.pk)
    return render(request, "organisation/user_new.html", {"form": form}, status=422 if form.errors else 200)


def _page(
    request: HttpRequest, user: User, form: UserForm | None = None, role_form: RoleForm | None = None
) -> HttpResponse:
    on = today()
    roles = list(user.roles.select_related("unit").order_by("role", "unit__sort_name"))
    current = [r for r in roles if r.valid_to is None or r.valid_to >= on]
    failed = form is not None or role_form is not None
    stored = User.objects.select_related("person").get(pk=user.pk) if failed else user
    initial = {
        "name": stored.name,
        "email": stored.email,
        "person": stored.person,
        "is_active": stored.is_active,
    }
    context = {
        "subject": stored,
        "form": form or UserForm(initial=initial, prefix="bruger"),
        "role_form": role_form or RoleForm(today=on, units=overviews.unit_choices(on), prefix="rolle"),
        "roles": current,
        "ended": [r for r in roles if r not in current],
        "changes": changes_of(stored),
        "is_self": stored.pk == actor(request).pk,
        "has_password": stored.has_usable_password(),
        "today": on,
    }
    return render(request, "organisation/user.html", context, status=422 if failed else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@may_set_up
def user_page(request: HttpRequest, user_id: int) -> HttpResponse:
    """One user: facts, roles, link, changes. POST saves the facts."""
    user = overviews.get_user(user_id)
    if request.method != "POST":
        return _page(request, user)
    form = UserForm(request.POST, prefix="bruger")
    if form.is_valid():
        try:
            services.change_user(user=user, **form.cleaned_data, on=today(), by=actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            notify(request, "Brugeren er gemt.")
            return redirect("user_page", user.pk)
    return _page(request, user, form=form)


@require_POST
@may_set_up
def user_role_add(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give the user a role."""
    user, on = overviews.get_user(user_id), today()
    form = RoleForm(request.POST, today=on, units=overviews.unit_choices(on), prefix="rolle")
    if form.is_valid():
        try:
            services.assign_role(user=user, **form.cleaned_data, on=on, by=actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            notify(request, "Rollen er givet.")
            return redirect("user_page", user.pk)
    return _page(request, user, role_form=form)


def _role(user_id: int, role_id: int) -> RoleAssignment:
    found = RoleAssignment.objects.select_related("user", "unit").filter(pk=role_id, user_id=user_id).first()
    if found is None:
        raise OutOfReachError
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@may_set_up
def user_role(request: HttpRequest, user_id: int, role_id: int) -> HttpResponse:
    """Change a role's dates, or whether it reaches the units below."""
    role, on = _role(user_id, role_id), today()
    initial = {
        "include_subtree": role.include_subtree,
        "valid_from": role.valid_from,
        "valid_to": role.valid_to,
    }
    form = RoleDatesForm(request.POST or None, today=on, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_role(assignment=role, **form.cleaned_data, on=on, by=actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            notify(request, "Rollen er ændret.")
            return redirect("user_page", user_id)
    context = {"role": role, "subject": role.user, "form": form}
    return render(request, "organisation/role.html", context, status=422 if form.errors else 200)


@require_POST
@may_set_up
def user_role_end(request: HttpRequest, user_id: int, role_id: int) -> HttpResponse:
    """End a role now."""
    role = _role(user_id, role_id)
    try:
        services.end_role(assignment=role, on=today(), by=actor(request))
    except ValidationError as error:
        notify(request, " ".join(error.messages), level=30)
    else:
        undo = reverse("user_role_resume", args=[user_id, role_id]) if role.pk else ""
        notify(request, "Rollen er afsluttet og gælder ikke længere.", undo_url=undo)
    return redirect("user_page", user_id)


@require_POST
@may_set_up
def user_role_resume(request: HttpRequest, user_id: int, role_id: int) -> HttpResponse:
    """Take an ended role up again, as it was."""
    role = _role(user_id, role_id)
    try:
        services.assign_role(
            user=role.user,
            role=role.role,
            unit=role.unit,
            include_subtree=role.include_subtree,
            valid_from=role.valid_from,
            on=today(),
            by=actor(request),
        )
    except ValidationError as error:
        notify(request, " ".join(error.messages), level=30)
    else:
        notify(request, "Rollen gælder igen.")
    return redirect("user_page", user_id)


@require_POST
@may_set_up
def user_link(request: HttpRequest, user_id: int) -> HttpResponse:
    """Mail the user a one-time link to choose a password."""
    user = overviews.get_user(user_id)
    if user.is_active:
        send_link(user=user)
        notify(request, "Vi har sendt et link til brugerens e-mail. Det virker én gang.")
    else:
        notify(request, "Brugeren er lukket. Åbn brugeren først.", level=30)
    return redirect("user_page", user.pk)
