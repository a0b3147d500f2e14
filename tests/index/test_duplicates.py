from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from index.duplicates import Match, told

MATCH = Match("contained", 0.41, 0.934, 0.97, 212, "14/14", "8/9", days=3)


def test_the_evidence_is_told_in_one_line():
    assert told(MATCH) == (
        "containment .93, coverage .97, numbers 14/14, names 8/9, block of 212 words, dated 3 days apart"
    )


def test_what_there_is_none_of_is_not_told():
    assert told(replace(MATCH, numbers="0/0", names="0/0", days=0)) == (
        "containment .93, coverage .97, block of 212 words"
    )
    assert told(replace(MATCH, days=1)).endswith("dated 1 day apart")
    assert "dated" not in told(replace(MATCH, days=None))


@pytest.mark.parametrize(("value", "said"), [(1.0, "1"), (0.9999, ".99"), (0.5, ".50"), (0.004, ".00")])
def test_only_all_is_told_as_all(value, said):
    assert told(replace(MATCH, containment=value)).startswith(f"containment {said},")


def test_evidence_survives_json_and_older_evidence_is_read():
    stored = json.loads(json.dumps(asdict(MATCH)))
    assert Match(**stored) == MATCH
    del stored["days"]
    assert Match(**stored) == replace(MATCH, days=None)
