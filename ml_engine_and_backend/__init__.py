"""Models in, answers out: the engine that reads a drawing and the HTTP service around it."""
