"""Where a share lies that was counted in few cases."""

import math
from typing import Final

NORMAL_95: Final = 1.959964
"""Standard normal quantile of 97.5 %, for intervals that hold in 95 of 100 cases."""


def wilson(number: int, of: int) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927): it holds also for few cases and for shares of 0 and 1.

    Args:
        number: how many, 0 to `of`.
        of: of how many, at least 1.
    """
    squared = NORMAL_95 * NORMAL_95
    share = number / of
    middle = share + squared / (2 * of)
    reach = NORMAL_95 * math.sqrt(share * (1 - share) / of + squared / (4 * of * of))
    below = 1 + squared / of
    return max(0.0, (middle - reach) / below), min(1.0, (middle + reach) / below)
