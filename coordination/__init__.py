"""Coordination of attendance work: committees, goals, reports, the year wheel, and the demonstration."""
