"""The demonstration: fictitious municipalities, made by arithmetic and loaded through the ordinary import.

Plain NumPy: no Django, no clock, no database. `generate` makes one municipality as arrays, `write_files`
lays it down as the contract files that any municipality would hand in. The same generator, with
`benchmark_specs`, makes the volumes of the benchmarks, one tenant at a time.
"""

from coordination.demonstration.files import write_files
from coordination.demonstration.generate import generate
from coordination.demonstration.model import Demonstration, UserRow
from coordination.demonstration.spec import (
    DEMO_PASSWORD,
    DEMO_SEED,
    OPERATOR_EMAIL,
    OPERATOR_NAME,
    SPECS,
    MunicipalitySpec,
    benchmark_specs,
)

__all__ = [
    "DEMO_PASSWORD",
    "DEMO_SEED",
    "OPERATOR_EMAIL",
    "OPERATOR_NAME",
    "SPECS",
    "Demonstration",
    "MunicipalitySpec",
    "UserRow",
    "benchmark_specs",
    "generate",
    "write_files",
]
