"""Names of the months in about sixty languages, and the calendars beside the Gregorian.

Names from the Unicode CLDR (inflected and plain, wide; short forms where newspapers use them), and the
Levantine and Maghrebi names of Arabic. A name of two words is joined by an underscore.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

# One row a month.
_ROWS: Final = """
    january jan januar jän jänner januari janvier janv enero ene gennaio gen janeiro stycznia sty ocak
      oca ledna tammikuuta január ianuarie января янв січня gener ιανουαρίου ינואר იანვარი იანვარს
      януари јануар yanvar jaanuar يناير جانفي كانون_الثاني styczeń tammi tammikuu led leden januára ian
      январь січ січень студзеня студзень ιαν ιανουάριος ינו яну јануари siječnja sij siječanj janar
      sausio saus sausis janvāris jaan қаңтар հունվարի հունվար ژانویهٔ ژانویه جنوری जनवरी जानेवारी
      জানুয়ারী জানুয়ারি জানুয়ারি ஜனவரி జనవరి ಜನವರಿ ജനുവരി જાન્યુઆરી ਜਨਵਰੀ มกราคม ม.ค janúar januarie urtarrila xaneiro ян;
    february feb februar februari février févr fév febrero febbraio fevereiro fev lutego lut şubat şub
      února helmikuuta február februarie февраля фев лютого febrer φεβρουαρίου פברואר თებერვალი
      თებერვალს февруари фебруар fevral veebruar فبراير فيفري شباط luty helmi helmikuu úno únor februára
      febr февр февраль лют лютий лютага люты φεβ φεβρουάριος פבר veljače velj veljača shkurt shk
      vasario vas vasaris februāris veebr ақпан փետրվարի փետրվար فوریهٔ فوریه فروری फ़रवरी फेब्रुवारी
      फेब्रुअरी ফেব্রুয়ারী ফেব্রুয়ারি ফেব্রুয়ারি பிப்ரவரி ఫిబ్రవరి ಫೆಬ್ರವರಿ ഫെബ്രുവരി ફેબ્રુઆરી ਫ਼ਰਵਰੀ กุมภาพันธ์ ก.พ febrúar
      otsaila febreiro pebrero peb;
    march mar märz mrz mars marzo março maart mrt marca mart března maaliskuuta március martie maret
      machi марта мар березня març μαρτίου מרץ მარტი მარტს märts مارس آذار mär marzec marts maalis
      maaliskuu bře březen marec márc mac март бер березень сакавіка сакавік μαρ μάρτιος μάρ ožujka ožu
      ožujak kovo kov kovas наурыз մարտի մարտ مارچ मार्च মার্চ மார்ச் మార్చి ಮಾರ್ಚ್ മാർച്ച് માર્ચ ਮਾਰਚ
      มีนาคม มี.ค martxoa marso;
    april apr avril avr abril abr aprile kwietnia nisan nis dubna huhtikuuta április aprilie aprili
      апреля апр квітня απριλίου אפריל აპრილი აპრილს април aprel aprill أبريل إبريل ابريل أفريل نيسان
      kwi kwiecień huhti huhtikuu dub duben apríla apríl ápr апрель квіт квітень красавіка красавік απρ
      απρίλιος אפר travnja tra travanj prill pri balandžio bal balandis aprīlis сәуір ապրիլի ապրիլ آوریل
      اپریل अप्रैल एप्रिल अप्रिल এপ্রিল ஏப்ரல் ఏప్రిల్ ಏಪ್ರಿಲ್ ഏപ്രിൽ એપ્રિલ ਅਪ੍ਰੈਲ เมษายน เม.ย apirila;
    may mai mayo maggio mag maio mei maja mayıs maj května toukokuuta május мая май травня maig μαΐου
      מאי მაისი მაისს мај مايو ماي أيار touko toukokuu kvě květen mája máj трав травень μαΐ μάιος μάι
      svibnja svi svibanj gegužės geg gegužė maijs мамыр մայիսի մայիս مهٔ مه مئی मई मे মে மே మే ಮೇ മേയ്
      મે ਮਈ พฤษภาคม พ.ค maí maiatza;
    june jun juni juin junio giugno giu junho czerwca haziran haz června kesäkuuta június iunie июня июн
      червня juny ιουνίου יוני ივნისი ივნისს юни јун iyun juuni يونيو يونيه جوان حزيران cze czerwiec
      kesä kesäkuu čvn červen júna jún iun июнь черв червень чэрвеня чэрвень ιουν ιούνιος ιούν јуни
      lipnja lipanj junij qershor qer birželio birž birželis jūnijs маусым հունիսի հունիս ژوئن جون जून
      जुन জুন ஜூன் జూన్ ಜೂನ್ ജൂൺ જૂન ਜੂਨ มิถุนายน มิ.ย júní junie ekaina xuño hunyo hun;
    july jul juli juillet juil julio luglio lug julho lipca temmuz tem července heinäkuuta július iulie
      julai июля июл липня juliol ιουλίου יולי ივლისი ივლისს юли јул iyul juuli يوليو يوليه جويلية تموز
      lipiec heinä heinäkuu čvc červenec júla júl iul июль лип липень ліпеня ліпень ιουλ ιούλιος ιούλ
      јули srpnja srpanj julij korrik korr liepos liep liepa jūlijs шілде հուլիսի հուլիս ژوئیهٔ ژوئیه
      جولائی जुलाई जुलै জুলাই ஜூலை జులై ಜುಲೈ ജൂലൈ જુલાઈ ਜੁਲਾਈ กรกฎาคม ก.ค júlí julie uztaila xullo hulyo
      hul;
    august aug août agosto ago augustus sierpnia ağustos ağu augusti srpna elokuuta augusztus agustus
      agosti августа авг серпня agost αυγούστου אוגוסט აგვისტო აგვისტოს август avqust أغسطس اغسطس أوت آب
      sie sierpień elo elokuu srpen augusta agu ogos ogo серп серпень жніўня жнівень ag αυγ αύγουστος
      αύγ אוג avgust kolovoza kol kolovoz avg gusht gush rugpjūčio rugp rugpjūtis augusts тамыз օգոստոսի
      օգոստոս اوت اگست अगस्त ऑगस्ट अगस्ट আগস্ট ஆகஸ்ட் ఆగస్టు ಆಗಸ್ಟ್ ഓഗസ്റ്റ് ઑગસ્ટ ਅਗਸਤ สิงหาคม ส.ค
      ágúst ágú abuztua;
    september sep sept septembre septiembre settembre set setembro września eylül eyl září syyskuuta
      szeptember septembrie septemba сентября сен сент вересня setembre σεπτεμβρίου ספטמבר სექტემბერი
      სექტემბერს септември септембар sentyabr سبتمبر أيلول wrz wrzesień syys syyskuu zář septembra szept
      сентябрь вер вересень верасня верасень σεπ σεπτέμβριος ספט сеп septembar rujna ruj rujan shtator
      sht rugsėjo rugs rugsėjis septembris қыркүйек sentabr սեպտեմբերի սեպտեմբեր سپتامبر ستمبر सितंबर
      सप्टेंबर सेप्टेम्बर সেপ্টেম্বর செப்டம்பர் సెప్టెంబర్ ಸೆಪ್ಟೆಂಬರ್ സെപ്റ്റംബർ સપ્ટેમ્બર ਸਤੰਬਰ กันยายน
      ก.ย iraila setyembre;
    october oct oktober okt octobre octubre ottobre ott outubro out października ekim eki října
      lokakuuta október octombrie oktoba октября окт жовтня οκτωβρίου אוקטובר ოქტომბერი ოქტომბერს
      октомври октобар oktyabr oktoober أكتوبر اكتوبر تشرين_الأول paź październik loka lokakuu říj říjen
      októbra октябрь жовт жовтень кастрычніка кастрычнік οκτ οκτώβριος אוק oktobar tetor tet spalio
      spal spalis oktobris қазан oktabr հոկտեմբերի հոկտեմբեր اکتبر اکتوبر अक्टूबर ऑक्टोबर अक्टोबर
      অক্টোবর அக்டோபர் అక్టోబర్ ಅಕ್ಟೋಬರ್ ഒക്‌ടോബർ ઑક્ટોબર ਅਕਤੂਬਰ ตุลาคม ต.ค urria oktubre;
    november nov novembre noviembre novembro listopada kasım kas listopadu marraskuuta noiembrie novemba
      ноября ноя нояб листопада νοεμβρίου נובמבר ნოემბერი ნოემბერს ноември новембар noyabr نوفمبر
      تشرين_الثاني marras marraskuu novembra ноябрь лист листопад лістапада лістапад νοε νοέμβριος νοέ
      נוב ное novembar studenoga stu studeni nëntor nën lapkričio lapkr lapkritis novembris қараша
      նոյեմբերի նոյեմբեր نوامبر نومبر नवंबर नोव्हेंबर नोभेम्बर নভেম্বর நவம்பர் నవంబర్ ನವೆಂಬರ್ നവംബർ
      નવેમ્બર ਨਵੰਬਰ พฤศจิกายน พ.ย nóvember nóv azaroa nobyembre nob;
    december dec dezember dez décembre déc diciembre dic dicembre dezembro grudnia aralık ara prosince
      joulukuuta decembrie desember des desemba декабря дек грудня desembre δεκεμβρίου דצמבר დეკემბერი
      დეკემბერს декември децембар dekabr detsember ديسمبر كانون_الأول gru grudzień joulu joulukuu
      prosinec decembra disember dis декабрь груд грудень снежня снежань δεκ δεκέμβριος דצמ decembar
      prosinca prosinac dhjetor dhj gruodžio gruod gruodis decembris dets желтоқсан դեկտեմբերի դեկտեմբեր
      دسامبر دسمبر दिसंबर डिसेंबर डिसेम्बर ডিসেম্বর டிசம்பர் డిసెంబర్ ಡಿಸೆಂಬರ್ ഡിസംബർ ડિસેમ્બર ਦਸੰਬਰ
      ธันวาคม ธ.ค abendua decembro disyembre
