import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Language
from index.errors import SettingsError
from index.settings import ENGINES
from tasks import engines, profiles
from tasks.asking import Answer
from tasks.engines import named
from tasks.language import detect

TEXTS = {
    "en": "Council buys the old mill\n\nThe town council decided on Monday to buy the old mill by the river. "
    "The mayor said that the price was fair and that the families living nearby would keep their gardens.",
    "de": "Gemeinderat kauft die alte Mühle\n\nDer Gemeinderat beschloss am Montag, die alte Mühle am Fluss "
    "zu kaufen. Die Bürgermeisterin sagte, der Preis sei angemessen und die Familien behielten ihre Gärten.",
    "ru": "Совет купил старую мельницу\n\nГородской совет в понедельник решил купить старую мельницу у реки. "
    "Мэр сказала, что цена справедливая и что семьи, живущие рядом, сохранят свои сады.",
    "nb": "Kommunen kjøper den gamle mølla\n\nKommunestyret vedtok mandag å kjøpe den gamle mølla ved elva. "
    "Ordføreren sa at prisen var rimelig, og at familiene som bor der, ikke skal miste hagene sine.",
    "fil": "Bibilhin ng konseho ang lumang gilingan\n\nNagpasya ang konseho ng bayan noong Lunes na bilhin "
    "ang lumang gilingan sa tabi ng ilog. Sinabi ng alkalde na makatarungan ang presyo para sa mga pamilya.",
    "zh-Hans": "镇议会购买旧磨坊\n\n镇议会星期一决定购买河边的旧磨坊。"
    "镇长说，价格是合理的，住在附近的家庭可以保留他们的花园。",
    "zh-Hant": "鎮議會購買舊磨坊\n\n鎮議會星期一決定購買河邊的舊磨坊。"
    "鎮長說，價格是合理的，住在附近的家庭可以保留他們的花園。",
    "hy": "Ավագանին գնեց հին ջրաղացը\n\nՔաղաքի ավագանին երկուշաբթի օրը որոշեց գնել գետի "
    "մոտ գտնվող հին ջրաղացը։",
    "kk": "Кеңес ескі диірменді сатып алды\n\nҚала кеңесі дүйсенбі күні өзен жағасындағы ескі диірменді "
    "сатып алуға шешім қабылдады. Әкім бағаның әділ екенін, жақын тұратын отбасылардың бақтары сақталатынын "
    "айтты.",
}


@pytest.fixture(params=ENGINES)
def engine(request):
    """Each engine that is installed here."""
    pytest.importorskip(request.param, reason=f"the extra {request.param} is not installed")
    return named(request.param)


@pytest.mark.parametrize("tag", TEXTS)
def test_every_engine_names_a_language_by_its_bcp_47_code(engine, tag):
    found = detect(TEXTS[tag], engine)
    assert found.code == tag
    assert found.engine == engine.name
    assert 0.5 < found.probability <= 1


@pytest.mark.parametrize("tag", ["de", "ru", "nb", "kk"])
def test_capitals_change_no_language(engine, tag):
    assert detect(TEXTS[tag].upper(), engine).code == tag


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "42", "a", "12 345,67 €\n2016-12-08\n+44 20 7946 0000", "http://a.example/x?y=1", "\ud800"],
)
def test_what_is_no_text_is_unknown_to_every_engine(engine, text):
    assert detect(text, engine) == Language("und", 0.0, engine.name, reliable=False)


NOBODYS = (
    "Nxgqv brtlok wuzmeph dralsti qoobex, vuntrip gasholm ekwidzu prollat. Hjurbex tindolak sovuxpra minq "
    "ezzotab kruwelf, phandostri goxivul reqtamo belszuk. Drivnoxa pletugh wormsaqi jubzelto krafniq vodpu "
    "shelbraxi nuqtomer, zildovaph kretusqo mablinxu trovgeshi pundaklo."
)
HAMMERED = (
    "qwpoeiru tyaslkdj fhgzmxnc bvqpwoe irutyal skdjfhg zmxncbv qpwoeir utyalsk djfhgzm xncbvqp woeirut "
    "yalskdj fhgzmxn cbvqpwo eirutya lskdjfh gzmxncb vqpwoei rutyals kdjfhgz mxncbvq pwoeiru tyalskd jfhgzmx"
)


