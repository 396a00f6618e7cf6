"""On which side of a line a point lies, without error for every finite double.

The question is the sign of (b - a) x (p - a). Rounded arithmetic answers it except where the
result is smaller than its own rounding error, and a proven bound tells when that is so. There the
product is written out as six products of two coordinates and summed in integers of more than four
thousand bits, which hold every product of two doubles: nothing is rounded, nothing overflows.
"""

from __future__ import annotations

import math

import numpy as np

from gridgis.locate.kernel import Floats, Longs, kernel

ROUNDING = 2.0**-53  # relative error of one operation
FILTER = (3 + 16 * ROUNDING) * ROUNDING  # Shewchuk 1997, "ccwerrboundA"
UNDERFLOW = 2.0**-1000  # far above what products near the smallest double may lose beside that

DIGIT_BITS = 26  # a product of two digits has 52 bits; eighteen of them still fit in an int64
DIGIT_MASK = (1 << DIGIT_BITS) - 1
LOWEST_BIT = 44 * DIGIT_BITS  # 2**-LOWEST_BIT is below the last bit of the smallest double
DIGITS = 176  # of the sum: twice the range of a double, and room for the carry


@kernel
def side(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> float:
    """Positive where (x, y) lies left of the line from a to b, negative right, 0 on it."""
    left = (bx - ax) * (y - ay)
    right = (by - ay) * (x - ax)
    difference = left - right
    # An overflow makes this comparison false and so leads to the exact answer too.
    if abs(difference) > FILTER * (abs(left) + abs(right)) + UNDERFLOW:
        return difference
    # Differences of doubles vanish only between equals, so these zeros are true ones.
    if (bx == ax or y == ay) and (by == ay or x == ax):
        return 0.0
    return exact_side(ax, ay, bx, by, x, y)


@kernel
def side_of(ends: Floats, edge: int, x: float, y: float) -> float:
    """`side` of an edge e, or of edge e backwards where it is given as ~e."""
    if edge >= 0:
        return side(ends[edge, 0], ends[edge, 1], ends[edge, 2], ends[edge, 3], x, y)
    edge = ~edge
    return -side(ends[edge, 0], ends[edge, 1], ends[edge, 2], ends[edge, 3], x, y)


@kernel
def above(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> bool:
    """Whether (x, y) lies above an edge, for ax < x <= bx.

    A point on the edge takes the step of `squares._paint`: it is above, unless the edge falls.
    """
    at = side(ax, ay, bx, by, x, y)
    return at > 0 or (at == 0 and by >= ay)


@kernel
def exact_side(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> float:
    """-1, 0 or 1: the sign of bx*y - bx*ay - ax*y - by*x + by*ax + ay*x, in integers."""
    digits = np.empty((6, 3), np.int64)
    place = np.empty(6, np.int64)
    values = (ax, ay, bx, by, x, y)
    for i in range(6):
        place[i] = write_digits(values[i], digits[i])
    total = np.zeros(DIGITS, np.int64)
    for i, j, sign in ((2, 5, 1), (2, 1, -1), (0, 5, -1), (3, 4, -1), (3, 0, 1), (1, 4, 1)):
        for k in range(3):
            for m in range(3):
                total[place[i] + place[j] + k + m] += sign * digits[i, k] * digits[j, m]
    return sign_of(total)


@kernel
def write_digits(value: float, digits: Longs) -> int:
    """The place of the lowest of the three digits that, with their sign, make up the value.

    value = sum of digits[k] * 2**(DIGIT_BITS * (place + k) - LOWEST_BIT)
    """
    fraction, exponent = math.frexp(value)
    whole = int(fraction * 2.0**53)  # exact: a double has 53 bits
    sign = -1 if whole < 0 else 1
    whole *= sign
    shift = exponent - 53 + LOWEST_BIT
    place = shift // DIGIT_BITS
    shift -= place * DIGIT_BITS
    low = DIGIT_BITS - shift  # bits of the value that go into the lowest digit
    digits[0] = sign * ((whole & ((1 << low) - 1)) << shift)
    digits[1] = sign * ((whole >> low) & DIGIT_MASK)
    digits[2] = sign * (whole >> low >> DIGIT_BITS)
    return place


@kernel
def sign_of(total: Longs) -> float:
    """-1, 0 or 1: the sign of a number whose digits may exceed their base and be negative."""
    carry = 0
    nonzero = False
    for k in range(len(total)):
        digit = total[k] + carry
        carry = digit >> DIGIT_BITS  # rounds down, so that every digit left behind is positive
        nonzero = nonzero or (digit & DIGIT_MASK) != 0
    if carry < 0:
        return -1.0
    return 1.0 if nonzero or carry > 0 else 0.0
