"""The arithmetic of sickness absence (domain book § 4): NumPy arrays in, NumPy arrays out.

Nothing here knows Django, a database or the clock. Read the modules in this order: `days` (dates as
numbers), `inputs` (what the kernel needs), `planned` (planned hours), `absent` (absent hours), then the
figures themselves: `cube`, `rolling`, `presence`, `persons`, `weekdays`.
"""
