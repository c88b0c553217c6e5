"""Rules of conversations in plain Python: no Django, no clock, no I/O. The JSON form is in docs/rules-json.md."""
