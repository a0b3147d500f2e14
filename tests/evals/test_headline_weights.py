import numpy as np

from evals.headline_weights import Choice, cross_validated, fit, module, right_of


def pages(count):
    random = np.random.default_rng(7)
    found = []
    for number in range(count):
        points = random.random((6, 3))
        right = np.arange(6) == np.argmax(points @ np.array([3.0, -2.0, 0.0]))
        found.append(Choice(points, right, f"site{number}"))
    return found


def test_the_weights_find_what_decides():
    chosen = pages(60)
    weights = fit(chosen)
    assert weights[0] > 0.5 > -0.5 > weights[1]
    assert right_of(chosen, weights) >= 55
    assert cross_validated(chosen) >= 50


def test_the_fit_is_the_same_each_time():
    assert (fit(pages(20)) == fit(pages(20))).all()


def test_the_module_is_python():
    space: dict = {}
    exec(module(["share", "dated"], np.array([1.5, -0.25]), "Told."), space)  # noqa: S102
    assert space["WEIGHTS"] == {"share": 1.5, "dated": -0.25}
