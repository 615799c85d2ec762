"""The load bench of the exchange: `python -m bench.exchange --help`."""
