"""Label-keeping transforms of digits, drawn anew for every epoch."""
