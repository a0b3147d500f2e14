"""Words that the furniture of a news page is made of, in many languages.

A cue is evidence, never a verdict: as hard rules cues lowered F1 (EVIDENCE 2). Phrases are matched token by
token through a dictionary of first words, so the time is linear in the line whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import cache
from typing import Final, NamedTuple

CJK: Final = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts written without spaces (Thai, kana, Han): each character is a token."""

TOKEN: Final = re.compile(f"[{CJK}©]|[^\\W{CJK}]+")


class Cue(IntEnum):
    """What a phrase speaks for; a line may carry several."""

    SHARE = 1
    SUBSCRIBE = 2
    LEGAL = 4
    RELATED = 8
    COMMENTS = 16
    ADVERT = 32
    NAVIGATION = 64
    PHOTO = 128
    AUTHOR = 256
    BYLINE = 512
    TAIL = 1024
    END = 2048


PHRASES: Final[dict[Cue, str]] = {
    Cue.SHARE: """
        share|shares|tweet|facebook|twitter|whatsapp|linkedin|pinterest|reddit|telegram|instagram
        |youtube|tiktok|bluesky|threads|copy link|email|e mail|print|follow us|follow me|teilen|drucken
        |partager|imprimer|compartir|imprimir|condividi|stampa|compartilhar|partilhar|udostępnij|paylaş
        |sdílet|dela|del|delen|jaa|поделиться|вконтакте|одноклассники|поширити|مشاركة|شارك|分享|微信
        |微博|シェア|ツイート|印刷|공유|chia sẻ|bagikan""",
    Cue.SUBSCRIBE: """
        subscribe|subscribers|subscriber|subscription|subscriptions|newsletter|newsletters|sign up
        |signup|sign in|log in|login|register|registered|account|premium|paywall|donate|donation
        |donations|support us|support local|support our|inbox|free trial|your email|abo|abonnieren
        |abonnement|abonnements|abonnent|abonnenten|abonnez|abonner|abonnés|anmelden|registrieren
        |kostenlos testen|suscríbete|suscribirse|suscripción|suscriptores|iscriviti|iscrizione
        |registrati|abbonati|assine|inscreva|registrar|prenumerera|abonner deg|odběr|zapisz się|zaloguj
        |abone ol|подписаться|подпишитесь|подписывайтесь|підписатися|اشترك|订阅|登录|注册|会員|ログイン
        |有料|구독|로그인|đăng ký|đăng nhập|berlangganan""",
    Cue.LEGAL: """
        ©|copyright|all rights reserved|cookie|cookies|privacy|terms of|terms and|imprint|impressum
        |datenschutz|agb|nutzungsbedingungen|alle rechte vorbehalten|mentions légales
        |tous droits réservés|contact us|about us|advertise with|sitemap|legal notice|gdpr|consent
        |disclaimer|accessibility|may not be republished|may not be reproduced|derechos reservados
        |aviso legal|política de|informativa|riproduzione riservata|direitos reservados|alla rättigheter
        |все права защищены|использование материалов|всі права|wszelkie prawa|všechna práva|版权|版權
        |著作权|著作権|無断|未经授权|无断转载|저작권|무단|bản quyền|hak cipta""",
    Cue.RELATED: """
        related|read more|read next|read also|more from|more in|more on|more stories|more news|also read
        |also on|you may like|you may also|you might also|you might like|recommended|trending|most read
        |most popular|most viewed|latest|top stories|see also|popular|don t miss|up next|editors picks
        |editor s picks|recent posts|previous article|next article|recommended for you|for you|mehr zum
        |mehr zu|mehr aus|mehr von|lesen sie|auch interessant|das könnte|meistgelesen|weitere artikel
        |zum thema|à lire|lire aussi|les plus lus|sur le même|lea también|lee también|te puede interesar
        |le puede interesar|lo más leído|más leídas|leggi anche|potrebbe interessarti|i più letti
        |leia também|leia mais|veja também|mais lidas|czytaj|zobacz|przeczytaj|läs mer|läs också|mer om
        |lees ook|lees meer|les også|les mer|læs også|lue myös|čtěte také|ilgili haberler|читайте также
        |по теме|читайте також|اقرأ أيضا|相关|推荐阅读|相關|延伸阅读|関連|おすすめ|ランキング|관련기사
        |많이 본|tin liên quan|xem thêm|baca juga|soma zaidi|tags|tagged|categories|schlagworte|themen""",
    Cue.COMMENTS: """
        comment|comments|reply|replies|leave a|kommentar|kommentare|commentaire|commentaires|comentario
        |comentarios|commenti|comentários|kommentarer|reacties|komentarze|komentáře|yorum|yorumlar
        |комментарии|комментарий|коментарі|تعليقات|likes|upvote|report abuse|post a|评论|留言|コメント
        |댓글|bình luận|komentar""",
    Cue.ADVERT: """
        advertisement|advertisements|anzeige|werbung|sponsored|sponsor|publicité|publicidad|publicidade
        |pubblicità|annons|annonse|annonce|advertentie|reklama|reklam|реклама|promo|promoted|promotion
        |shop|buy now|coupon|coupons|discount|deals|affiliate|commission|إعلان|広告|广告|廣告|광고
        |quảng cáo|iklan""",
    Cue.NAVIGATION: """
        skip to|menu|home|search|close|toggle|navigation|open|main content|back to|jump to|show more
        |load more|view all|see all|click here|expand|collapse|section|sections|startseite|suche
        |schließen|zurück|accueil|rechercher|fermer|inicio|buscar|cerrar|cerca|chiudi|início|sök|stäng
        |zoeken|szukaj|hledat|ara|поиск|меню|главная|пошук|القائمة|بحث|首页|首頁|搜索|ホーム|検索
        |メニュー|홈|메뉴|검색|trang chủ|beranda|listen|play|watch""",
    Cue.PHOTO: """
        photo|photos|photograph|photographer|image|images|picture|getty|shutterstock|file photo|credit
        |courtesy|handout|via|pixabay|unsplash|alamy|foto|fotos|bild|picture alliance|image source
        |illustration|caption|photographie|crédit|fotografía|imagen|фото|фотография|фотограф
        |تصوير|عدسة|ფოტო|φωτογραφία|zdjęcie|fot|写真|摄影|图片|사진
        |ảnh|illustrationsbild|symbolbild""",
    Cue.AUTHOR: """
        about the author|about author|is a reporter|is a writer|is a senior|is a staff|is a freelance
        |is an editor|is the editor|is the author|is a journalist|is a correspondent|is a columnist
        |is a contributing|contributed to this|contributed reporting|reporting by|editing by|writing by
        |with reporting by|additional reporting|follow him|follow her|follow them|can be reached
        |reach him|reach her|this article was|this story was|this article originally
        |this story originally|first appeared|originally published|views expressed|opinions expressed
        |contact the|über den autor|zum autor|zur person|责任编辑|编辑|記者|记者""",
    Cue.BYLINE: """
        written by|posted by|published|updated|last updated|last modified|posted on|min read|minute read
        |minutes read|lesezeit|lesedauer|reading time|temps de lecture|tiempo de lectura
        |tempo di lettura|tempo de leitura|leestijd|lästid|czas czytania|время чтения|阅读时间
        |stand|aktualisiert|veröffentlicht|publié|mis à jour|publicado|actualizado
        |pubblicato|aggiornato|atualizado|publicerad|uppdaterad|gepubliceerd|opublikowano|aktualizacja
        |опубликовано|обновлено|hours ago|minutes ago|days ago|hour ago|day ago|来源|作者|发布|更新|公開
        |입력|수정""",
    # Where one of these opens a short line, another part of the page may begin; articles go on below many
    # of them.
    Cue.TAIL: """
        related|read more|read next|read also|more from|also read|also on|also in|you may also
        |recommended|trending|most read|top stories|latest news|see also|contact us|support local
        |support our|support us|share on|subscribe|sign up|newsletter|newsletters|advertisement|tag
        |tagged|filed under|explore more|keep reading|up next|what to read next|don t miss|follow us
        |get the latest|stay informed|additional resources|footnotes|mehr zum|mehr zu|mehr aus|mehr von
        |auch interessant|lesen sie auch|meistgelesen|zum thema|kommentare|newsletter abonnieren
        |à lire aussi|lire aussi|les plus lus|commentaires|leggi anche|commenti|te puede interesar
        |lea también|lee también|comentarios|leia também|leia mais|veja também|czytaj także|czytaj też
        |czytaj więcej|zobacz też|zobacz także|przeczytaj także|komentarze|läs mer|läs också|lees ook
        |lees meer|les også|les mer|læs også|lue myös|čtěte také|ilgili haberler|yorumlar|читайте также
        |читайте також|комментарии|اقرأ أيضا|相关|推荐阅读|延伸阅读|関連|おすすめ|ランキング|관련기사
        |많이 본|tin liên quan|xem thêm|baca juga|soma zaidi|другие материалы|другие новости|новости по теме
        |материалы по теме|ещё по теме|сейчас читают|أخبار ذات صلة|مواضيع ذات صلة|موضوعات ذات صلة
        |مقالات ذات صلة|სხვა სიახლეები|წაიკითხეთ ასევე|διαβάστε επίσης|прочетете още""",
    # Below these, on the development pages, no article went on (at most one site in a hundred,
    # tasks.stretch).
    Cue.END: """
        more in|more on|more stories|more news|more like this|you might also|you might like|you may like
        |most popular|most viewed|most commented|popular stories|latest stories|latest articles
        |talk to us|about us|share this|share article|comments|comment|leave a|post a comment
        |join the conversation|join the discussion|about the author|about the writer|our newsletters
        |tags|topics|next article|previous article|recent posts|editors picks|editor s picks|copyright|©
        |all rights reserved|das könnte sie|weitere artikel|weitere themen|schlagworte|über den autor
        |sur le même sujet|potrebbe interessarti|i più letti|más noticias|mais lidas|lo más leído
        |související|по теме|другие материалы|другие новости|новости по теме|материалы по теме
        |أخبار ذات صلة|مواضيع ذات صلة|სხვა სიახლეები
        |相关新闻|相关阅读|相关报道|责任编辑|関連記事|あわせて読みたい
        |with reporting by|with additional reporting|additional reporting by|reporting by|editing by
        |with files from|writing by|reporting and writing by""",
}

