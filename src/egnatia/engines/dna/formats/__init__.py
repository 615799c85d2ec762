"""Readers and writers of DNA profiles: CODIS CMF 3.2, GeneMapper, EuroForMix, LRmix, SmartRank and plain tables."""
