"""Charts: pure builders of Vega-Lite specifications, their rendering to SVG, and the timeline picture.

A builder takes plain values and returns a plain dictionary, so one specification serves the page,
the PDF and, should a page want it, the interactive Vega client in the browser.
"""
