"""Languages so near to one another that their n-grams hardly differ, told apart by everyday words.

langdetect has no profile for several of them (nn, bs, sr in Latin letters, gl, ms) and mistakes others in
short texts (nb and da, nl and af). Each list holds frequent words that the others of the group do not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_MIN_VOTES: Final = 2
_LEAD: Final = 2.0  # times the votes of the language that langdetect named


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that two lists of a group share count for neither.
_GROUPS: Final[tuple[Mapping[str, frozenset[str]], ...]] = (
    {
        "nb": _words(
            "jeg ikke fra hun hva noe mer være også etter bare gjøre nå hvordan hvorfor seg meg uke år av"
        ),
        "nn": _words(
            "eg ikkje frå ho kva noko meir vere òg berre gjere korleis kvifor dei ein eit nokon mykje "
            "saman heile sjølv seier vart blei kjem fekk dykk"
        ),
        "da": _words(
            "jeg ikke fra hun hvad noget mere være også efter kun gøre nu hvordan hvorfor sig mig uge af "
            "havde bliver siger mellem nogle meget"
        ),
        "sv": _words(
            "jag inte från hon vad något mer vara också efter bara göra nu hur varför och är att av för"
        ),
    },
    {
        "hr": _words(
            "s tko tijekom tisuća tisuće tjedan tjedna tjedni uvjet uvjeti uvjetima vlak siječnja veljače "
            "ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca netko nitko "
            "povijest povijesti kazao obitelj obitelji zrakoplov tvrtka tvrtke priopćio priopćenju izvješće "
            "izvješća izvijestio sustav sustava europski europske europska europskoj europskih točno točka"
        ),
        "bs": _words(
            "historija historije sedmica sedmice sedmicu lahko mehko kahva evropski evropske evropska "
            "evropskoj evropskih saopćio saopćenju saopćeno porodica porodice preduzeće uslov uslovi "
            "uslovima sistem sistema tačno januara februara marta aprila juna jula augusta septembra "
            "oktobra novembra decembra hiljada hiljade ko niko neko šta općine"
        ),
        "sr": _words(
            "gde vreme vremena pre posle uvek celo celi deo svet sveta svetu svetski reč reči lepo mesto "
            "mesta mestu sledeći sledeće ovde takođe verovatno dete dece devojka čovek vest vesti nedelja "
            "nedelje nedelju hiljada hiljade istorija istorije bezbednost bezbednosti saopštio saopštenju "
            "opština opštine uopšte januara februara marta aprila juna jula avgusta septembra oktobra "
            "novembra decembra evropski evropske evropska evropskih primenu izveštaj izveštaja pobedio "
            "pobeda predsednik predsednika uspeo videli videti hteo želeo razumeti lekar zahtev rešenje "
            "telo bela beli sistem sistema tačno tačka porodica porodice uslovi ko niko neko šta dve obe"
        ),
        "sl": _words(
            "v z ki tudi ob pri če še že smo kaj kjer zaradi leta leto med več zelo vendar potem svojega"
        ),
    },
    {
        "es": _words(
            "el los las y una del pero más muy también está fue hay cuando donde hasta según año años lo "
            "le su sus ya después mientras"
        ),
        "pt": _words(
            "não uma são mais pelo pela também há você em um até então muito após ele isso ainda já num "
            "numa às aos foi eles elas"
        ),
        "gl": _words(
            "non unha máis polo pola coa cun dun dunha nunha xa tamén despois ten moi iso eles elas ao "
            "aos cos coas dixo fixo polos polas súa súas estaba ata ningún foi"
        ),
        "ca": _words("els les amb però també és una del què als aquest aquesta està dels seva seu"),
    },
    {
        "id": _words(
            "karena uang bahwa bisa polisi dari saat ketika kalian mobil kantor sekarang perusahaan usai"
        ),
        "ms": _words(
            "kerana wang bahawa boleh beliau polis ialah daripada kereta syarikat awak selepas isnin "
            "khamis jumaat ahad pejabat akhbar perlawanan berkenaan sekiranya mahu cuba sahaja antarabangsa"
        ),
    },
    {
        "nl": _words(
            "een niet zijn hij zij naar ook maar voor worden wordt heeft hebben ze deze bij dat van het"
        ),
        "af": _words("nie hy sy vir word dit by wat hulle ons gesê hierdie van het ook is"),
    },
    {
        "mk": _words("во е ќе од се со како што кои беше или бидејќи може сите нивните го дека на по"),
        "bg": _words("в е ще от се със като че които беше или защото всички по на са"),
        "sr": _words("у је ће су са како који није што које али зато сви њихов били била било од се"),
    },
    {
        "cs": _words("že se jsou které který není bylo při než však už až podle také ve ze"),
        "sk": _words("že sa sú ktoré ktorý nie bolo pri než však už až podľa tiež vo zo"),
    },
)


def _exclusive(group: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Keep of each list what no other list of the group holds."""
    return {
        code: words - frozenset().union(*(other for name, other in group.items() if name != code))
        for code, words in group.items()
    }


_EXCLUSIVE: Final = tuple(_exclusive(group) for group in _GROUPS)


def nearest(code: str, words: list[str]) -> str:
    """Return the neighbour of `code` that the words speak for, or `code` itself.

    `words` are the text's, lower-cased and in running order.
    """
    for group in _EXCLUSIVE:
        if code not in group:
            continue
        votes = {name: sum(word in listed for word in words) for name, listed in group.items()}
        best = max(votes, key=lambda name: votes[name])
        if votes[best] >= _MIN_VOTES and votes[best] > _LEAD * votes[code]:
            return best
    return code
