"""Reports: an examination as JSON, XML, HTML and PDF in five languages, and its replay from what was stored.

`formats` writes and reads the canonical JSON (the same examination always gives the same bytes), `xml` writes a log in
the manner of BSI TR-03135, `stored` keeps what an examination was made of and repeats it, `pages` makes the one-page
officer view and the full evidence bundle, `pdf` prints them. `words` has a title for every code; `locale/` holds the
translations.
"""