@pytest.mark.parametrize("text", [NOBODYS, HAMMERED])
def test_a_language_that_nobody_speaks_is_unknown_to_every_engine(engine, text):
    assert detect(text, engine).code == "und"


def test_every_engine_finds_the_second_language_of_a_page_in_halves(engine):
    german, english = (TEXTS[tag].split("\n\n")[1] for tag in ("de", "en"))
    found = detect("\n\n".join([german] * 4 + [english] * 4), engine)
    assert {found.code, found.second} == {"de", "en"}
    assert detect(TEXTS["de"], engine).second is None


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(), max_size=300), st.booleans())
def test_engines_answer_any_string(text, cjk):
    for name in ENGINES:
        try:
            asked = named(name)
        except SettingsError:
            continue  # not installed here
        answer = asked.ask(text, cjk=cjk)
        assert isinstance(answer, Answer)
        assert 0 <= answer.probability <= 1
        assert answer.code == "und" or answer.code in asked.tags
        assert asked.ask(text, cjk=cjk) == answer


def test_langdetect_can_be_loaded_before_it_is_asked():
    profiles._load.cache_clear()
    named("langdetect").load()
    assert profiles._load.cache_info().currsize == 1


def test_py3langid_can_be_loaded_before_it_is_asked():
    module = pytest.importorskip("tasks.engine_py3langid", exc_type=ImportError)
    fresh = module.Py3langidEngine()
    fresh.load()
    assert "_identifier" in vars(fresh)


def test_the_tags_of_an_engine_are_bcp_47(engine):
    assert {"en", "nb", "fil", "he", "zh-Hans", "zh-Hant"} <= engine.tags
    assert not {"no", "tl", "zh", "zh-cn", "und", "zxx", "iw"} & engine.tags


def test_py3langid_knows_what_langdetect_does_not():
    pytest.importorskip("py3langid")
    text = (
        "Udalak errota zaharra erosiko du. Udalak astelehenean erabaki zuen ibai ondoko errota zaharra "
        "erostea. Alkateak esan zuen prezioa egokia zela eta bertako familiek baratzeak gordeko dituztela."
    )
    assert detect(text, named("py3langid")).code == "eu"
    assert detect(text, named("langdetect")).code == "und"


def test_every_engine_says_the_same_in_every_process(engine):
    here = [repr(detect(text, engine)) for text in TEXTS.values()]
    code = (
        "import json, sys\nfrom tasks.engines import named\nfrom tasks.language import detect\n"
        f"print(json.dumps([repr(detect(text, named({engine.name!r}))) for text in json.load(sys.stdin)]))"
    )
    for seed in ("1", "2"):
        there = subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps(list(reversed(TEXTS.values()))),
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(engines.__file__).parent.parent,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        )
        assert list(reversed(json.loads(there.stdout))) == here


def test_an_engine_that_nobody_knows_is_told_with_the_choices():
    with pytest.raises(SettingsError, match="no language engine is named cld3") as caught:
        named("cld3")
    assert all(name in caught.value.hint for name in ENGINES)


def test_an_engine_that_is_not_installed_is_told_with_the_command_that_installs_it(monkeypatch):
    named.cache_clear()
    monkeypatch.setitem(sys.modules, "py3langid", None)
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    monkeypatch.delitem(sys.modules, "tasks.engine_py3langid", raising=False)
    with pytest.raises(SettingsError, match="py3langid") as caught:
        named("py3langid")
    assert caught.value.exit_code == 2
    assert "pip install '.[py3langid]'" in caught.value.hint


def test_engines_that_were_not_chosen_are_not_imported():
    code = (
        "import sys\nimport tasks.ingest, tasks.worker\n"
        "from tasks.engines import named\nnamed('langdetect')\n"
        "print('py3langid' in sys.modules)"
    )
    root = Path(engines.__file__).parent.parent
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert told.stdout.strip() == "False"
