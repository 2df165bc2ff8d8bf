"""A real browser on the built page."""
