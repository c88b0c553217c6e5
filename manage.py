#!/usr/bin/env python
"""Nærvær's commands. They start the embedded servers when the environment names no others."""

import os
import sys
from pathlib import Path

import environ

from core import embedded
from core.embedded import environment

# These work without a database; everything else may ask for one.
_SERVERLESS = {
    "help",
    "version",
    "stop_servers",
    "collectstatic",
    "findstatic",
    "compilemessages",
    "makemessages",
}


def _needs_servers(arguments: list[str]) -> bool:
    if not arguments or {"--help", "-h", "--version"} & set(arguments):
        return False
    if arguments[0] == "check":
        return "--database" in arguments
    return arguments[0] not in _SERVERLESS


def main() -> None:
    """Run one command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    environ.Env.read_env(Path(__file__).with_name(".env"))
    if _needs_servers(sys.argv[1:]):
        try:
            environment.ensure_needed()
        except embedded.EmbeddedError as error:
            sys.exit(str(error))

    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except BrokenPipeError:  # the reader of a long list had enough, as in `manage.py figures … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
