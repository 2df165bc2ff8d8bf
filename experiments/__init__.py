"""From data to model folders: trains, measures and compares the ladder.

Sets what TensorFlow and Keras read when they are first imported, so that a training does not depend
on how the machine is set up for other work.
"""

import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["KERAS_HOME"] = str(Path(__file__).with_name("keras_home"))  # holds keras.json
for limit in ("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH"):
    os.environ.pop(limit, None)
# the number of threads decides how sums are split, and so how they are rounded; by default it is
# the number of cores, and each machine would train other weights
os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = "2"
# matrices here are small: a second thread only waits for the first
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# oneDNN's kernels train a convolutional network more than twice as fast; TensorFlow chooses them
# by itself on some processors only
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
# TensorFlow's start-up messages would bury the progress
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
