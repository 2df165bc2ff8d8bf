"""HTTP in, HTTP out: everything that is not HTTP is the engine's."""
