# ruff: noqa: E501 - the sample texts stay in one piece
import gzip
import pickle
import sqlite3
import time
import unicodedata
import zlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.article import Page, Reject, RejectReason
from tasks.decode import MAX_BYTES, decode

RUSSIAN = (
    "Городской совет одобрил ремонт моста\n\nГородской совет во вторник проголосовал за ремонт старого моста через "
    "реку до наступления зимы. Жители годами жаловались на узкий тротуар и плохое освещение.\n"
)
CZECH = (
    "Zastupitelé schválili opravu mostu\n\nZastupitelstvo v úterý schválilo opravu starého mostu přes řeku ještě "
    "před zimou. Obyvatelé si léta stěžovali na úzký chodník a špatné osvětlení, které nikdo neopravil.\n"
)
POLISH = (
    "Rada miasta naprawi most\n\nRada miasta zdecydowała we wtorek o naprawie starego mostu przez rzekę jeszcze "
    "przed zimą. Mieszkańcy od lat skarżyli się na wąski chodnik, złe oświetlenie i dziury w jezdni.\n"
)
GREEK = (
    "Επισκευάζεται η παλιά γέφυρα\n\nΤο δημοτικό συμβούλιο αποφάσισε την Τρίτη να επισκευάσει την παλιά γέφυρα "
    "πάνω από το ποτάμι πριν έρθει ο χειμώνας. Οι κάτοικοι παραπονιούνταν επί χρόνια.\n"
)
TURKISH = (
    "Eski köprü onarılıyor\n\nBelediye meclisi salı günü nehrin üzerindeki eski köprünün kış gelmeden onarılmasına "
    "karar verdi. Mahalle sakinleri yıllardır dar kaldırımdan ve kötü aydınlatmadan şikâyet ediyordu.\n"
)
FRENCH = (
    "Le vieux pont sera réparé\n\nLe conseil municipal a voté mardi la réparation du vieux pont sur la rivière avant "
    "l’arrivée de l’hiver. Les habitants se plaignaient depuis des années du trottoir trop étroit.\n"
)
GERMAN = (
    "Alte Brücke wird saniert\n\nDer Stadtrat hat am Dienstag beschlossen, die alte Brücke über den Fluss noch vor "
    "dem Winter zu sanieren. Anwohner hatten sich für längere Öffnungszeiten eingesetzt.\n"
)
JAPANESE = (
    "市議会、古い橋の修理を決定\n\n市議会は火曜日、冬が来る前に川にかかる古い橋を修理することを決めた。住民は長年、"
    "歩道が狭いと苦情を言っていた。工事は来月から始まる予定だという。\n"
)
CHINESE = (
    "市议会决定修复旧桥\n\n市议会星期二投票决定在冬天到来之前修复河上的旧桥。居民们多年来一直抱怨人行道太窄，"
    "晚上的照明也不好。工程将于下个月开始。\n"
)
TRADITIONAL = (
    "市議會決定修復舊橋\n\n市議會星期二投票決定在冬天到來之前修復河上的舊橋。居民們多年來一直抱怨人行道太窄，"
    "晚上的照明也不好。工程將於下個月開始。\n"
)
KOREAN = (
    "시의회, 낡은 다리 수리 결정\n\n시의회는 화요일 겨울이 오기 전에 강 위의 낡은 다리를 고치기로 결정했다. 주민들은 "
    "오랫동안 좁은 보도와 어두운 조명에 대해 불평해 왔다.\n"
)
ARABIC = (
    "المجلس يقرر إصلاح الجسر القديم\n\nصوت مجلس المدينة يوم الثلاثاء على إصلاح الجسر القديم فوق النهر قبل حلول فصل "
    "الشتاء. وكان السكان يشكون منذ سنوات من ضيق الرصيف وسوء الإضاءة في المساء.\n"
)
HEBREW = (
    "העירייה תתקן את הגשר הישן\n\nמועצת העיר החליטה ביום שלישי לתקן את הגשר הישן שמעל הנהר לפני בוא החורף. "
    "התושבים התלוננו במשך שנים על המדרכה הצרה ועל התאורה הגרועה בשעות הערב.\n"
)
ALBANIAN = (
    "Ura e vjetër do të rregullohet\n\nKëshilli i qytetit vendosi të martën që të rregullojë urën e vjetër mbi lumë "
    "para se të vijë dimri. Banorët ankoheshin prej vitesh për trotuarin e ngushtë dhe çmimet.\n"
)
ENGLISH = (
    "Council to repair the old bridge\n\nThe town council voted on Tuesday to repair the old bridge across the river "
    "before the winter comes. Residents had complained for years about the narrow pavement.\n"
)


def page(data):
    found = decode(data)
    assert isinstance(found, Page), found
    return found


