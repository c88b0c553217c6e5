"""Secrets that an installation makes for itself and keeps in its data folder (mode 0600). No Django."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

APP_ROLE = "naervaer_app"


def secret(data_dir: Path, name: str) -> str:
    """The secret of this name, made the first time. Two processes at once end with the same one."""
    folder = data_dir / "secrets"
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{name}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        try:
            os.link(draft, path)  # fails if another process was first, whose value then counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8")


def app_url(data_dir: Path, owner_url: str) -> str:
    """The application role's address beside an external owner's, with a password of this installation's own.

    Used when `APP_DATABASE_URL` is not set; `migrate` then makes the role, if the owner may.
    """
    parts = urlsplit(owner_url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{APP_ROLE}:{secret(data_dir, 'app_role_password')}@{host}"))
