"""The files of a chip: finding them, reading them, and checking them against their signatures and one another."""
