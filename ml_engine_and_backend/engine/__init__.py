"""Pure prediction: no HTTP in here, and no TensorFlow."""
