"""Readers and writers of DNA profiles, and the form in which a message carries one.

`reading` tells a format by how a file begins: CODIS CMF 3.2, NIEM 5.1, ANSI/NIST-ITL type 18 (tagged and XML), GeneMapper,
EuroForMix, LRmix, SmartRank, plain tables. `writing` writes them and names what each cannot say. `reference_data` is the
form of messages between partners, `frequency_files` reads STRidER's tables and STRBase's XML.
"""
