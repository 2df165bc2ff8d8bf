"""One module a measure: `measure(plan)` makes its section of the page."""
