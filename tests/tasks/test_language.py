# ruff: noqa: E501 - the sample texts stay in one piece
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals import language as evaluation
from index.article import Language
from tasks.language import block_languages, detect

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "tests" / "data" / "language.jsonl"
RECORDS = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
TEXTS = {record["lang"]: record["text"] for record in RECORDS if record["kind"] == "paragraph"}


@pytest.mark.parametrize("tag", sorted(TEXTS))
def test_names_the_language_of_a_paragraph(tag):
    found = detect(TEXTS[tag])
    assert found.code == tag
    assert found.reliable
    assert found.second is None
    assert found.engine == "langdetect"


@pytest.mark.parametrize("tag", ["en", "de", "fr", "pl", "ru", "el"])
def test_capitals_change_nothing(tag):
    assert detect(TEXTS[tag].upper()).code == tag


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("ka", "ქალაქის საბჭომ გადაწყვიტა ძველი ხიდის შეკეთება"),
        ("am", "የከተማው ምክር ቤት አሮጌውን ድልድይ ለመጠገን ወሰነ"),
        ("km", "ក្រុមប្រឹក្សាក្រុងបានសម្រេចជួសជុលស្ពានចាស់"),
        ("lo", "ສະພາເມືອງໄດ້ຕັດສິນໃຈສ້ອມແປງຂົວເກົ່າ"),
        ("my", "မြို့တော်ကောင်စီက တံတားဟောင်းကို ပြုပြင်ရန် ဆုံးဖြတ်ခဲ့သည်"),
        ("si", "නගර සභාව පැරණි පාලම අලුත්වැඩියා කිරීමට තීරණය කළේය"),
        ("kk", "Қалалық кеңес ескі көпірді қыс түскенше жөндеу туралы шешім қабылдады"),
        ("tg", "Шӯрои шаҳр қарор кард, ки пули кӯҳнаро то зимистон таъмир кунад"),
        (
            "sr",
            "Градско веће одлучило је да поправи стари мост, рекао је шеф већа. Људи ће моћи да пређу.",
        ),
        (
            "is",
            "Bæjarstjórn ákvað á þriðjudag að gera við gömlu brúna yfir ána, það verður gert fyrir veturinn",
        ),
        ("az", "Şəhər şurası çərşənbə axşamı köhnə körpünün qışdan əvvəl təmir edilməsinə qərar verdi"),
        (
            "nn",
            "Kommunestyret sa tysdag at dei ikkje vil vente med brua. Eg veit ikkje kva som skjer.",
        ),
        (
            "nb",
            "Kommunestyret sa tirsdag at de ikke vil vente med broen. Jeg vet ikke hva som skjer nå.",
        ),
        ("ko", "시의회는 화요일 겨울이 오기 전에 강 위의 낡은 다리를 고치기로 결정했다"),
        ("zh-Hant", "市議會星期二投票決定在冬天到來之前修復河上的舊橋，居民們多年來一直抱怨人行道太窄。"),
        ("yue", "市議會話佢哋會喺冬天之前整返好條舊橋，居民嘅投訴好多年都冇人理。"),
    ],
)
def test_script_letters_and_words_name_what_langdetect_would_not(tag, text):
    assert detect(text).code == tag


def test_han_with_latin_names_stays_chinese():
    text = "市议会星期二同 International Business Machines Corporation 签订了修复旧桥的合同，工程年底完成。"
    assert detect(text).code == "zh-Hans"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x",
        "RT",
        "12:30 14:00",
        "!!! ??? ...",
        "https://a.example/b www.c.example d@e.example",
        "\ufffd" * 9,
        "xqvt wzkp zzrf qqxw",
        "a1b2c3d4e5f6a7b8c9d0e1f2",
        '<div class="x"><a href="#">y</a></div>',
    ],
)
def test_unknown_where_there_is_no_language(text):
    assert detect(text) == Language("und", 0.0, "langdetect", reliable=False)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Umkhandlu wedolobha unqume ngoLwesibili ukulungisa ibhuloho elidala ngaphambi kobusika. Izakhamuzi "
            "bezikhala iminyaka eminingi ngendlela encane yabahamba ngezinyawo nokukhanya okubi ebusuku.",
            id="Zulu",
        ),
        pytest.param(
            "Ua koho ka ʻaha kūlanakauhale i ka Pōʻalua e hana hou i ke alahaka kahiko ma luna o ka muliwai ma "
            "mua o ka hoʻoilo. Ua namunamu nā kamaʻāina no nā makahiki he nui no ke ala hele wāwae haiki.",
            id="Hawaiian",
        ),
        pytest.param(
            "Udalak asteartean erabaki zuen ibai gaineko zubi zaharra konpontzea negua iritsi baino lehen. "
            "Bizilagunak urteak zeramatzaten espaloi estuaz eta gaueko argi txarraz kexatzen.",
            id="Basque",
        ),
    ],
)
def test_languages_without_a_profile_are_unknown(text):
    assert detect(text).code == "und"


