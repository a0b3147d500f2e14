import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import datelines
from tasks.datelines import Dateline


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("BEIRUT — The army", Dateline("BEIRUT", "")),
        ("PORT PELL, 12 March 2016 — The", Dateline("PORT PELL", "")),
        ("PORT PELL, 12 March 2016 (AFP) — The", Dateline("PORT PELL", "AFP")),
        ("PORT PELL, March 12, 2016 (AFP) — The", Dateline("PORT PELL", "AFP")),
        ("WASHINGTON (AP) — The", Dateline("WASHINGTON", "AP")),
        ("WASHINGTON, Dec 8 (Reuters) - The", Dateline("WASHINGTON", "Reuters")),
        ("Berlin (dpa) - Die", Dateline("Berlin", "dpa")),
        ("NEW YORK, N.Y. — A", Dateline("NEW YORK, N.Y.", "")),
        ("LYON, France (AFP) — The", Dateline("LYON, France", "AFP")),
        ("ЛЕСНОЙ, 14 марта. Около", Dateline("ЛЕСНОЙ", "")),
        ("本报江城5月6日讯 昨天", Dateline("江城", "")),
        ("النهرين — وصلت", Dateline()),
        ("CANBERRA, Wednesday (AAP) — The", Dateline("CANBERRA", "AAP")),
        ("(ANSA) - ROMA, 8 DIC - La", Dateline("ROMA", "ANSA")),
        ("Madrid, 8 dic (EFE).- El", Dateline("Madrid", "EFE")),
        ("МОСКВА, 8 декабря. /ТАСС/. В", Dateline("МОСКВА", "ТАСС")),
        ("新华社北京12月8日电 国", Dateline("北京", "新华社")),
        ("Berlin (dpa/lno) - Die", Dateline("Berlin", "dpa/lno")),
        ("WIEN (APA/dpa) - Die", Dateline("WIEN", "APA/dpa")),
        ("NEW DELHI, Dec 8 (PTI) The", Dateline("NEW DELHI", "PTI")),
        ("New Delhi [India], December 8 (ANI): The", Dateline("New Delhi", "ANI")),
        ("KYIV. Dec 8 (Interfax-Ukraine) - The", Dateline("KYIV", "Interfax-Ukraine")),
        ("TOKYO, Dec. 8, Kyodo - The", Dateline("TOKYO", "Kyodo")),
        ("МОСКВА, 8 дек — РИА Новости. Мост", Dateline("МОСКВА", "РИА Новости")),
        ("Genf (Keystone-SDA) Die", Dateline("Genf", "Keystone-SDA")),
        ("القاهرة (رويترز) - الجسر", Dateline("القاهرة", "رويترز")),
        ("नई दिल्ली, 8 दिसंबर (भाषा) पुल", Dateline("नई दिल्ली", "भाषा")),
        ("(서울=연합뉴스) 김하나 기자 = 다리가", Dateline("서울", "연합뉴스")),
        ("【東京共同】橋が", Dateline("東京", "共同")),
        ("（路透社伦敦8日电）大桥", Dateline("伦敦", "路透社")),
        ("(Reuters) - The", Dateline("", "Reuters")),
        ("Reuters - The", Dateline("", "Reuters")),
        ("Asian News International (ANI) reported", Dateline()),
        ("Die Deutsche Presse-Agentur (dpa) meldete", Dateline()),
        ("Update — the man said", Dateline()),
        ("NATO - the alliance", Dateline()),
        ("UK: the ministers", Dateline()),
        ("", Dateline()),
    ],
)
def test_datelines(paragraph, expected):
    assert datelines.dateline(paragraph) == expected


@pytest.mark.parametrize(
    ("paragraph", "article", "place"),
    [
        ("Bad Tarn. Nach dem Regen", "Die Brücke in Bad Tarn steht.", "Bad Tarn"),
        ("Bad Tarn. Nach dem Regen", "Bad Tarn steht.", ""),
        ("PORT PELL - The ferry", "Ferry sinks at Port Pell", "PORT PELL"),
        ("PORT PELL - The ferry", "", ""),
        ("NATO - the alliance", "He served in NATO for years.", ""),
        ("СТЕПНОЕ - Вода ушла", "Дорога из Степного закрыта.", "СТЕПНОЕ"),
        ("النهرين — وصلت أول عربة إلى النهرين", "", "النهرين"),
        ("ზედუბანი — გზა ჩაიკეტა", "სოფელი ზედუბანი", "ზედუბანი"),
        ("Update — the man", "An update in the morning", ""),
        ("Lavrov: we know", "They met at Lavrov", ""),
    ],
)
def test_a_doubtful_place_must_stand_again_as_a_place(paragraph, article, place):
    assert datelines.dateline(paragraph, article).place == place


@given(st.text(), st.text())
def test_no_text_raises(paragraph, article):
    found = datelines.dateline(paragraph, article)
    assert all(part in paragraph for part in found.place.split(", "))
