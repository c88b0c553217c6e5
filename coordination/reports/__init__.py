"""Quarterly reports to committees as tagged PDF (domain K6): read, put into words, drawn, kept.

`reading.read_report` gathers the figures a committee may see, `document.report_pdf` prints them, `orders` makes
them as jobs. Nothing here computes absence: that is `absence_statistics.selectors.Figures`.
"""
