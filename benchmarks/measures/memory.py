"""Resident memory of a service at work."""

from typing import Final

from benchmarks import server
from benchmarks.figure import Figure, Section, at_most, failures
from benchmarks.plan import Plan

CONNECTIONS: Final = 16
RESIDENT: Final = at_most(150)


def measure(plan: Plan) -> Section:
    """Service and baseline, each after a burst of predictions in both forms."""
    found, failed = [], 0
    for measured in (server.service(plan.upload), server.baseline(plan.upload)):
        with measured:
            for body in (plan.upload.raw, plan.upload.form):
                failed += measured.burst(body, CONNECTIONS, plan.seconds).failed
            found.append(measured.memory_mb())
    service, baseline = found
    figures = [
        Figure("service, every rung loaded", [service], "MB", RESIDENT),
        Figure("baseline, one rung loaded", [baseline], "MB"),
        failures(failed),
    ]
    how = f"Resident memory after bursts of both forms at {CONNECTIONS} connections."
    return Section("Memory", how, figures)
