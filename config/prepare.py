"""Everything `make run` does in Django before it serves, in one process: migrate, demonstration, log-ins.

Prints on stdout only what the reader shall see when the address is ready.
"""

import os

import django
from django.core.management import call_command, get_commands


def main() -> None:
    """Run as `python -m config.prepare`, with the servers up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if os.environ.get("DEMONSTRATION", "1") == "0":
        return
    if "load_demonstration" in get_commands():
        call_command("load_demonstration", if_empty=True)
    if "demonstration_logins" in get_commands():
        call_command("demonstration_logins")


if __name__ == "__main__":
    main()
