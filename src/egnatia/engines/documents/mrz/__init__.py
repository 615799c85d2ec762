"""The machine-readable zone: fields, check digits, codes, dates, repairs, and what no check digit can see."""