def reject(data):
    found = decode(data)
    assert isinstance(found, Reject), found
    return found.reason


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "iso8859-5"),
        (CZECH, "cp1250"),
        (CZECH, "iso8859-2"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (GREEK, "cp1253"),
        (TURKISH, "cp1254"),
        (FRENCH, "cp1252"),
        (GERMAN, "iso8859-1"),
        (ALBANIAN, "cp1252"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (CHINESE, "gb18030"),
        (CHINESE, "gb2312"),
        (TRADITIONAL, "big5"),
        (KOREAN, "euc_kr"),
        (ARABIC, "cp1256"),
        (HEBREW, "cp1255"),
    ],
)
def test_legacy_charset_is_guessed_to_the_right_letters(text, codec):
    found = page(text.encode(codec))
    assert found.text == text
    assert found.guessed
    assert found.repairs == 0
    assert found.encoding == found.encoding.lower()
    assert text.encode(codec).decode(found.encoding) == text


@pytest.mark.parametrize(
    ("codec", "mark", "named"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("utf-32-le", b"\xff\xfe\x00\x00", "utf-32-le"),
        ("utf-32-be", b"\x00\x00\xfe\xff", "utf-32-be"),
        ("utf-32-le", b"", "utf-32-le"),
        ("utf-32-be", b"", "utf-32-be"),
    ],
)
@pytest.mark.parametrize("text", [ENGLISH, RUSSIAN])
def test_unicode_with_and_without_mark(text, codec, mark, named):
    found = page(mark + text.encode(codec))
    assert found == Page(text, named)


def test_seven_bit_japanese_is_no_ascii():
    assert page(JAPANESE.encode("iso2022_jp")) == Page(JAPANESE, "iso2022_jp")


def test_declared_charset_comes_before_guessing():
    source = '<!doctype html><html><head><meta charset="windows-1251"><title>Да</title></head><body>Нет</body></html>'
    found = page(source.encode("cp1251"))
    assert found == Page(source, "cp1251", html=True)


def test_a_false_declaration_of_utf8_does_not_hide_the_charset():
    source = f'<!doctype html><html><head><meta charset="utf-8"></head><body><p>{RUSSIAN}</p></body></html>'
    found = page(source.encode("cp1251"))
    assert (found.text, found.encoding, found.guessed) == (source, "cp1251", True)


@pytest.mark.parametrize("text", [RUSSIAN, JAPANESE, GREEK])
def test_utf8_with_bad_bytes_is_repaired_and_counted(text):
    broken = text.encode() * 4 + b"\xff" + text.encode() * 3 + b"\xfe\xff" + text.encode()
    found = page(broken)
    assert found.encoding == "utf-8"
    assert found.repairs == 3
    assert not found.guessed
    assert found.text.replace("\ufffd", "") == text * 8


def test_ascii_with_a_cluster_of_bad_bytes_is_repaired():
    data = (ENGLISH * 10).encode()
    found = page(data[:900] + b"\xff\xfe\x80\xc3(" + data[900:])
    assert found.encoding == "utf-8"
    assert found.repairs == 4
    assert found.text.count("Council to repair the old bridge") == 10


def test_text_cut_within_a_character_is_utf8():
    data = (ENGLISH + "“").encode()
    found = page(data[:-1])
    assert (found.encoding, found.repairs) == ("utf-8", 2)


def test_few_western_letters_are_no_bad_utf8():
    text = ENGLISH * 8 + "The café’s owner, José, agreed.\n"
    found = page(text.encode("cp1252"))
    assert (found.text, found.encoding, found.guessed) == (text, "cp1252", True)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", RejectReason.EMPTY),
        (b" \r\n\t" * 50, RejectReason.BLANK),
        (b"\xef\xbb\xbf", RejectReason.BLANK),
        ("\u00a0\u3000\u200b\ufeff\u2060\u00ad\n".encode() * 9, RejectReason.BLANK),
        (b"\x89PNG\r\n\x1a\n" + b"text " * 99, RejectReason.BINARY),
        (gzip.compress(b"text " * 99, mtime=0), RejectReason.BINARY),
        (b"%PDF-1.7\n" + b"text " * 99, RejectReason.BINARY),
        (b"PK\x03\x04" + b"text " * 99, RejectReason.BINARY),
        (b"\x7fELF" + b"text " * 99, RejectReason.BINARY),
        (b"\xff\xd8\xff\xe0" + b"text " * 99, RejectReason.BINARY),
        (b"\x00\x00\x00\x20ftypmp42" + b"text " * 99, RejectReason.BINARY),
        (pickle.dumps({"text": ENGLISH}), RejectReason.BINARY),
        (pickle.dumps([1, 2], protocol=2), RejectReason.BINARY),
        (zlib.compress(ENGLISH.encode() * 9) * 4, RejectReason.BINARY),
        (ENGLISH.encode() + b"\0" * 40 + ENGLISH.encode(), RejectReason.BINARY),
        (b"\x01\x02\x03\x04text" * 99, RejectReason.BINARY),
        (b"\xff\xfe" + b"\x00\xd8" * 400, RejectReason.ENCODING),
        (b"a" * (MAX_BYTES + 1), RejectReason.TOO_LARGE),
        (b'<?xml version="1.0"?><rss><channel><title>x</title></channel></rss>', RejectReason.MARKUP),
        (b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><l>&b;</l>', RejectReason.MARKUP),
        (b"<nitf><content><p>Council</p></content></nitf>", RejectReason.MARKUP),
    ],
)  # fmt: skip
def test_what_is_no_page_is_rejected_with_its_reason(data, reason):
    assert reject(data) == reason