YOU: Final = frozenset(
    """you your yours yourself du dich dir dein deine sie ihr ihre ihren ihnen vous votre vos te tu tus su sus
    usted ustedes ti tuo tua tuoi vostro vi você seu sua je jouw uw u ni er era twój twoje ty pan państwo вы
    вас вам ваш ваша ваши sen siz sizin あなた 你 您 당신""".split()
)
WE: Final = frozenset(
    """we our ours us i me my wir uns unser unsere unseren ich mein nous notre nos mon nosotros nuestro
    nuestra nuestros noi nostro nostra nós nosso nossa wij ons onze oss vår våra nasz nasze nas мы нас
    наш наша наши biz bizim 我们 本报 本站 本网""".split()
)
"""Pronouns by which a site speaks to its readers, and of itself. Many stand for others in another language:
they are evidence only."""

Phrase = tuple[tuple[str, ...], Cue]


@cache
def _phrases() -> dict[str, tuple[Phrase, ...]]:
    """Map the first token of each phrase to (remaining tokens, cue) of all phrases that begin with it."""
    table: dict[str, list[Phrase]] = {}
    for cue, listed in PHRASES.items():
        for phrase in listed.split("|"):
            first, *rest = TOKEN.findall(phrase.strip().lower())
            table.setdefault(first, []).append((tuple(rest), cue))
    return {first: tuple(found) for first, found in table.items()}


