from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.hashes import HASH_MASK
from tasks.sketch import CEILING, FLOOR, shingles, sketch, token_hashes

ROOT = Path(__file__).parents[2]
SENTENCE = "the divers repaired the northern lock gate of the harbour"


def words(count: int, seed: int = 1) -> str:
    chosen = random.Random(seed)
    return " ".join(f"w{chosen.randrange(10**6)}" for _ in range(count))


def test_the_numbers_are_the_same_for_ever():
    # They are stored in the catalog: another number here means that every archive must be rebuilt.
    assert sketch(SENTENCE) == (
        1347431472530,
        3553695507748,
        3586550914321,
        4605052893872,
        4751405385504,
        7490534640150,
        8133791165356,
    )
    assert sketch("青石镇图书馆将于五月关闭") == (
        49623636612,
        2991586345979,
        4834841133322,
        5359563492245,
        7363575569501,
    )


def test_another_process_finds_the_same_numbers():
    program = f"from tasks.sketch import sketch; print(sketch({SENTENCE!r}))"
    said = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONHASHSEED": "77"},
    )
    assert said.stdout.strip() == repr(sketch(SENTENCE))


@given(st.text())
def test_numbers_are_sorted_distinct_and_fit_the_postings(text):
    found = sketch(text)
    assert list(found) == sorted(set(found))
    assert all(0 <= number <= HASH_MASK for number in found)


def test_short_texts_keep_the_floor_and_long_ones_a_twentieth():
    assert sketch("") == ()
    assert len(sketch("one")) == 1
    assert len(sketch(words(60))) >= FLOOR
    assert 300 < len(sketch(words(8000))) < 500


def test_a_huge_text_keeps_the_ceiling_whatever_the_order_of_its_parts():
    parts = [words(3000, seed) for seed in range(15)]
    forwards, backwards = sketch("\n".join(parts)), sketch("\n".join(reversed(parts)))
    assert len(forwards) == CEILING
    # Only the windows across the seams differ.
    assert len(set(forwards) & set(backwards)) > 0.98 * CEILING


def test_a_cut_copy_shares_numbers_and_a_stranger_does_not():
    text = words(400)
    cut = " ".join(text.split()[:150])
    assert len(set(sketch(text)) & set(sketch(cut))) >= 4
    assert not set(sketch(text)) & set(sketch(words(400, seed=2)))


def test_windows_cover_four_words_or_eight_unspaced_characters():
    spaced = shingles(token_hashes("a b c d e".split()), 4)
    assert spaced.starts.tolist() == [0, 1]
    assert (spaced.ends - spaced.starts).tolist() == [4, 4]
    han = shingles(token_hashes("青石镇图书馆将于五"), 4)
    assert han.starts.tolist() == [0, 1]
    assert (han.ends - han.starts).tolist() == [8, 8]


@given(st.lists(st.sampled_from(["a", "bc", "青", "石", "镇"]), max_size=30), st.integers(1, 5))
def test_every_window_lies_inside_and_depends_on_its_words_alone(found, width):
    windows = shingles(token_hashes(found), width)
    assert len(windows.values) == len(windows.starts) == len(windows.ends)
    seen: dict[tuple[str, ...], np.uint64] = {}
    for value, start, end in zip(windows.values, windows.starts, windows.ends, strict=True):
        assert 0 <= start < end <= len(found)
        assert seen.setdefault(tuple(found[start:end]), value) == value
    assert found or not len(windows.values)


def test_a_token_has_one_hash_wherever_it_stands():
    found = [f"word{number}" for number in range(9_000)] + [
        "x" * 64,
        "x" * 65,
        "x" * 300_000,
        "é",
        "京",
        "\ud800",
    ]
    hashes = token_hashes(found)
    assert len(np.unique(hashes)) == len(found)
    assert token_hashes(reversed(found)).tolist() == hashes[::-1].tolist()
    assert [int(hash_) for word in found[-7:] for hash_ in token_hashes([word])] == hashes[-7:].tolist()
    assert (hashes & np.uint64(1)).tolist() == [0] * (len(found) - 2) + [1, 0]
    assert not len(token_hashes([]))
