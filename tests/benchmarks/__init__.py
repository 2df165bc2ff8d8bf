"""The arithmetic of the benchmarks; no server is measured here."""
