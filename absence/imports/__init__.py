"""Running imports: from the command line and from the page. What the files mean is in `importers` of each app."""
