"""What the environment says about servers: which data folder, and which servers come from elsewhere."""

import os
from pathlib import Path

from core.embedded import servers
from core.embedded.settings_file import ServerSettings

ROOT = Path(__file__).resolve().parents[2]


def data_dir() -> Path:
    """`DATA_DIR`, or `.data` in the repository; a relative one counts from the repository too."""
    return ROOT / (os.environ.get("DATA_DIR") or ".data")


def uses_postgres() -> bool:
    """Whether the database is the embedded one."""
    return not os.environ.get("DATABASE_URL")


def uses_valkey() -> bool:
    """Whether the broker is the embedded one."""
    return not os.environ.get("REDIS_URL")


def ensure_needed() -> ServerSettings | None:
    """Have those servers up that the environment doesn't name; None when it names both. Raises EmbeddedError."""
    if not (uses_postgres() or uses_valkey()):
        return None
    return servers.ensure(data_dir(), need_postgres=uses_postgres(), need_valkey=uses_valkey())
