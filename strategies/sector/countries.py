"""One name for each country, however it is spelled: its ISO code of two letters."""

from __future__ import annotations

import re
from functools import cache, lru_cache

COUNTRIES = """
AE ARE United Arab Emirates, UAE
AR ARG Argentina
AT AUT Austria
AU AUS Australia
BE BEL Belgium
BM BMU Bermuda
BR BRA Brazil
BS BHS Bahamas
CA CAN Canada
CH CHE Switzerland
CL CHL Chile
CN CHN China, People's Republic of China, Mainland China
CO COL Colombia
CR CRI Costa Rica
CW CUW Curacao, Curaçao
CY CYP Cyprus
CZ CZE Czech Republic, Czechia
DE DEU Germany
DK DNK Denmark
EE EST Estonia
EG EGY Egypt
ES ESP Spain
FI FIN Finland
FR FRA France
GB GBR United Kingdom, UK, U.K., Great Britain, Britain, England
GG GGY Guernsey
GI GIB Gibraltar
GR GRC Greece
HK HKG Hong Kong
HU HUN Hungary
ID IDN Indonesia
IE IRL Ireland, Republic of Ireland
IL ISR Israel
IM IMN Isle of Man
IN IND India
IS ISL Iceland
IT ITA Italy
JE JEY Jersey
JP JPN Japan
KE KEN Kenya
KR KOR South Korea, Korea, Republic of Korea, Korea (South)
KW KWT Kuwait
KY CYM Cayman Islands
KZ KAZ Kazakhstan
LI LIE Liechtenstein
LR LBR Liberia
LT LTU Lithuania
LU LUX Luxembourg
LV LVA Latvia
MA MAR Morocco
MC MCO Monaco
MH MHL Marshall Islands
MO MAC Macau, Macao
MT MLT Malta
MU MUS Mauritius
MX MEX Mexico
MY MYS Malaysia
NG NGA Nigeria
NL NLD Netherlands, Holland
NO NOR Norway
NZ NZL New Zealand
PA PAN Panama
PE PER Peru
PG PNG Papua New Guinea
PH PHL Philippines
PK PAK Pakistan
PL POL Poland
PR PRI Puerto Rico
PT PRT Portugal
QA QAT Qatar
RO ROU Romania
RU RUS Russia, Russian Federation
SA SAU Saudi Arabia
SE SWE Sweden
SG SGP Singapore
SI SVN Slovenia
TH THA Thailand
TR TUR Turkey, Türkiye
TW TWN Taiwan
UA UKR Ukraine
US USA United States, United States of America, America
UY URY Uruguay
VG VGB British Virgin Islands
VN VNM Vietnam, Viet Nam
ZA ZAF South Africa
"""
"""Codes of two and three letters, and the English names, the usual one first."""


@lru_cache(maxsize=4096)
def country_key(name: str) -> str:
    """Return what all spellings of a country have in common.

    Parameters
    ----------
    name : str
        A code of two or three letters, or an English name; case, points and a leading "the" do not
        count.

    Returns
    -------
    str
        The code of two letters; of a country that is not in `COUNTRIES` its name in lower case.
    """
    folded = _folded(name)
    return _codes().get(folded, folded)


def country_name(name: str) -> str:
    """Return the usual English name of a country, however it is spelled; else the text itself."""
    return _names().get(country_key(name), name)


def _folded(name: str) -> str:
    words = re.sub(r"[.]", "", name.casefold()).split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)


def _rows() -> list[tuple[str, list[str]]]:
    rows = [line.split(" ", 2) for line in COUNTRIES.strip().splitlines()]
    return [(code, [code, long, *names.split(", ")]) for code, long, names in rows]


@cache
def _codes() -> dict[str, str]:
    return {_folded(name): code for code, names in _rows() for name in names}


@cache
def _names() -> dict[str, str]:
    return {code: names[2] for code, names in _rows()}
