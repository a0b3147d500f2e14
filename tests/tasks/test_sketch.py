from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tasks.sketch import CEILING, FLOOR, shingles, sketch, token_hashes

ROOT = Path(__file__).parents[2]
SENTENCE = "the divers repaired the northern lock gate of the harbour"


def words(count: int, seed: int = 1) -> str:
    chosen = random.Random(seed)
    return " ".join(f"w{chosen.randrange(10**6)}" for _ in range(count))


def test_the_numbers_are_the_same_for_ever():
    # They are stored in the catalog: another number here means that every archive must be rebuilt.
    assert sketch(SENTENCE) == (
        -5146876587741683259,
        319926793444031563,
        1254871630698142078,
        2740086149570252743,
        2767517403221577242,
        3446993136270646901,
        4281603853028911897,
    )
    assert sketch("青石镇图书馆将于五月关闭") == (
        -8052083620902535588,
        -7648646779626763008,
        -5155733632373794951,
        -4630408889402938470,
        7792971567547017559,
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
def test_numbers_are_sorted_distinct_and_fit_sqlite(text):
    found = sketch(text)
    assert list(found) == sorted(set(found))
    assert all(-(2**63) <= number < 2**63 for number in found)


def test_short_texts_keep_the_floor_and_long_ones_a_sixteenth():
    assert sketch("") == ()
    assert len(sketch("one")) == 1
    assert len(sketch(words(60))) >= FLOOR
    assert 400 < len(sketch(words(8000))) < 600


def test_a_huge_text_keeps_the_ceiling_whatever_the_order_of_its_parts():
    parts = [words(3000, seed) for seed in range(12)]
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