"""
MONTHS: Final = {name: number for number, row in enumerate(_ROWS.split(";"), 1) for name in row.split()}
"""Month 1..12 by its name in small letters."""

_PERSIAN_ROWS: Final = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
PERSIAN: Final = {name: number for number, name in enumerate(_PERSIAN_ROWS.split(), 1)}
"""Month 1..12 of the Solar Hijri year."""

ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
"""What is added to a year of a Japanese era or of the Republic of China."""

_LEAP_PERSIAN: Final = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
_THAI_YEARS: Final = 543


def month(name: str, *, dotted: bool = False) -> int | None:
    """Return the number 1..12 of a month's name; `dotted` says that a full stop stood between day and month.

    "listopada" is November in Polish ("3 listopada") and October in Croatian ("3. listopada").
    """
    plain = name.lower().rstrip(".׳").replace(" ", "_")
    if dotted and plain == "listopada":
        return 10
    return MONTHS.get(plain) or MONTHS.get(plain.removeprefix("ב")) or MONTHS.get(_unglued(name))


def _unglued(name: str) -> str:
    """Return what begins with the last capital, small: converters glue words ("readApril")."""
    start = max((place for place, char in enumerate(name) if char.isupper()), default=0)
    return name[start:].lower() if not name.isupper() else ""


def persian_day(year: int, month_number: int, day: int) -> date | None:
    """Return the day of a Solar Hijri date of 1304..1500, or None where there is none.

    33-year cycle of leap years; the first day of 1399 was 20 March 2020.
    """
    lengths = [31] * 6 + [30] * 5 + [30 if year % 33 in _LEAP_PERSIAN else 29]
    if not (1304 <= year <= 1500 and 1 <= month_number <= 12 and 1 <= day <= lengths[month_number - 1]):
        return None
    years = range(1399, year) if year >= 1399 else range(year, 1399)
    days = sum(366 if other % 33 in _LEAP_PERSIAN else 365 for other in years)
    start = date(2020, 3, 20) + timedelta(days=days if year >= 1399 else -days)
    return start + timedelta(days=sum(lengths[: month_number - 1]) + day - 1)


def gregorian_year(year: int) -> int:
    """Return the year as the Gregorian calendar counts it: Buddhist years (Thailand) are 543 ahead."""
    return year - _THAI_YEARS if 2400 <= year <= 2700 else year
