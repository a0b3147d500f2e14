"""Languages so near to one another that their n-grams hardly differ, told apart by everyday words.

langdetect has no profile for several of them (nn, bs, sr in Latin letters, gl, ms, prs) and mistakes others
in short texts (nb and da, nl and af). A word speaks between two languages of a group where only one of them
lists it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

_LEAD: Final = 2.0  # times the votes of the language that the engine named
_PUNCTUATION: Final = ".,;:!?\"'()[]…–—-„“”‘’«»‹›،؛؟।།༑"
_TIBETAN_POINT: Final = "\u0f0b"  # between syllables, where others have blanks


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GROUPS: Final[tuple[Mapping[str, frozenset[str]], ...]] = (
    {
        "nb": _words(
            "jeg ikke fra hun hva noe mer være også etter bare gjøre nå hvordan hvorfor seg meg uke år av "
            "de hvor hver hvem mye andre mellom siden flere selv når da uten sier ble blir kommer fikk dere "
            "vært sa hadde"
        ),
        "nn": _words(
            "eg ikkje frå ho kva noko meir vere òg berre gjere korleis kvifor dei ein eit nokon mykje saman "
            "heile sjølv seier vart blei kjem fekk dykk av år seg meg mellom etter då kvar kvart kven medan "
            "sidan fleire utan vore framleis seinare tidlegare noreg nokre einaste millionar kor når dersom "
            "gjennom òg sjølve hjå vekene åra"
        ),
        "da": _words(
            "jeg ikke fra hun hvad noget mere være også efter kun gøre nu hvordan hvorfor sig mig uge af "
            "havde bliver siger mellem nogle meget de hvor hver hvem andre siden flere selv når da uden blev "
            "kommer fik været sagde blandt gennem"
        ),
        "sv": _words(
            "jag inte från hon vad något mer vara också efter bara göra nu hur varför och är att av för "
            "mellan några mycket de varje vem andra sedan flera själv när då utan säger blev blir kommer fick"
        ),
    },
    {
        "hr": _words(
            "s tko tijekom tisuća tisuće tjedan tjedna tjedni uvjet uvjeti uvjetima vlak siječnja veljače "
            "ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca netko nitko "
            "povijest povijesti kazao obitelj obitelji zrakoplov tvrtka tvrtke priopćio priopćenju izvješće "
            "izvješća izvijestio sustav sustava europski europske europska europskoj europskih točno točka "
            "milijun milijuna milijuni suradnja suradnje suradnju demokracija demokracije natjecanje "
            "natjecanja nogomet nogometa desetljeće desetljeća svatko glazba glazbe općenito opći opće "
            "sveučilište tisućljeća kolodvor znanost znanosti nazočan uporaba glede europa europe sukladno "
            "gdje vrijeme vremena prije poslije uvijek cijelo cijeli dio svijet svijeta svijetu riječ riječi "
            "lijepo mjesto mjesta mjestu sljedeći sljedeće ovdje također vjerojatno dijete djeca djece "
            "djevojka čovjek vijest vijesti povijest htio vidio željeli htjeli dvije obje primjer mjera "
            "mjere vjeruje sjever cijena cijene ljeto bijeli bijela tijelo rješenje zahtjev jučer posto"
        ),
        "bs": _words(
            "historija historije sedmica sedmice sedmicu lahko mehko kahva evropski evropske evropska "
            "evropskoj evropskih saopćio saopćenju saopćeno porodica porodice preduzeće uslov uslovi "
            "uslovima sistem sistema tačno tačka januara februara marta aprila juna jula augusta septembra "
            "oktobra novembra decembra hiljada hiljade ko niko neko šta općine milion miliona milioni "
            "saradnja saradnje saradnju demokratija demokratije takmičenje takmičenja fudbal fudbala "
            "decenija decenije svako muzika muzike prodavnica prodavnice prodavnicama opšte "
            "univerzitet univerziteta avion aviona nauka nauke evropa evrope evropi učestvovao finansijski "
            "gdje vrijeme vremena prije poslije uvijek cijelo cijeli dio svijet svijeta svijetu riječ riječi "
            "lijepo mjesto mjesta mjestu sljedeći sljedeće ovdje također vjerovatno dijete djeca djece "
            "djevojka čovjek vijest vijesti htio vidio željeli htjeli dvije obje primjer mjera mjere vjeruje "
            "sjever cijena cijene ljeto bijeli bijela tijelo rješenje zahtjev svjetski jučer posto procenata "
            "organizovao organizovati zainteresovan zvaničnik zvaničnici zvanično opština komšija hljeb"
        ),
        "sr": _words(
            "gde vreme vremena pre posle uvek celo celi deo svet sveta svetu svetski reč reči lepo mesto "
            "mesta mestu sledeći sledeće ovde takođe verovatno dete deca dece devojka čovek vest vesti "
            "nedelja nedelje nedelju hiljada hiljade istorija istorije bezbednost bezbednosti saopštio "
            "saopštenju opština opštine uopšte januara februara marta aprila juna jula avgusta septembra "
            "oktobra novembra decembra evropski evropske evropska evropskih evropskoj primenu izveštaj "
            "izveštaja pobedio pobeda predsednik predsednika uspeo videli videti hteo hteli želeo želeli "
            "razumeti lekar zahtev rešenje telo bela beli sistem sistema tačno tačka porodica porodice uslov "
            "uslovi uslovima ko niko neko šta dve obe milion miliona milioni saradnja saradnje saradnju "
            "demokratija demokratije takmičenje takmičenja fudbal fudbala decenija decenije svako "
            "muzika muzike prodavnica prodavnice prodavnicama opšte univerzitet univerziteta avion aviona "
            "nauka nauke evropa evrope evropi učestvovao finansijski primer mera mere veruje sever cena cene "
            "leto video juče odsto procenata organizovao organizovati zainteresovan zvaničnik zvaničnici "
            "zvanično preduzeće komšija hleb zvaničnika srećan sreda sredu ponedeljak nedeljni"
        ),
        "sl": _words(
            "v z ki tudi ob pri če še že smo kaj kjer zaradi leta leto med več zelo vendar potem svojega"
        ),
    },
    {
        "es": _words(
            "el los las y una del pero más muy también está fue hay cuando donde hasta según año años lo "
            "le su sus ya después mientras con sin son"
        ),
        "pt": _words(
            "não uma são mais pelo pela também há você em um até então muito após ele isso ainda já num "
            "numa às aos foi eles elas do da dos das no na nos nas o os ao com sem como ano anos seu sua "
            "mas quando onde está"
        ),
        "gl": _words(
            "non unha máis polo pola coa cun dun dunha nunha xa tamén despois ten moi iso eles elas ao "
            "aos cos coas dixo fixo polos polas súa súas estaba ata ningún foi do da dos das no na nos nas "
            "o os pero sen cando onde quen á ó seu seus anos ano está así co"
        ),
        "ca": _words("els les amb però també és una del què als aquest aquesta està dels seva seu"),
    },
    {
        "id": _words(
            "karena uang bahwa bisa polisi dari saat ketika kalian mobil kantor sekarang perusahaan usai "
            "mengatakan namun tersebut sebuah pemerintah yaitu sedangkan kesehatan universitas perempuan "
            "pria agustus juni juli desember maret komunitas kualitas aktivitas tim berbeda "
            "rumah laki-laki anak-anak sebagai senin kamis jumat minggu wali bioskop"
        ),
        "ms": _words(
            "kerana wang bahawa boleh beliau polis ialah daripada kereta syarikat awak selepas isnin "
            "khamis jumaat ahad pejabat akhbar perlawanan berkenaan sekiranya mahu cuba sahaja antarabangsa "
            "memberitahu kanak-kanak lelaki hospital peguam perkhidmatan kebanyakan bandar ogos jun julai "
            "februari disember manakala menerusi kesihatan universiti kualiti aktiviti komuniti berbeza "
            "pasukan perniagaan sebagai melibatkan kumpulan pengarah semasa kedua-dua "
            "keputusan tahun"
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
        "sr": _words(
            "у је ће су са како који није што које али зато сви њихов били био била било од се на по или"
        ),
    },
    {
        "cs": _words("že se jsou které který není bylo při než však už až podle také ve ze"),
        "sk": _words("že sa sú ktoré ktorý nie bolo pri než však už až podľa tiež vo zo"),
    },
    {
        "fa": _words(
            "بیمارستان پلیس هواپیما دانشگاه خودرو کودکان ژوئن ژوئیه ژانویه فوریه اوت نوامبر دسامبر اکتبر "
            "سپتامبر درصد رئیس کره نخست‌وزیر استاندار دادستان نماینده کودک آوریل میلیون خانم انگلیس آلمان"
        ),
        "prs": _words(
            "شفاخانه پولیس طیاره پوهنتون موتر اطفال طفل جون جولای جنوری فبروری اگست نومبر دسمبر اکتوبر "
            "سپتمبر فیصد رییس کوریای صدراعظم ولسوالی څارنوالی شاروالی اپریل ملیون "
            "قوماندان سارنوال جرمنی"
        ),
    },
    {
        "am": _words("ነው ላይ ውስጥ እንደ ነበር እና ግን ወደ ስለ ጋር ናቸው ሲሆን በኋላ አዲስ ሰዎች"),
        "ti": _words("እዩ ነቲ ናይ ካብ ኣብ እቲ እዚ ድማ ምስ ከምዘሎ ኣሎ እዮም ነይሩ ግን ናብ ብዛዕባ እታ"),
    },
    {
        "bo": _words("རེད ཡིན ཚོ ལ ཚོས བྱས བྱེད ཀྱིས དུ ཏུ གནང"),
        "dz": _words("ཨིན ཨིནམ ཚུ ལུ འབད ཡོདཔ ཡོདཔ་ཨིན ནི་གི ཨིན་པས མས སྦེ ནུག"),
    },
)


def nearest(code: str, text: str, least: int) -> str:
    """Return the neighbour of `code` that at least so many words of a text speak for, or `code` itself."""
    groups = [group for group in _GROUPS if code in group]
    if not groups:
        return code
    words = [word.strip(_PUNCTUATION) for word in text.lower().replace(_TIBETAN_POINT, " ").split()]
    for group in groups:
        better = {
            name: sum(word in listed for word in words)
            for name, listed in group.items()
            if name != code and _votes(words, listed, group[code]) >= least
        }
        if better:
            return max(better, key=lambda name: better[name])
    return code


def _votes(words: Sequence[str], these: frozenset[str], those: frozenset[str]) -> int:
    """Count the words in the first list only; none where too many are in the second only."""
    votes = sum(word in these and word not in those for word in words)
    against = sum(word in those and word not in these for word in words)
    return votes if votes > _LEAD * against else 0
