"""Registers of lost, stolen, revoked and issued documents: how they are read and how a number is looked up."""
