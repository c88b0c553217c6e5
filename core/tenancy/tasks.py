"""Celery tasks know their municipality: it travels in a header and is set before the body runs."""

from typing import Any

from celery import Task

from core.tenancy import context


class TenantAwareTask(Task):  # type: ignore[misc]
    """Base of every task: declares its `lane`, and `tenant_task = True` when it belongs to one municipality.

    Such a task refuses to be sent or run without a municipality. The body opens its own transactions.
    """

    tenant_task = False
    lane = ""  # the queue: people, mail or figures; config.celery routes by it
    HEADER = "municipality_id"

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        headers = dict(options.pop("headers", None) or {})
        if self.tenant_task and self.HEADER not in headers:
            headers[self.HEADER] = context.require()
        return super().apply_async(args, kwargs, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # A worker has pushed the request already; Celery's own __call__ would hide it behind an empty one.
        direct = self.request.called_directly
        body = super().__call__ if direct else self.run
        if not self.tenant_task:
            return body(*args, **kwargs)
        request_headers = getattr(self.request, "headers", None) or {}
        tenant_id = request_headers.get(self.HEADER) or getattr(self.request, self.HEADER, None)
        if tenant_id is None and direct:
            tenant_id = context.current()
        if tenant_id is None:
            raise context.TenantMissingError(self.name)
        with context.tenant(int(tenant_id)):
            return body(*args, **kwargs)
