"""Writes of coordination, split by what they are about."""