def test_second_language_is_named_where_it_has_a_share():
    half = "\n\n".join([TEXTS["fr"], TEXTS["fr"], TEXTS["de"], TEXTS["de"]])
    found = detect(half)
    assert {found.code, found.second} == {"fr", "de"}
    mostly = "\n\n".join([TEXTS["ru"]] * 8)
    assert detect(mostly).second is None


def test_foreign_quotation_leaves_the_language():
    found = detect(
        "\n\n".join([TEXTS["en"], TEXTS["de"], TEXTS["en"], TEXTS["en"], TEXTS["en"], TEXTS["en"]])
    )
    assert found.code == "en"


def test_same_answer_in_threads_and_in_another_process():
    texts = [text[:60] for text in TEXTS.values()] * 3
    here = [detect(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(detect, texts)) == here
    code = "import json, sys\nfrom tasks.language import detect\n"
    code += "print(repr([detect(text) for text in json.load(sys.stdin)]))"
    there = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert there.stdout.strip() == repr(here)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_gives_an_answer(text):
    found = detect(text)
    assert found.code
    assert 0 <= found.probability <= 1
    assert (found.code == "und") == (found.probability == 0)


@pytest.mark.parametrize(
    "unit", ["a", " ", "a@", "http://", "<a ", "a1", "\n", "語", "é\u0301", "x" * 50 + "\n"]
)
def test_hostile_repetition_costs_no_time(unit):
    detect("warm up the profiles, please")
    start = time.process_time()
    detect(unit * (2_000_000 // len(unit)))
    assert time.process_time() - start < 1.0


def test_evaluation_prints_figures_and_writes_predictions(tmp_path, capsys):
    out = tmp_path / "predictions.jsonl"
    assert evaluation.main([str(GOLD), "--out", str(out)]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["n"] == len(RECORDS)
    paragraph = figures["kinds"]["paragraph"]
    assert paragraph["strict"] == 1.0
    assert paragraph["inside_n"] + paragraph["outside_n"] == len(TEXTS)
    assert figures["kinds"]["notext"]["und_rate"] == 1.0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == [record["id"] for record in RECORDS]
    assert all(set(row) == {"id", "lang", "prob"} for row in rows)


def test_evaluation_counts_wrong_and_unknown():
    outcome = evaluation.Outcome
    figures = evaluation.figures(
        [
            outcome("a", "en", "en", "en"),
            outcome("a", "en", "en", "und"),
            outcome("a", "de", "de", "de"),
            outcome("a", "zu", "zu", "sw"),
        ]
    )["a"]
    assert figures["strict"] == 0.5
    assert figures["macro_strict"] == 0.5
    assert figures["inside_strict"] == 0.6667
    assert figures["inside_macro_strict"] == 0.75
    assert figures["inside_und_rate"] == 0.3333
    assert figures["outside_wrong"] == 1.0
    assert evaluation.primary("zh-Hant") == evaluation.primary("zh-cn") == "zh"
    assert evaluation.primary("no") == "nb"


def test_blocks_are_named_each_for_itself_and_short_ones_not_at_all():
    english = "The council of the town voted on Monday to repair the old bridge over the river."
    greek = "Το συμβούλιο της πόλης ψήφισε τη Δευτέρα να επισκευάσει την παλιά γέφυρα του ποταμού."
    found = block_languages([english, greek, "Menu", ""])
    assert [one and one.code for one in found] == ["en", "el", None, None]
