"""Evaluate randomised trials of programmes against reoffending."""

__version__ = "0.1.0"
