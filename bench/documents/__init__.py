"""Benchmarks of the documents engine."""
