"""`make run`: everything on this machine with one command, and one Ctrl-C that ends it all.

Order: servers, migrations and demonstration, then web, worker and beat. The worker and beat are started again when
they fall over; without the web server nothing is left to serve, so its fall ends the run.
"""

import contextlib
import fcntl
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

import environ

from config.children import MARK, Child, end_leftovers, end_with_parent
from core import embedded
from core.embedded import environment, processes
from core.embedded.settings_file import HOST, port_is_free

ROOT = Path(__file__).resolve().parent.parent
START_PATIENCE = 90  # seconds for the web server to answer
STOP_PATIENCE = 10  # seconds for jobs in hand to finish; an unfinished one runs again at the next start
# On a developer's machine as root that is as intended; in production the container's user is not root.
_PYTHON = (sys.executable, "-W", "ignore:You're running the worker with superuser privileges", "-m")


class _AskedToStop(BaseException):
    """Ctrl-C, a closed terminal, or `kill`."""


class _Failure(Exception):
    """The run can't go on; the text is for the reader."""


def say(text: str = "") -> None:
    """One line for the reader."""
    print(text, flush=True)


def _on_signal(number: int, frame: FrameType | None) -> NoReturn:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)  # one is enough; the rest of the way is short
    raise _AskedToStop


@contextlib.contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Only one run per data folder; the system lets go of the lock even after kill -9."""
    with (data_dir / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _Failure(f"Nærvær kører allerede i {data_dir}. Stop det dér med Ctrl-C først.") from None
        yield


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise _Failure(f"PORT={text} er ikke et portnummer mellem 1 og 65535.")
    if not port_is_free(int(text)):
        raise _Failure(
            f"Port {text} er optaget af et andet program. Vælg en anden: make run PORT={int(text) + 1}"
        )
    return int(text)


def _child_environment(data_dir: Path, port: int) -> dict[str, str]:
    return os.environ | {
        MARK: str(data_dir),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "NAERVAER_LOCAL": os.environ.get("NAERVAER_LOCAL", "1"),
    }


def _children(data_dir: Path, port: int, env: dict[str, str]) -> tuple[Child, ...]:
    """Web, workers and beat, in the order they start. Figures have a worker of their own: people never wait for them."""
    logs = data_dir / "logs"
    logs.mkdir(exist_ok=True)
    web = f"gunicorn config.wsgi --bind={HOST}:{port} --worker-class=gthread --workers=2 --threads=4"
    worker = "celery -A config worker --loglevel=INFO --without-gossip --without-mingle"
    beat = "celery -A config beat --pidfile="
    commands = {
        "web": [*web.split(), "--graceful-timeout=5", "--no-control-socket"],
        "worker": [*worker.split(), "--queues=people,mail", "--concurrency=2", "--hostname=people@%h"],
        "figures": [*worker.split(), "--queues=figures", "--concurrency=1", "--hostname=figures@%h"],
        "beat": [*beat.split(), f"--schedule={data_dir / 'beat-schedule'}"],
    }
    return tuple(Child(name, [*_PYTHON, *rest], logs=logs, env=env) for name, rest in commands.items())


def _prepare(env: dict[str, str]) -> str:
    """Migrate and load the demonstration; returns what to show when the address is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "config.prepare"],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=end_with_parent,
        text=True,
    )
    try:
        shown, _ = process.communicate()
    except _AskedToStop:
        process.terminate()
        process.communicate()
        raise
    if process.returncode != 0:
        raise _Failure("Databasen kunne ikke gøres klar; fejlen står ovenfor. Ret den, og kør igen.")
    return shown.strip()


def _fallen(child: Child) -> str:
    return f"[{child.name}] stoppede uventet (kode {child.exit_code()}). Sidste linjer af {child.log}:\n" + (
        processes.tail(child.log) or "(loggen er tom)"
    )


def _wait_until_served(web: Child, port: int) -> None:
    deadline = time.monotonic() + START_PATIENCE
    while time.monotonic() < deadline:
        if web.exit_code() is not None:
            raise _Failure(_fallen(web))
        with contextlib.suppress(OSError, http.client.HTTPException):
            # Any answer will do, also that of a sick application: the web server is there.
            connection = http.client.HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().close()
            connection.close()
            return
        time.sleep(0.1)
    raise _Failure(f"Webserveren svarede ikke inden for {START_PATIENCE} sekunder. Se {web.log}.")


def _watch(web: Child, others: list[Child]) -> NoReturn:
    """Show errors, start fallen workers again, and end when the web server falls."""
    due: dict[str, float] = {}
    while True:
        time.sleep(0.25)
        for child in (web, *others):
            for line in child.new_errors():
                say(f"[{child.name}] {line}")
        if web.exit_code() is not None:
            raise _Failure(_fallen(web))
        for child in others:
            if child.exit_code() is None:
                continue
            if child.name not in due:
                pause = child.wait_before_restart()
                due[child.name] = time.monotonic() + pause
                say(f"{_fallen(child)}\n[{child.name}] startes igen om {pause:.0f} s.")
            elif time.monotonic() >= due[child.name]:
                del due[child.name]
                child.start()


def _serve(data_dir: Path) -> None:
    """Everything between the lock and the end."""
    left = end_leftovers(str(data_dir))
    if left:
        say(f"Ryddede {left} processer op efter en kørsel, der blev afbrudt.")
    port = _port()
    environment.ensure_needed()
    (ROOT / "staticfiles").mkdir(exist_ok=True)  # unused here, but WhiteNoise warns when it is not there
    env = _child_environment(data_dir, port)
    shown = _prepare(env)
    children = _children(data_dir, port, env)
    web, *others = children
    try:
        for child in children:
            child.start()
        _wait_until_served(web, port)
        say(f"\nNærvær kører på http://{HOST}:{port}/   (Ctrl-C stopper alt)\n")
        if shown:
            say(f"{shown}\n")
        _watch(web, others)
    finally:
        for child in reversed(children):
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_PATIENCE
        for child in reversed(children):
            child.insist(deadline=deadline)


def main() -> int:
    """Run until Ctrl-C (0) or until something can't go on (1)."""
    environ.Env.read_env(ROOT / ".env")
    data_dir = environment.data_dir()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _on_signal)
    code = 0
    try:
        embedded.state(data_dir)  # makes the folder
        with _alone(data_dir):
            try:
                _serve(data_dir)
            except _AskedToStop:
                say("\nStopper …")
            finally:
                embedded.stop(data_dir)
                say("Alt er stoppet.")
    except (_Failure, embedded.EmbeddedError) as error:
        print(f"\n{error}", file=sys.stderr)
        code = 1
    except _AskedToStop:
        pass
    return code


if __name__ == "__main__":
    sys.exit(main())
