"""Calls made beside the work: in order, the newest of those that wait, never in its way."""

import contextvars
import logging
import threading

from tasks.aside import Aside

LOG = logging.getLogger("test")


def test_what_is_told_is_told_in_the_context_of_the_run():
    here = contextvars.ContextVar("here")
    here.set("run")
    told = []
    aside = Aside("words", LOG)
    aside.tell(lambda: told.append((here.get(), threading.current_thread() is threading.main_thread())))
    assert aside.finish()
    aside.tell(lambda: told.append("again"))
    assert aside.finish()
    assert told == [("run", False), "again"]


def test_only_the_newest_of_those_that_wait_is_told():
    begun, go_on = threading.Event(), threading.Event()
    told = []

    def first():
        begun.set()
        go_on.wait(60)
        told.append("first")

    aside = Aside("words", LOG)
    aside.tell(first)
    assert begun.wait(60)
    for number in range(5):
        aside.tell(lambda number=number: told.append(number))
    go_on.set()
    assert aside.finish()
    assert told == ["first", 4]


def test_a_call_that_nobody_answers_is_given_up_and_said(caplog):
    begun, answered = threading.Event(), threading.Event()
    told = []
    aside = Aside("the picture", LOG)
    aside.tell(lambda: (begun.set(), answered.wait(60)))
    assert begun.wait(60)
    aside.tell(lambda: told.append("late"))
    with caplog.at_level(logging.WARNING):
        assert not aside.finish(0.01)
    answered.set()
    assert aside.finish()
    assert told == [], "what was given up does not begin any more"
    assert caplog.messages == ["the picture: given up, no answer within 0 s"]


def test_a_call_that_fails_is_said_and_the_next_is_made(caplog):
    told = []
    aside = Aside("the picture", LOG)
    with caplog.at_level(logging.WARNING):
        aside.tell(lambda: 1 // 0)
        assert aside.finish()
    aside.tell(lambda: told.append("next"))
    assert aside.finish()
    assert told == ["next"]
    assert caplog.messages[0].startswith("the picture: ZeroDivisionError")
