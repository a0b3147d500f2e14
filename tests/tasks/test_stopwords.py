from tasks import stopwords


def test_the_language_is_chosen_by_the_words():
    german = "der und die in den von zu mit sich des auf für ist nicht das wurde eine".split()
    assert stopwords.of_page(german) == stopwords.words_of("German")


def test_too_little_evidence_gives_no_list():
    assert stopwords.of_page(["der", "xyz"]) == frozenset()
    assert stopwords.of_page([]) == frozenset()


def test_every_listed_language_has_words():
    assert all(len(stopwords.words_of(language)) > 20 for language in stopwords.LANGUAGES)
