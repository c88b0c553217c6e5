"""`/koordinering/rapporter/`: choose a report, see it being made, fetch it."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from coordination.reports.forms import ReportForm
from coordination.reports.orders import (
    READERS,
    STEPS,
    file_of,
    get_order,
    order_of,
    order_report,
    orders_in_reach,
)
from core.clock import today
from organisation.models import User
from organisation.permissions import get_figure_unit, reach_of, roles_required

PER_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*READERS)
def reports(request: HttpRequest) -> HttpResponse:
    """The form, and the reports the user may fetch; a POST asks for another."""
    user, on = _user(request), today()
    tree = reach_of(user, on).tree
    if request.method == "POST":
        form = ReportForm(request.POST, today=on, tree=tree)
        if form.is_valid():
            unit = get_figure_unit(user, form.cleaned_data["enhed"], on)
            order_report(unit=unit, quarter=form.quarter, by=user)
            return redirect("reports")
    else:
        form = ReportForm(today=on, tree=tree, initial={"enhed": request.GET.get("enhed", "")})
    found = orders_in_reach(user, on).select_related("created_by")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("side"))
    context = {
        "form": form,
        "orders": [order_of(job) for job in page.object_list],
        "page_of_list": page,
        "steps": STEPS,
        "user": user,
    }
    return render(request, "coordination/reports.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
@roles_required(*READERS)
def report_progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """One line of the list, asked for while its report is being made."""
    order = get_order(_user(request), job_id, today())
    context = {"order": order, "steps": STEPS, "user": request.user}
    return render(request, "coordination/_report_order.html", context)


@require_safe
@never_cache
@roles_required(*READERS)
def report_file(request: HttpRequest, job_id: int) -> HttpResponse:
    """The finished PDF."""
    order = get_order(_user(request), job_id, today())
    headers = {"Content-Disposition": content_disposition_header(True, order.file_name)}
    return HttpResponse(file_of(order).read_bytes(), content_type="application/pdf", headers=headers)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
