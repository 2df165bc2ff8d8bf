"""What reading one digit costs: multiply-adds and time."""

import time
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.data.dataset import Split
from experiments.errors import ModelError
from ml_engine_and_backend.engine.predictor import Network

if TYPE_CHECKING:
    import keras

TIMED_CALLS: Final = 1_000
WARM_UP_CALLS: Final = 50


def multiply_adds(network: "keras.Model") -> int:
    """Multiply-adds of reading one digit, summed over the Conv2D and Dense layers of `network`.

    A convolution multiplies its kernel once per output pixel, a dense layer each weight once.
    Biases, activations and pooling are not counted, and batch normalisation is folded into the
    weights by the export. Raises ModelError for another layer that has weights.
    """
    import keras

    free = (keras.layers.BatchNormalization, keras.layers.Normalization)
    total = 0
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            total += multiply_adds(layer)
        elif isinstance(layer, keras.layers.Conv2D):
            _, height, width, _ = layer.output.shape
            total += height * width * int(np.prod(layer.kernel.shape))
        elif isinstance(layer, keras.layers.Dense):
            total += int(np.prod(layer.kernel.shape))
        elif layer.weights and not isinstance(layer, free) and _multiplies(layer):
            raise ModelError(
                f"{layer.name}: expected Conv2D, Dense or a normalisation, whose multiply-adds "
                f"are known, got {type(layer).__name__}"
            )
    return total


def median_latency_us(network: Network, digits: Split, calls: int = TIMED_CALLS) -> float:
    """Median time of one call in microseconds, over `calls` calls with digits in rotation.

    The call is the server's own: one thread, from the uint8 field to the logits. The median,
    because on a busy machine the mean measures the neighbours.
    """
    fields = digits.images[:calls, :, :, 0]
    for field in fields[:WARM_UP_CALLS]:
        network(field)
    times_ns = []
    for call in range(calls):
        field = fields[call % len(fields)]
        started = time.perf_counter_ns()
        network(field)
        times_ns.append(time.perf_counter_ns() - started)
    return round(float(np.median(times_ns)) / 1_000, 1)


def _multiplies(layer: "keras.layers.Layer") -> bool:
    # dropout and the like hold nothing but the state of their random numbers
    return any(len(weight.shape) > 1 for weight in layer.weights)
