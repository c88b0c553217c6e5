"""The contract seen from outside: commands, files and pages, against expectations written from the domain alone."""
