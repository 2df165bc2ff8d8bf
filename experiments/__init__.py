"""From MNIST to model folders: trains, measures and exports every rung of the ladder."""
