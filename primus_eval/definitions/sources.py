"""Where the presets were read: title, address, and what each source supports.

Nothing is quoted. What a source says beyond what stands here was not used.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where something was read, and what it supports."""

    title: str
    address: str
    supports: str


DST = Source(
    title="Statistics Denmark, documentation of statistics: Recidivism (statistical presentation, "
    "statistical processing, comparability)",
    address="https://snyf.dst.dk/en/Statistik/dokumentation/documentationofstatistics/recidivism/"
    "statistical-presentation",
    supports="what begins the follow-up; guilty decisions in the same calendar year or the next three, "
    "of offences committed within two years; that traffic fines below DKK 2,500 do not count "
    "since 2012; that the people followed live in Denmark, from which it was inferred that "
    "those who die or leave are left out",
)

KRIMINALFORSORGEN_2009 = Source(
    title="Direktoratet for Kriminalforsorgen (2010), Kriminalforsorgens recidivstatistik 2009",
    address="http://docplayer.dk/31175251-Justitsministeriet-direktoratet-for-kriminalforsorgen-"
    "straffuldbyrdelseskontoret-kriminalforsorgens-recidivstatistik-2009.html",
    supports="new crime committed within two years that led to a suspended or an unsuspended sentence; "
    "a fine alone does not count",
)

KRISTOFFERSEN_EUROVISTA = Source(
    title="Kristoffersen, Relapse study in the correctional services of the Nordic countries, EuroVista 2(3)",
    address="https://9pdf.net/document/zwvwn27g-relapse-study-correctional-services-nordic-countries-"
    "results-perspectives.html",
    supports="one definition, one observation period and shared groups for five countries",
)

KRISTOFFERSEN_NORWAY = Source(
    title="Kristoffersen, The case of Norway: a relapse study of the Nordic correctional services",
    address="https://docslib.org/doc/8912211/the-case-of-norway-a-relapse-study-of-the-nordic-"
    "correctional-services-by-ragnar-kristofferson-researcher-correctional-service-of-norway-"
    "staff-academy-krus",
    supports="an observation period of two years",
)

RETUR_SLIDES = Source(
    title="Slides on the correctional services of Norway, after the Nordic study Retur (2010)",
    address="https://slideplayer.com./amp/4728606",
    supports="a new conviction to prison or a community sentence; people released, and community "
    "sentences begun, in 2005",
)

MOJ_BULLETIN = Source(
    title="Ministry of Justice, Proven re-offending statistics quarterly bulletin",
    address="https://paperzz.com/doc/7373055/proven-re-offending-statistics-quarterly-bulletin---april",
    supports="an offence in a follow-up of one year, with a conviction or caution in that year or in a "
    "further six months",
)

MOJ_2013 = Source(
    title="Ministry of Justice (2013), Further breakdowns for serious proven re-offending of adult "
    "offenders in England and Wales",
    address="https://www.gov.uk/government/statistics/further-breakdowns-for-serious-proven-re-"
    "offending-of-adult-offenders-in-england-and-wales-released-from-custodial-sentences-of-"
    "less-than-12-months",
    supports="the same, and that reprimands and warnings count as cautions do",
)

MOJ_PNC = Source(
    title="Ministry of Justice, Proven reoffending statistics: October to December 2017 (announcement)",
    address="https://www.gov.uk/government/statistics/announcements/proven-reoffending-statistics-"
    "october-to-december-2017",
    supports="that the statistic rests on the Police National Computer",
)

FULL_FACT = Source(
    title="Full Fact, Crime: reoffending",
    address="https://fullfact.org/finder/crime_law/reoffending/",
    supports="whom the statistic follows; that each offence counts, and a breach of conditions alone "
    "does not",
)

BJS_2014 = Source(
    title="Durose, Cooper and Snyder (2014), Recidivism of Prisoners Released in 30 States in 2005, "
    "Bureau of Justice Statistics",
    address="https://bjs.ojp.gov/redirect-legacy/content/pub/ascii/rprts05p0510.txt",
    supports="arrest, conviction and return to prison as separate measures; results after three and "
    "after five years; that a return follows a new offence or a violation of parole or "
    "probation; that time runs from release to the first arrest that led to the event",
)

WODC_2021 = Source(
    title="Verweij, Tollenaar, Teerlink and Weijters (2021), Recidive onder justitiabelen in "
    "Nederland 2008-2020, as announced",
    address="https://prohic.nl/2021/10/19/275-19-oktober-2021-recidive-onder-justitiabelen-in-"
    "nederland-verslag-over-de-periode-2008-2020/",
    supports="the groups followed; offences that led to a criminal case, from which the day of the "
    "offence was inferred",
)

WODC_2019 = Source(
    title="Weijters, Verweij, Tollenaar and Hill (2019), Recidive onder justitiabelen in Nederland "
    "2006-2018, Cahier 2019-10",
    address="https://www.parlementairemonitor.nl/9353000/1/j9vvij5epmj1ey0/vkztiy3pt9xi",
    supports="that new criminal cases are counted",
)

WODC_FORENSIC_CARE = Source(
    title="Drieschner, Hill and Weijters, Recidive na tbs, ISD en overige forensische zorg, WODC Cahier",
    address="https://docplayer.nl/125224479-Recidive-na-tbs-isd-en-overige-forensische-zorg.html",
    supports="whether and how often within two years, for other groups than those of the monitor; that "
    "two years hold for these as well was inferred",
)

WODC_2011 = Source(
    title="The Dutch Recidivism Monitor, 4th revised edition, WODC Memorandum 2011-3a",
    address="https://5dok.net/document/y6eo4xv4-the-dutch-recidivism-monitor.html",
    supports="one fixed method, with appendices on which disposals and which cases count; the "
    "appendices were not read",
)

WODC_2020 = Source(
    title="Verweij and Weijters (2020), Recidive tijdens en na reclasseringstoezicht, WODC Cahier 2020-20",
    address="https://5dok.net/document/y8gp1m60-recidive-tijdens-en-na-reclasseringstoezicht.html",
    supports="that the risk of offending during a sanction is not zero",
)

BRA_ABOUT = Source(
    title="Brå, Återfall i brott: om statistiken",
    address="https://bra.se/statistik/kriminalstatistik/aterfall-i-brott/om-statistiken.html",
    supports="that it rests on the statistics of adjudications; what begins the follow-up; new "
    "adjudicated offences within one, two or three years of that day; that the final "
    "statistics wait three years of follow-up after the calendar year and three more for "
    "decisions to become final, from which the day of the offence and the last day of a "
    "decision were inferred",
)

BRA_RECIDIVISM = Source(
    title="Brå, Recidivism",
    address="https://bra.se/bra-in-english/home/crime-and-statistics/crime-statistics/recidivism.html",
    supports="the same in English",
)

BRA_ADJUDICATIONS = Source(
    title="Brå, Personer lagförda för brott: om statistiken",
    address="https://www.bra.se/statistik/kriminalstatistik/personer-lagforda-for-brott/om-statistiken.html",
    supports="that an adjudication is a conviction, a summary sanction order that was accepted or a "
    "waiver of prosecution, and no fine imposed on the spot",
)