class _Opening(NamedTuple):
    """What a word may open: cues by itself, anywhere or at the start alone; phrases by their next word."""

    anywhere: int
    at_start: int
    phrases: dict[str, tuple[Phrase, ...]]


@cache
def _openings() -> dict[str, _Opening]:
    """Lay out `_phrases` so that few of a word's phrases are looked at."""
    return {first: _opening(phrases) for first, phrases in _phrases().items()}


def _opening(phrases: Sequence[Phrase]) -> _Opening:
    anywhere = at_start = 0
    longer: dict[str, list[Phrase]] = {}
    for rest, cue in phrases:
        if rest:
            longer.setdefault(rest[0], []).append((rest, cue))
        elif cue < Cue.TAIL:
            anywhere |= cue
        else:
            at_start |= cue
    return _Opening(anywhere, at_start, {second: tuple(found) for second, found in longer.items()})


def cues_in(words: Sequence[str]) -> int:
    """Return the cues that the tokens (lower case) hold, or-ed; `TAIL` and `END` only at its start.

    A number before it is part of no phrase: "12 comments" starts with "comments".
    """
    table = _openings()
    if table.keys().isdisjoint(words):
        return 0
    words = (*words, "")
    found, start = 0, _start(words)
    for place in [place for place, word in enumerate(words) if word in table]:
        opening = table[words[place]]
        found |= opening.anywhere | (opening.at_start if place == start else 0)
        for rest, cue in opening.phrases.get(words[place + 1], ()):
            if (cue < Cue.TAIL or place == start) and words[place + 1 : place + 1 + len(rest)] == rest:
                found |= cue
    return found


def phrase_of(words: Sequence[str], cue: Cue) -> str:
    """Return the first phrase among the tokens (lower case) that speaks for a cue, to be told; or nothing."""
    table, start = _phrases(), _start(words)
    for place, word in enumerate(words):
        for rest, told in table.get(word, ()):
            said = (word, *words[place + 1 : place + 1 + len(rest)])
            if told == cue and (cue < Cue.TAIL or place == start) and said == (word, *rest):
                return " ".join(said)
    return ""


def _start(words: Sequence[str]) -> int:
    return next((place for place, word in enumerate(words[:3]) if not word.isdigit()), 0)
