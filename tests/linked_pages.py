"""Invented pages whose duplicate links depend on each other, and on which lines are furniture.

Two papers print what they say of themselves below each story, in several lines of prose. While few pages hold
such a notice it looks like a part of the story; its length then makes strangers alike, or copies unlike.
"""

from __future__ import annotations

from tests.story_texts import BEES, CHESS, FERRY, FERRY_AGAIN

COURIER = """The Quorn Courier has been printed in the cellar of the old malthouse since 1921, first on \
two sheets a week and nowadays every morning except on the day after the midsummer fair in the upper town.
Whoever carries it through the lanes is paid by the mile, and three of the families that folded the very \
first issue still fold the paper today, among them the Hallorans, who also keep the archive.
Readers who find a mistake in these columns may knock at the green door beside the weighbridge before \
noon, where Agnes Halloran writes every complaint into the same ledger that her grandmother began in ink."""

HERALD = """The Solway Herald belongs to the people who read it: nearly four thousand members own a share \
each, and they elect its editors every second spring in the drill hall behind the station.
Nothing that is printed here was paid for by anybody else, and the accounts, which Ruth Penhallow keeps, \
can be seen by every member on the first Tuesday of a month between breakfast and the noon bell."""

LYNX = """Young lynx strays into gardens below the Quorn ridge
QUORN - A young lynx has wandered through the gardens below the ridge for nine nights, leaving the prints \
of a lame hind paw in 14 vegetable beds and taking nothing but a goose.
The ranger Piet Solberg, who follows it on skis, thinks that it lost its mother when the snow slid off the \
eastern face in February and that it will climb back as soon as the roe deer do."""

CRANE = """Harbour crane at Solway lifted off its rails by storm
SOLWAY - Gusts of 140 kilometres an hour lifted the older of two cranes off its rails on Thursday and set \
it down across the coal quay, missing a tug by the width of a plank.
Dockmaster Ingrid Vane wants it cut up where it lies, for no barge on this coast carries 90 tonnes, and \
the quay is needed when the herring boats come home in ten days."""

WEIR = """River Tarn to run free as council votes to open its last weir
HASK - The last weir on the river Tarn will be opened in October, seventy-one years after it was built, so \
that salmon can climb to the gravel beds above Hask again.
Councillors voted eleven to six on Wednesday evening for the plan of hydrologist Maren Oduya, who had \
measured the river at 23 points for five winters.
She found that the reservoir behind the weir holds only a third of the water that it held in 1953, because \
sand and the leaves of the poplars have filled it.
The millers' guild, which drew its power from the weir until 1988, had asked for a turbine of the newest \
kind and offered 400,000 crowns towards it.
Its chairman Jon Petrie called the vote a funeral with a brass band, and said that the guild would take \
its grindstones to the museum by cart.
Anglers from both banks have promised to carry spawn upstream in wet sacks until the fish find the way \
without help, which may take four years.
Engineers will lower the water by two centimetres a day from the first of October, so that mussels and \
crayfish have time to follow it down.
A ramp of boulders from the quarry at Pell is to keep the old bridge from being undermined, since its \
piers stand on nothing but oak.
Divers looked at that oak in August and found it as hard as on the day when it was felled, although one \
pile of nineteen has a crack.
The whole work costs 2.3 million crowns, of which the river fund pays half and the towns of Hask, Tarn and \
Pell the other half in equal parts.
Farmers below the weir fear for the ditches that water their pastures, and they will be given three wells \
and a pump that runs on sunlight.
For the children of the swimming club, who learned to dive from the crest of the weir, a pool is being dug \
behind the school of Hask.
Schoolmaster Ezra Lund hopes that it is filled by May, because the youngest have already drawn lots for \
who may jump into it first.
When the weir was built the valley had been promised light, and got it; now it is promised the sound of \
running water at night, said Oduya."""


def plain(story: str, *, menu: str = "Home\nNews\nSport", end: str = "") -> str:
    """A page with a menu, the story, what stands at its end, and a footer."""
    return f"{menu}\n\n{story}\n{end}\n\nShare this\nSubscribe to our newsletter\nAll rights reserved\n"


def courier(story: str) -> str:
    """A page of the paper with the long notice."""
    return plain(story, end=COURIER)


def herald(story: str) -> str:
    """A page of the paper with the short notice."""
    return plain(story, menu="Start\nIn the region\nArchive\nWeather", end=HERALD)


def part(story: str, first: int, last: int, headline: str) -> str:
    """The paragraphs from `first` to `last` of a story (its headline is number 0) under another headline."""
    return "\n".join([headline, *story.split("\n")[first : last + 1]])


DAY = "\n".join(["The day on the coast and beyond it", *FERRY.split("\n")[1:], *CHESS.split("\n")[1:]])
"""Two stories told on one page as one."""

PAGES = {
    "courier/ferry.txt": courier(FERRY),
    "courier/chess.txt": courier(CHESS),
    "courier/bees.txt": courier(BEES),
    "courier/again.txt": courier(FERRY_AGAIN),
    "courier/lynx.txt": courier(LYNX),
    "courier/crane.txt": courier(CRANE),
    "herald/lynx.txt": herald(LYNX),
    "wire/ferry.txt": plain(FERRY),
    "wire/chess.txt": plain(CHESS),
    "wire/day.txt": plain(DAY),
    "bees/cut.txt": plain(part(BEES, 1, 4, "Dead bees at Wolde")),
    "bees/corrected.txt": plain(BEES, end="Correction: the study is of forty hives, not fourteen."),
    "chain/first.txt": plain(part(WEIR, 1, 6, "Tarn river: vote against the weir")),
    "chain/bridge.txt": plain(part(WEIR, 2, 10, "Weir of the Tarn to be opened after vote")),
    "chain/last.txt": plain(part(WEIR, 6, 12, "How the weir of the Tarn will be opened")),
    "copy/chess.txt": courier(CHESS),
}

VERSIONS = PAGES | {
    "bees by the herald": herald(BEES),
    "chess by the herald": herald(CHESS),
    "ferry by the herald": herald(FERRY),
    "again by the herald": herald(FERRY_AGAIN),
    "whole weir": plain(WEIR),
    "whole weir by the courier": courier(WEIR),
    "bees on the wire": plain(BEES, menu="Start\nRegion"),
    "nothing": "",
    "garbage": "\x00\x01\x02\x7f" * 200,
}
"""What any of the files may hold for a while."""
