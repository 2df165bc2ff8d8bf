"""The benchmarks: their arithmetic, and one short run of them."""
