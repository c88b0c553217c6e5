"""One-time links to choose a password. The reader of a link is not logged in, so the link says which municipality.

The signed first part holds municipality and user id, never the address: links end up in logs and histories.
"""

import hashlib
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from core.mail import queue
from core.tenancy import login_as, tenant
from organisation.mails import password_link
from organisation.models import User

_SALT = "organisation.passwords"
HOUR = 60 * 60
PER_ADDRESS = 3  # mails an hour to one address
PER_SENDER = 20  # requests an hour from one computer


def _uid(user: User) -> str:
    return signing.dumps([user.municipality_id, user.pk], salt=_SALT)


def send_link(*, user: User) -> None:
    """Queue the mail with the link, inside the user's municipality. An operatør has none and gets no mail."""
    token = default_token_generator.make_token(user)
    subject, text = password_link(reverse("password_new", args=[_uid(user), token]))
    key = hashlib.sha256(token.encode()).hexdigest()[:32]
    queue(key=f"password:{user.pk}:{key}", to=user.email, subject=subject, text=text)


def user_of_link(uid: str) -> User | None:
    """The active user a link is for; None for a link that we did not make. The token is checked elsewhere."""
    try:
        municipality_id, user_id = signing.loads(uid, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    with tenant(municipality_id), transaction.atomic():
        return User.objects.filter(pk=user_id, municipality_id=municipality_id, is_active=True).first()


def ask_for_link(*, email: str, sender: str) -> None:
    """Somebody forgot a password: queue the link if the address has a user. Tells nobody whether it has.

    `sender` is the computer's address; too many requests from it, or for one address, are passed over in silence.
    """
    email = email.strip().lower()
    if not (_below("from", sender, PER_SENDER) and _below("to", email, PER_ADDRESS)):
        return
    with login_as(email), transaction.atomic():
        user = User.objects.filter(email=email, is_active=True).first()
    if user is None or user.municipality_id is None:
        return
    with tenant(user.municipality_id), transaction.atomic():
        send_link(user=user)


def _below(kind: str, what: Any, limit: int) -> bool:
    """Count one more within the hour; the cache sees a digest only."""
    key = f"password-{kind}-{hashlib.sha256(str(what).encode()).hexdigest()}"
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key) <= limit
    except ValueError:  # it ran out in between
        cache.set(key, 1, HOUR)
        return True
