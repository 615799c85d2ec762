"""DNA: whether two STR profiles may be of one person, and how often chance alone would say so."""
