"""Simulated data with their known truth: a company, and a survey."""
