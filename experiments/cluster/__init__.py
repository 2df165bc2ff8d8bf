"""Trainings side by side on a Ray cluster, of one machine or many; Ray is an extra."""
