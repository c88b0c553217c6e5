"""How long, and in how much memory, a large municipality's files are read in one go; then the same files again.

Makes its own data and servers. Measured is the command itself, as its own process: wall time and peak resident memory.
`python -m bench.import_files [--employments N] [--absences N]`
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from core import embedded

ROOT = Path(__file__).resolve().parent.parent
FIRST_DAY, DAYS = date(2021, 1, 1), 1750
UNITS = 600


def write_files(folder: Path, *, employments: int, absences: int, seed: int = 1) -> dict[str, int]:
    """Write units, employments, absences, partial returns and payroll days; returns rows per file."""
    rng = np.random.default_rng(seed)
    frames = {
        "units.csv": _units(),
        "employments.csv": _employments(rng, employments),
        "absences.csv": _absences(rng, employments, absences),
    }
    frames["partial.csv"] = _partial(rng, frames["absences.csv"])
    frames["absence_days.csv"] = _payroll_days(rng, employments)
    for name, frame in frames.items():
        frame.to_csv(folder / name, sep=";", index=False, encoding="utf-8")
    return {name: len(frame) for name, frame in frames.items()}


def _units() -> pd.DataFrame:
    numbers = np.arange(UNITS)
    parents = np.where(numbers == 0, "", np.maximum((numbers - 1) // 12, 0).astype(str))
    return pd.DataFrame(
        {"unit_id": numbers, "name": [f"Enhed {n}" for n in numbers], "level": "", "parent_id": parents,
         "leader_email": [f"leder{n}@kommune.example" for n in numbers], "valid_from": "", "valid_to": ""}
    )  # fmt: skip


def _employments(rng: np.random.Generator, count: int) -> pd.DataFrame:
    numbers = np.arange(count)
    return pd.DataFrame(
        {"employment_id": numbers, "person_id": numbers, "name": [f"Medarbejder {n} Ærø" for n in numbers], "email": "",
         "unit_id": rng.integers(UNITS // 12, UNITS, count), "occupational_group":
         rng.choice(["Lærere", "Pædagogisk personale", "Social- og sundhedspersonale", "Akademikere"], count),
         "weekly_hours": rng.choice(["37", "32", "28,5", "18,5"], count), "valid_from": "", "valid_to": "",
         "start": "01.01.2015", "end": "", "leader_email": ""}
    )  # fmt: skip


def _absences(rng: np.random.Generator, employments: int, count: int) -> pd.DataFrame:
    """Each employment's absences lie in slots of equal length, so that none overlap."""
    each = -(-count // employments)
    slot = DAYS // each
    employment = np.repeat(np.arange(employments), each)[:count]
    place = np.tile(np.arange(each), employments)[:count]
    first = place * slot + rng.integers(0, slot // 2, count)
    last = first + np.minimum(rng.geometric(0.2, count), slot // 2) - 1
    days = pd.date_range(FIRST_DAY, periods=DAYS + slot).strftime("%d.%m.%Y").to_numpy()
    return pd.DataFrame(
        {"absence_id": [f"F{n}" for n in range(count)], "employment_id": employment,
         "category": rng.choice(["egen_sygdom", "barns_sygedag", ""], count, p=[0.7, 0.1, 0.2]),
         "first_day": days[first], "last_day": days[last], "expected_last_day": "",
         "work_related": rng.choice(["ja", "nej", ""], count)}
    )  # fmt: skip


def _partial(rng: np.random.Generator, absences: pd.DataFrame) -> pd.DataFrame:
    some = absences.iloc[rng.choice(len(absences), len(absences) // 50, replace=False)]
    return pd.DataFrame(
        {
            "absence_id": some["absence_id"],
            "from": some["first_day"],
            "worked_hours_week": "",
            "sick_share": "0,5",
        }
    )


def _payroll_days(rng: np.random.Generator, employments: int) -> pd.DataFrame:
    """Ten working days in a row in a period without other absences, for a third of the employments."""
    days = pd.bdate_range("2026-02-02", periods=25).strftime("%d.%m.%Y").to_numpy()
    who = np.sort(rng.choice(employments, employments // 3, replace=False))
    begin = rng.integers(0, 15, len(who))
    return pd.DataFrame(
        {"employment_id": np.repeat(who, 10), "date": days[(begin[:, None] + np.arange(10)).ravel()],
         "cause_code": "526", "absent_hours": "3,7", "planned_hours": ""}
    )  # fmt: skip


def measure(arguments: list[str], environment: dict[str, str]) -> dict[str, float]:
    """Run one command; wall seconds and its own peak resident memory in MB. Raises if it fails."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(said)
    return {
        "seconds": round(time.monotonic() - began, 1),
        "peak_mb": round(usage.ru_maxrss / 1024),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
    }


def main() -> None:
    """Run, print a table, and write bench/results/import_files.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employments", type=int, default=30_000)
    parser.add_argument("--absences", type=int, default=750_000)
    options = parser.parse_args()
    base = ROOT / ".data" / "bench"
    with embedded.temporary(base) as (data, servers), tempfile.TemporaryDirectory(dir=base) as folder:
        environment = {
            **os.environ, "DATA_DIR": str(data), "DATABASE_URL": servers.owner_url, "APP_DATABASE_URL": servers.app_url,
            "REDIS_URL": servers.redis_url, "NAERVAER_LOCAL": "1", "LOG_LEVEL": "ERROR",
        }  # fmt: skip
        rows = write_files(Path(folder), employments=options.employments, absences=options.absences)
        measure(["migrate", "--verbosity", "0"], environment)
        measure(["create_municipality", "storby", "--name", "Storby", "--cvr", "12345678"], environment)
        command = ["import_files", "storby", folder]
        results = {
            "dry_run": measure([*command, "--dry-run"], environment),
            "first": measure(command, environment),
            "again": measure(command, environment),
        }
    print(f"{'':10}{'sekunder':>10}{'MB':>8}{'CPU-s':>8}")
    for name, result in results.items():
        print(f"{name:10}{result['seconds']:>10}{result['peak_mb']:>8}{result['cpu_seconds']:>8}")
    target = ROOT / "bench" / "results"
    target.mkdir(exist_ok=True)
    report = {"rows": rows, "cpus": os.cpu_count(), "python": platform.python_version(), **results}
    (target / "import_files.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
