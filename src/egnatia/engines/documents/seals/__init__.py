"""Digital seals: signed bar codes on visas, residence permits, emergency documents and health proofs.

What it decides: which kind of seal a code is, what it says, whether it keeps the structure and the rules of its kind,
whether its signature holds under a certificate that the trust store leads to, and whether it belongs to the document
that it stands on.

Method: fixed structures and closed lists; every departure is a finding with the bytes it was found at, and nothing a
seal holds is a reason to raise. Source: ICAO Doc 9303 parts 7, 8 and 13 (eighth edition, amendments to February 2026),
BSI TR-03137-1 v2.5, TR-03135-1 v2.5 section 5.9, ICAO TR VDS-NC, ICAO datastructure for barcode, RFC 8785.

Limits: a seal can be copied with the document it stands on, so a valid one says that an issuer signed these data, not that this
sheet is the issuer's. France's 2D-Doc and the UUID profiles of BSI TR-03171 are read no further than their header.
"""
