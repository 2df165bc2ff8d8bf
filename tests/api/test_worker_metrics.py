"""Workers are processes of their own, so these tests start some."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ml_engine_and_backend.api.settings import REPOSITORY
from tests.api.scraping import Scrape

WORKER = """
import sys
from ml_engine_and_backend.api.observability import metrics
rungs = int(sys.argv[1])
metrics.models_loaded([("cnn", number) for number in range(rungs)])
metrics.request_begun()
metrics.request_ended("GET", "/health", 200, 0.002)
metrics.predicted("cnn", 1, 7, "sure", 0.0003)
metrics.request_begun()  # and is still at it
print("ready", flush=True)
for line in sys.stdin:
    print(metrics.exposition().decode() + "end", flush=True)
"""

# what the process above the workers does
PARENT = f"""
import json, os, subprocess, sys
from ml_engine_and_backend.api.worker_metrics import FOLDER, mark_dead, prepare_workers
prepare_workers()

def start(rungs):
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", {WORKER!r}, str(rungs)]
    worker = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
    assert worker.stdout.readline() == "ready\\n"
    return worker

def ask(worker):
    worker.stdin.write("\\n")
    worker.stdin.flush()
    return "".join(iter(worker.stdout.readline, "end\\n"))

def end(worker):
    worker.kill()
    worker.communicate()
    mark_dead(worker.pid)

def loaded():
    return sorted(name for name in sys.modules if name.startswith("prometheus_client"))

told = {{"folder": os.environ[FOLDER], "imported": loaded()}}
first, second = start(3), start(2)
told["both"] = [ask(first), ask(second)]
end(first)
told["one"] = ask(second)
third = start(2)
told["again"] = ask(third)
end(second)
end(third)
print(json.dumps(told))
"""


def run_parent() -> dict[str, Any]:
    result = subprocess.run(
        [sys.executable, "-c", PARENT], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def test_any_worker_answers_for_all_and_a_dead_one_takes_only_its_gauges_along() -> None:
    told = run_parent()
    ok = {"method": "GET", "route": "/health", "status": "200"}
    read = {"model": "cnn", "version": "1", "digit": "7", "verdict": "sure"}

    for text in told["both"]:
        both = Scrape(text)
        assert both.of("http_requests_total", **ok) == 2
        assert both.of("ladder_predictions_total", **read) == 2
        assert both.of("ladder_inference_seconds_count", model="cnn", version=1) == 2
        assert both.of("http_request_duration_seconds_bucket", route="/health", le="0.0025") == 2
        assert both.of("http_requests_in_flight") == 2
        assert both.of("ladder_models_loaded") == 2  # the fewest
        assert any(name == "python_info" for name, _ in both)
        # of one process, so another one's at the next scrape
        assert not any(name.startswith("process_") for name, _ in both)

    one = Scrape(told["one"])
    assert one.of("http_requests_total", **ok) == 2
    assert one.of("http_requests_in_flight") == 1
    assert one.of("ladder_models_loaded") == 2

    again = Scrape(told["again"])
    assert again.of("http_requests_total", **ok) == 3
    assert again.of("http_requests_in_flight") == 2

    assert told["imported"] == []  # until a worker has died
    assert not Path(told["folder"]).exists()
