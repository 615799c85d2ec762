"""Rows of DNA candidates, for the tests of this folder."""

from tests.enquiries.dna_rows import cases

__all__ = ["cases"]
