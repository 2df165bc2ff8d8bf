"""From data to model folders: trains, measures and compares the ladder.

Here stands what TensorFlow and Keras read when they are first imported: a training must not depend
on what else the machine is set up for.
"""

import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["KERAS_HOME"] = str(Path(__file__).with_name("keras_home"))  # holds keras.json
for limit in ("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH"):
    os.environ.pop(limit, None)
# sums are split by threads and rounded accordingly: with the count of a machine's cores, each
# machine would get weights of its own
os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = "2"
# start-up notes would drown the progress
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
