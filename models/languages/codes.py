"""Languages by their codes, as checkpoints that translate have them: `ko`, `ko_KR`, `kor_Hang`."""

from collections.abc import Iterable

from models.languages.latin_languages import foreign_language
from models.languages.scripts import (
    CHINESE,
    KANA,
    LATIN,
    language_code,
    language_of_script,
    letters_by_script,
)

_USUAL = "en"
"""Of Latin letters whose words tell nothing."""
_LONG = """
ko kor_Hang en eng_Latn ja jpn_Jpan zh zho_Hans de deu_Latn fr fra_Latn es spa_Latn it ita_Latn
pt por_Latn sv swe_Latn nl nld_Latn ru rus_Cyrl uk ukr_Cyrl pl pol_Latn tr tur_Latn vi vie_Latn
th tha_Thai id ind_Latn ar arb_Arab fa pes_Arab he heb_Hebr hi hin_Deva el ell_Grek cs ces_Latn
da dan_Latn fi fin_Latn no nob_Latn ro ron_Latn hu hun_Latn bg bul_Cyrl et est_Latn lv lvs_Latn
lt lit_Latn ms zsm_Latn bn ben_Beng ta tam_Taml te tel_Telu ur urd_Arab mn khk_Cyrl uz uzn_Latn
kk kaz_Cyrl km khm_Khmr my mya_Mymr ne npi_Deva sw swh_Latn tl tgl_Latn ka kat_Geor si sin_Sinh
hr hrv_Latn sr srp_Cyrl sk slk_Latn sl slv_Latn ca cat_Latn
"""
"""Codes of two letters, each before the one that NLLB's checkpoints have for it."""
_OTHERS = """
ara ar fas fa cmn zh msa ms mon mn lav lv nno no nor no nb no nn no swa sw uzb uz nep ne
"""
"""Other codes, each before its own of two letters."""


def _pairs(words: str) -> dict[str, str]:
    each = words.split()
    return dict(zip(each[::2], each[1::2], strict=True))


_BY_SHORT = _pairs(_LONG)
_BY_LONG = {long[:3]: short for short, long in _BY_SHORT.items()} | _pairs(_OTHERS)


def short(code: str) -> str:
    """Return the code of two letters, where there is one: `ko` of `kor_Hang` and `ko_KR`."""
    base = language_code(code)
    return _BY_LONG.get(base, base)


def found_in(codes: Iterable[str], wanted: str) -> str | None:
    """Return which of a checkpoint's codes is meant by one of anybody's; None: none of them."""
    codes = list(codes)
    exact = (code for code in codes if code.casefold() == wanted.casefold())
    usual = (code for code in codes if code == _BY_SHORT.get(short(wanted)))
    like = (code for code in codes if short(code) == short(wanted))
    return next(exact, None) or next(usual, None) or next(like, None)


def shorts(codes: Iterable[str]) -> list[str]:
    """Return each language once, in its order."""
    return list(dict.fromkeys(map(short, codes)))


def likely_language(text: str) -> str:
    """Guess in which language a text is: by its letters and, of Latin ones, its small words."""
    letters = letters_by_script(text)
    if kana := sum(letters.pop(script, 0) for script in KANA):
        # A text in Japanese has more Chinese characters than kana, and one in Chinese has no kana.
        letters[KANA[0]] = kana + letters.pop(CHINESE, 0)
    if not letters:
        return _USUAL
    script = max(letters, key=lambda each: letters[each])
    if script == LATIN:
        return foreign_language(text, ()) or _USUAL
    return language_of_script(script) or _USUAL
