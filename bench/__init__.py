"""Benchmarks; each script measures one promise and writes its numbers into bench/results/."""
