"""The unified social credit code (统一社会信用代码, USCC) of an enterprise."""

from __future__ import annotations

# GB 32100-2015: 31 characters (no I, O, S, V, Z), weights 3**i mod 31.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, i, 31) for i in range(17))


def uscc_check_digit(first17: str) -> str:
    """The 18th character that belongs to the first 17 (GB 32100-2015, section 5).

    Raises ValueError for a character outside the alphabet.
    """
    total = sum(ALPHABET.index(c) * weight for c, weight in zip(first17, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def uscc_fault(uscc: str) -> str | None:
    """Why the code cannot be right, or None. It is for flagging an enterprise, not refusing it."""
    if len(uscc) != 18:
        return f"{len(uscc)} characters, not 18"
    for place, character in enumerate(uscc, start=1):
        if character not in ALPHABET:
            return f"character {place} ({character!r}) is not used in such codes"
    expected = uscc_check_digit(uscc[:17])
    if uscc[17] != expected:
        return f"check digit {uscc[17]}, not {expected}"
    return None
