"""The printed visual zone, held against the machine-readable zone field by field.

`types.VisualFields` is the page as read or typed, `checks.compare` the comparison, `formats.visual_from` and
`formats.read_visual` make fields from texts and from JSON. The comparisons themselves stand in `mrz` (`name_match`,
`printed_dates`, `printed_values`), where the chip's files use them too.
"""
