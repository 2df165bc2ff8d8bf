"""One file a rung, in teaching order: single_layer, hidden_layer, cnn."""
