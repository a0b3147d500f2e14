import pytest

from index import budget
from index.budget import Budget
from index.errors import QueryError


def test_a_query_that_takes_too_long_is_refused():
    spent = Budget(seconds=-1.0)
    with pytest.raises(QueryError, match="takes too long"):
        spent.check()


def test_a_loop_looks_at_the_clock_now_and_then(monkeypatch):
    looks = []
    monkeypatch.setattr(budget.time, "thread_time", lambda: looks.append(1) or 0.0)
    running = Budget()
    for _ in range(10_000):
        running.step()
    assert len(looks) == 1 + 10_000 // 4_096


def test_a_query_that_keeps_too_much_is_refused():
    small = Budget(postings=100)
    small.spend(60)
    small.spend(40)
    with pytest.raises(QueryError, match="too many articles") as stop:
        small.spend(1)
    assert stop.value.exit_code == 2
    assert stop.value.hint
