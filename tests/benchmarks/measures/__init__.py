"""What each measure makes of its raw figures."""
