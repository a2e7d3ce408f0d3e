"""The simulated company, with its known truth."""
