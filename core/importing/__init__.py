"""Reading municipal files: encodings, cells, staging in the database, plans and errors in Danish. Knows no business.

Each app describes its files as `FileKind`s and registers them; `run.import_files` reads whichever were given, checks
all of them together, and applies them in one transaction or not at all. See docs/import-files.md.
"""
