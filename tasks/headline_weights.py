"""What speaks for and against a headline: written by ``evals.headline_weights``, not by hand.

Best candidate right on 1,241 of 1,439 development pages, cross-validated by site;
1,292 with the weights fitted on all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WEIGHTS: Final[Mapping[str, float]] = {
    "share of its words in the body": 1.20,
    "words shared": 0.17,
    "shares nothing": -0.84,
    "frequent words": 0.56,
    "words of the lead": 0.47,
    "1 or 2 words": -1.90,
    "3 words": -0.69,
    "4 to 5 words": -0.36,
    "13 to 17 words": 0.33,
    "18 to 24 words": -1.00,
    "25 words and more": -1.42,
    "ends with a stop": -2.32,
    "ends with a question": 0.15,
    "ends with a colon": -0.65,
    "sentences": -0.65,
    "comma": -0.66,
    "date": 1.03,
    "digits": -1.32,
    "bullet": -0.83,
    "indented": -1.41,
    "copied": 0.18,
    "related": -0.14,
    "picture": -1.34,
    "title case": 0.87,
    "path": -0.08,
    "prose": -1.01,
    "opens small": -1.35,
    "opens the page": 1.75,
    "inside the body": -0.22,
    "between lines of the body": 0.30,
    "deep inside": -0.99,
    "below prose": -1.22,
    "distance": -0.25,
    "stamp below": 1.33,
    "stamp right below": 0.22,
    "stamp above": -0.32,
    "gap above": 1.53,
    "gap below": 1.34,
    "standfirst below": 0.74,
    "section above": 0.42,
    "headline above, shorter": -0.61,
    "headline above, no gap": 0.46,
    "headlines above": -0.64,
    "headline below": 0.17,
    "first of its kind": 0.73,
    "listed": -0.71,
    "restated": 1.45,
    "restates": -0.38,
}
