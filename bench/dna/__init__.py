"""Benches of the DNA engine."""
