"""Data, training and model folders."""
