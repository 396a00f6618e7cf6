"""The unified social credit code: real codes pass, and no single slip of the pen does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridgis.enterprises import uscc_check_digit, uscc_fault

# Public codes of well-known enterprises, and the example that GB 32100-2015 itself gives.
REAL = (
    "91350100M000100Y43",
    "91110000802100433B",
    "91330100799655058B",
    "9144030071526726XG",
    "914403001922038216",
    "91110108551385082Q",
    "91100000100003962T",
    "91110000710925462X",
    "91110000600037341L",
)
# The table of GB 32100-2015, written out: value of each character, weight of each place.
VALUE = {
    "0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7, "8": 8, "9": 9, "A": 10,
    "B": 11, "C": 12, "D": 13, "E": 14, "F": 15, "G": 16, "H": 17, "J": 18, "K": 19, "L": 20,
    "M": 21, "N": 22, "P": 23, "Q": 24, "R": 25, "T": 26, "U": 27, "W": 28, "X": 29, "Y": 30,
}  # fmt: skip
WEIGHT = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

characters = st.sampled_from(sorted(VALUE))
bodies = st.text(characters, min_size=17, max_size=17)


def complete(body: str) -> str:
    """The code of 17 characters, its last found by trying all: the sum must vanish modulo 31."""
    total = sum(VALUE[c] * w for c, w in zip(body, WEIGHT, strict=True))
    (last,) = (c for c in VALUE if (total + VALUE[c]) % 31 == 0)
    return body + last


@pytest.mark.parametrize("code", REAL)
def test_real_codes_have_no_fault(code: str) -> None:
    assert complete(code[:17]) == code  # by the standard's table, before we ask our own
    assert uscc_fault(code) is None


@given(bodies)
def test_the_check_digit_is_the_standard_s(body: str) -> None:
    assert body + uscc_check_digit(body) == complete(body)


@given(bodies, st.integers(0, 17), characters)
def test_one_wrong_character_is_always_found(body: str, place: int, wrong: str) -> None:
    code = complete(body)
    slip = code[:place] + wrong + code[place + 1 :]
    assert (uscc_fault(slip) is None) == (wrong == code[place])


@pytest.mark.parametrize("code", REAL)
def test_two_neighbours_exchanged_are_always_found(code: str) -> None:
    for place in range(17):
        exchanged = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert (uscc_fault(exchanged) is None) == (exchanged == code)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "0 characters, not 18"),
        (REAL[0][:-1], "17 characters, not 18"),
        (REAL[0] + "0", "19 characters, not 18"),
        ("I" + REAL[0][1:], "character 1 ('I') is not used"),
        (REAL[0][:-1] + "O", "character 18 ('O') is not used"),
        (REAL[0].lower(), "character 9 ('m') is not used"),
        ("９" + REAL[0][1:], "character 1 ('９') is not used"),
        (REAL[0][:-1] + "4", "check digit 4, not 3"),
    ],
)
def test_a_fault_says_what_and_where(code: str, says: str) -> None:
    fault = uscc_fault(code)
    assert fault is not None
    assert fault.startswith(says)


def test_a_code_with_a_strange_character_has_no_check_digit() -> None:
    with pytest.raises(ValueError, match="substring not found"):
        uscc_check_digit("I" * 17)
    with pytest.raises(ValueError, match="zip"):
        uscc_check_digit("9")
