"""One module a measure: `measure(plan)` runs it, the rest is arithmetic."""
