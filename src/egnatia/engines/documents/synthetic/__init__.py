"""Synthetic documents: everything invented, everything marked UTO/SPECIMEN, everything repeatable from a seed.

`documents.genuine` invents a document, `tampering.tamper` does one thing to it and labels it, `pages.render` and
`conditions.capture` make pictures with the truth about them, `chips.files` the files of its chip, `trust.files` what a
verifier must hold, `folder.write_folder` all of it at once. `pki.Authority` stands behind the signatures and can be used
alone; `specimens`, `chip_files` and `resigned` make chips for conformance cases.

It imports the reading parts only where it shares their words (formats, letters, sources), so that a reader and the
generator cannot be wrong in the same way. Nothing is imported here: Pillow and zxing-cpp load with what needs them.
`docs/reference/synthetic.md` has the tables.
"""
