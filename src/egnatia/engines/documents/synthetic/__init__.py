"""Synthetic documents: everything invented, everything marked UTO/SPECIMEN, everything repeatable from a seed."""
