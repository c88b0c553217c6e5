"""`Idempotency-Key`: the same write sent twice is done once and answered the same.

The key's row is written in the transaction of the write itself, so there is no moment at which one exists without
the other. A second call that comes while the first runs waits for it on the unique key, then gets its answer.
Refusals are not kept: nothing was done, so the call may be mended and sent again with the same key.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.problems import Problem
from core.models import ApiAnswer

HEADER = "Idempotency-Key"
KEPT = timedelta(days=1)
_KEY = re.compile(r"[\x21-\x7e]{1,100}")


def once(request: Request, *, caller: str, run: Callable[[], Response]) -> Response:
    """Run the write, or answer what it answered before. Without the header it just runs.

    `caller` tells one token or user from another: their keys never meet. Raises Problem.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return run()
    if not _KEY.fullmatch(key):
        raise Problem("unreadable", f"{HEADER} skal være 1 til 100 synlige ASCII-tegn, fx et UUID.")
    print_ = _fingerprint(request)
    forget(before=timezone.now() - KEPT)
    with transaction.atomic():
        row, made = _claim(caller, key, print_)
        if not made:
            return _repeat(row, print_)
        answer = run()  # a refusal raises, and takes the claim back with it
        row.status, row.body = answer.status_code, _plain(answer.data)
        row.location = answer.headers.get("Location", "")
        row.save(update_fields=["status", "body", "location"])
    return answer


def forget(*, before: datetime) -> None:
    """Delete the current municipality's answers older than a moment."""
    ApiAnswer.objects.filter(created_at__lt=before).delete()


def _fingerprint(request: Request) -> str:
    """What was asked: method, path and body, the body as values, so that spacing does not matter."""
    body = json.dumps(request.data, sort_keys=True, default=str)
    return hashlib.sha256(
        f"{request.method} {request.path}\n{body}".encode("utf-8", "surrogatepass")
    ).hexdigest()


def _claim(caller: str, key: str, print_: str) -> tuple[ApiAnswer, bool]:
    """The key's row, and whether this call made it. Waits for another call that is just making it."""
    ApiAnswer.objects.bulk_create([ApiAnswer(caller=caller, key=key, request=print_)], ignore_conflicts=True)
    row = ApiAnswer.objects.get(caller=caller, key=key)
    return row, row.status is None  # another call's row is seen only once it is committed, with its answer


def _repeat(row: ApiAnswer, print_: str) -> Response:
    if row.request != print_:
        raise Problem("key-reused")
    headers = {"Idempotency-Replayed": "true"}
    if row.location:
        headers["Location"] = row.location
    return Response(row.body, status=row.status, headers=headers)


def _plain(data: Any) -> Any:
    """The answer as JSON would have it."""
    return json.loads(JSONRenderer().render(data))
