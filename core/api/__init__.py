"""What every endpoint under /api/v1/ shares: problem details, pages, strict input, idempotency, description.

Knows no business. Who calls, and what they may, is decided by `organisation.api_access`; the endpoints are each
app's `api.py`; the addresses are in `config.api`.
"""
