"""Writes of conversations, split by what they are about."""
