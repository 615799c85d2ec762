"""Pictures of a page: opened safely, its zone located, read and proved, its printed fields and bar codes found.

What it decides: where the machine-readable zone is, what each of its characters is, and which characters are not proven
(`zone.py`). A reading is a set of candidates for every column; the grammar of the format (`grammar.py`) and the check
digits (`proof.py`) choose among them, and whatever another assignment could satisfy just as well is listed as a doubt.

Method: text is detected and recognised by the models that come with the package rapidocr (extra `ocr`); everything
after that is plain arithmetic and needs no extra. Where the extra is absent nothing is guessed: the check ends as not
supported and the zone is typed by hand, with the same checks.

Limits: `docs/reference/images.md`. Where to go next: `inspection.inspect_image`.
"""