def test_a_database_is_binary(tmp_path):
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute("create table a (b text)")
    connection.close()
    assert reject((tmp_path / "a.db").read_bytes()) == RejectReason.BINARY


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x85", "\u2028"])
def test_line_ends_give_the_same_page(end):
    assert page(ENGLISH.replace("\n", end).encode()).text == ENGLISH


def test_page_breaks_and_paragraph_separators_part_paragraphs():
    assert page("One.\u2029Two.\fThree.\vFour.".encode()).text == "One.\n\nTwo.\n\nThree.\nFour."


def test_composed_and_decomposed_text_give_the_same_page():
    assert page(unicodedata.normalize("NFD", FRENCH + CZECH).encode()).text == FRENCH + CZECH


def test_unseen_characters_inside_words_go():
    hidden = ENGLISH.replace("council", "coun\u00adcil").replace("bridge", "b\u200bri\u200dd\u2060g\ufeffe")
    assert page(hidden.encode()).text == ENGLISH


def test_joiners_that_shape_letters_and_word_breaks_of_thai_stay():
    text = "می\u200cخواهم و क्\u200dष และ ภาษา\u200bไทย 👩\u200d🌾\n"
    assert page(text.encode()).text == text


def test_escape_sequences_and_controls_go():
    text = "\x1b[1;31mCouncil\x1b[0m to \x1b]8;;https://a.example\x07repair\x1b]8;;\x07 the bri\x08dge\x07 \u202enow\u202c\n"
    assert page((ENGLISH + text).encode()).text == ENGLISH + "Council to repair the bridge now\n"


def test_marks_of_cp1252_that_were_taken_for_latin_1_are_mapped_back():
    assert page("It\x92s the council\x97at last".encode()).text == "It’s the council—at last"


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<!DOCTYPE html>\n<p>Council</p>", True),
        ('<?xml version="1.0"?>\n<html xmlns="x"><body>Council</body></html>', True),
        ("<div><p>Council</p><p>votes</p><p>to</p><p>repair</p></div>", True),
        (ENGLISH, False),
        ("If a < b and c > d then <b>stop</b>.\n" + ENGLISH * 20, False),
        ("<unknown> said the source.\n" + ENGLISH, False),
    ],
)
def test_html_source_is_recognised(source, html):
    assert page(source.encode()).html is html


@pytest.mark.parametrize(
    "unit",
    [
        *(b"a", b" ", b"\xff", b"<", b"<!--", b"<meta ", b"<p ", b"\x1b]", b"\x1b[", b"&lt;", b"\r", b"a\xe9 "),
        *map(str.encode, ("é", "a\u0301", "\u0316\u0301", "\u200b", "語", "\ufdfa")),
    ],
)  # fmt: skip
def test_hostile_repetition_costs_time_in_proportion(unit):
    def spent(size):
        start = time.process_time()
        decode(unit * (size // len(unit)))
        return time.process_time() - start

    spent(1_000_000)
    assert spent(4_000_000) < 4.0


@settings(max_examples=300, deadline=None)
@example(b"\xff\xfe\x00\x00")
@example(b"\x1b$B")
@example(b"<meta charset=unicode_escape>\\ud800\xff")
@example(b"<meta charset=utf-7>+2AA-\xff")
@given(
    st.one_of(
        st.binary(max_size=400),
        st.text(max_size=200).map(str.encode),
        st.tuples(st.text(max_size=100), st.sampled_from(["utf-16", "utf-32", "utf-16-be", "cp1251"])).map(
            lambda pair: pair[0].encode(pair[1], "replace")
        ),
    )
)
def test_any_bytes_give_a_page_in_one_form_or_a_reject(data):
    found = decode(data)
    if isinstance(found, Page):
        assert found.text.encode("utf-8")
        assert found.text.strip()
        assert not set(found.text) & set("\r\0\x1b\x85\u2028\u2029\v\f\ufeff")
        assert unicodedata.is_normalized("NFC", found.text)
        again = decode(found.text.encode())
        assert isinstance(again, Reject) or again.text == found.text
    else:
        assert found.reason in RejectReason
