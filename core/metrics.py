"""Figures about the installation in Prometheus' text form. Nothing of any municipality."""

import os
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from core.jobs import scheduled_jobs

_STARTED = time.time()
_FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Pulse of the scheduled jobs and of this web process; for loopback, or with the token METRICS_TOKEN."""
    if not _allowed(request):
        return HttpResponse("loopback or token only\n", status=403, content_type="text/plain")
    return HttpResponse("\n".join(_lines()) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _allowed(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return True
    if any(name in request.META for name in _FORWARDED):
        return False  # a proxy on this machine: the address is the proxy's, not the asker's
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _lines() -> Iterator[str]:
    jobs = scheduled_jobs(timezone.now())
    prefix = "naervaer_scheduled_job"
    yield f"# HELP {prefix}_started_timestamp_seconds When the newest run began."
    yield f"# TYPE {prefix}_started_timestamp_seconds gauge"
    for job in jobs:
        if job.last_run is not None:
            yield f'{prefix}_started_timestamp_seconds{{job="{job.key}"}} {job.last_run.timestamp():.3f}'
    yield f"# HELP {prefix}_succeeded_timestamp_seconds When the newest good run ended."
    yield f"# TYPE {prefix}_succeeded_timestamp_seconds gauge"
    for job in jobs:
        if job.succeeded_at is not None:
            yield f'{prefix}_succeeded_timestamp_seconds{{job="{job.key}"}} {job.succeeded_at.timestamp():.3f}'
    for name, state, text in (
        ("late", "overdue", "1 when a run should have begun or ended and has not."),
        ("failed", "failed", "1 when the newest run broke."),
    ):
        yield f"# HELP {prefix}_{name} {text}"
        yield f"# TYPE {prefix}_{name} gauge"
        for job in jobs:
            yield f'{prefix}_{name}{{job="{job.key}"}} {int(job.state == state)}'
    yield "# HELP process_start_time_seconds When this web process was loaded."
    yield "# TYPE process_start_time_seconds gauge"
    yield f"process_start_time_seconds {_STARTED:.3f}"
    yield "# HELP process_resident_memory_bytes Memory of this web process."
    yield "# TYPE process_resident_memory_bytes gauge"
    yield f"process_resident_memory_bytes {_memory()}"


def _memory() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
