"""Addresses of the core's own pages about jobs and mail, and who may open them: the core itself knows no roles."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from core import views_jobs
from organisation.models import User
from organisation.models.access import Role
from organisation.permissions import View, roles_required

_ROLES = (Role.HR, Role.SYSTEMANSVARLIG)
_ours = roles_required(*_ROLES)


def _or_operator(view: View) -> View:
    """HR, the systemansvarlig, and an operatør, who has no municipality and so sees the shared part only."""
    guarded = _ours(view)

    @wraps(view)
    def either(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and user.municipality_id is None:
            return view(request, *args, **kwargs)
        return guarded(request, *args, **kwargs)

    either.allowed_roles = frozenset((*_ROLES, Role.OPERATOER))  # type: ignore[attr-defined]
    return either


urlpatterns = [
    path("opsaetning/job/", _or_operator(views_jobs.jobs_page), name="jobs"),
    path("opsaetning/job/<int:job_id>/", _ours(views_jobs.job_progress), name="job_progress"),
    path("opsaetning/mails/", _ours(views_jobs.mails), name="mails"),
    path("opsaetning/mails/igen/", _ours(views_jobs.mails_again), name="mails_again"),
    path("opsaetning/mails/<int:mail_id>/", _ours(views_jobs.kept_mail), name="kept_mail"),
    path(
        "opsaetning/mails/<int:mail_id>/bilag/<int:number>/",
        _ours(views_jobs.kept_attachment),
        name="kept_attachment",
    ),
]
