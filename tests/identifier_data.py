"""Made-up identifiers and ordinary columns of trial data, by the thousand, for tests/test_identifiers.py.

The names, streets and towns here are ones that the package does not list: what finds them has to recognise
how they are written. Every generator takes a `random.Random` and gives a header and its distinct cells with
counts, or a text. Nothing here belongs to anybody.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

Column = tuple[str, dict[str, int]]


def _words(listed: str) -> list[str]:
    return listed.split()


FIRST_NAMES = _words(
    """
    alf algot alvilda amalie anker annelise anton-emil arvid asbjørn asta august aurora barbro baltazar
    bertil bertram bettina birk birthe-lise bjørk bodil børge carla charlie clemens dagmar dagny dorthea
    ditlev edith edvard egon eigil einar elin elisabeth elna elvira embla enok erland esther-marie eskild
    ester evald filip flora fritz frode fie gerda gerner gotfred grete gro gudrun gustav halfdan harriet
    hector hedvig helga helmer herdis herluf hilda hjalmar holmfred hugo hulda ilse ingeborg ingemann ingolf
    iris isolde iver jannik jarl jelena jette-marie jonna jytta kamma kamilla karsten-emil katja kathrine
    kelvin kennet kirstin klavs kresten lærke laust laurits leonora lilly linus liva ludvig luna lykke lynge
    malou manfred margit margrethe marius markus mathea meta mia mie milla mimi mogens-ole molly naja nete
    nikita nivi nynne oda odin oluf orla ove ottilie pauline peder penille petra philippa rane regitze
    rigmor roar rolf rosita rudi ruben runa saga sami selena selina sigfred sigga sigrid silje silas siv
    sofus solvej stella storm svenning sverre sylvester sylvia tage tea tenna terkel thea thilde thorkild
    thorvald thyra tilde tora torsten tove trygve tue ursula valborg vagner verner vigga vilma villum willy
    yrsa ulf urban ziggy ørnulf åse åge-emil abdelkarim abshir adem adnan afonso aimee akram alban aldona
    almir amadou anouk anwar arben ardian aram armando arta asad asli ayub azad aziz bahar baran basma
    behrouz berat beatriz besim biljana blerta bojan boris brigita burhan cansu cemal chiara clement corina
    dalia danijel dardan dejan delphine dilan dragan dusan edina edvin emmanuel enes erdal erkan esra
    eugenia fabian fahad faisal farid farhad fatmir fatuma faisa filiz flavia floarea gashi ghada giorgi
    gizem goran grazyna gulay habib hadi halima hamid haris hasan hedi hevin hodan hussam idris ifrah ilhan
    ilir ilona imran inês irfan isra ivana ivo jabril jadranka jaroslav jasmina jasna javed joanna jovana
    jurgen kadir kamal kamila kareem kemal keziah kofi kwame lamar lara latifa lejla leyla ljiljana lorena
    ludmila luan lucjan maamoun madina magda mahad maida majid malika manal marek marija marta masoud matteo
    meryem mette-line mirela mirjana mirza mirko murat musa nabil nada nadeem nadira naima najib narin nasir
    natasa nawal nebojsa nermin nevena nikos nimo nisa nizar noura oksana omran orhan pawel petar predrag
    qasim radoslaw rafael rafiq ragnhild rania reem refik reza rima rojin roxana rukia saadia sabah sadia
    safiya sahra said salah saman sami-emil sanel sara-line sead selim semra senada serkan shabnam shukri
    siham sinan slavica slobodan sofiane soraya suad sule sumeya tahir tarek tatjana teodora tijana tomislav
    ugur umut valentina vesna vasile veronika viktoria violeta vjosa waleed wafa wioletta xavier yahya yara
    yasar yonas yordan yusra zahid zakaria zana zdenka zeljko zofia zoran zuhal austin bethany blake bradley
    brett bryce callum cedric chad chelsea clinton colin courtney dale darren dean denise desmond doris
    dwayne earl eileen elaine ellis ernest eugene fiona floyd gareth gavin geoffrey gerald gilbert gillian
    glenn gordon grace graham gwendolyn harvey hazel heather herbert howard hugh irving jasper jeremy jill
    jocelyn joel jordan-lee josephine joyce kathleen keith kirk lamont lloyd lorraine louis lucille lynn
    marcus marjorie marvin maureen mildred milton monique nigel norma norman percy phyllis quentin ralph
    randall raymond reginald rhonda rodney roger roland roxanne rupert russell sally shane sheila shirley
    sidney spencer stacey stanley stewart stuart tamara terrence theodore tracy trevor valerie vernon
    vincent virgil wallace wanda warren wayne wendy wesley wilbur winston yvonne
    """
)

SURNAMES = _words(
    """
    aagaard abildgaard abrahamsen adamsen agerbo agerholm albertsen albrechtsen ambrosen ammitzbøll ankersen
    antonsen arendt arentsen asmussen augustesen bagger balslev bangsgaard bay bernhardsen bertram-larsen
    bille birch bisgaard bjørnsen blicher boel boesen bojesen boll borre borup brask bredahl brink brix
    brock brogaard bro-jørgensen brøndum buhl busk bojsen bülow byskov bæk bækgaard bøgh bønnelykke
    carstensen christophersen damsgaard davidsen degn dideriksen dinesen ditlevsen dreyer drejer dueholm
    dupont-madsen ebbesen egeberg egelund eilersen elkjær ellegaard elmquist engberg erbs eskesen esbensen
    eskildsen fabricius fabrin falk faurholt fauerholdt filtenborg fisker-olsen fjeldsted flindt fogh
    folkmann foged frost fuglsang fønss gade-nielsen gadegaard galsgaard gammelgaard gertsen gissel glerup
    gottlieb graversen green-pedersen greisen grove grønbech grønning gundersen guldager haagensen haahr
    hagensen halkjær hammershøj hartvigsen hasselbalch haugaard haurum hauge hegelund heiberg hejlesen helbo
    hemmingsen henningsen hertz hilligsøe hindkjær hjelm hjuler hoff hvass hviid hylleberg højgaard
    høj-madsen høgh iskov isager ishøy-lund jacobi jaeger jelstrup jeberg johannsen josefsen jonassen
    josephsen juel juhler junker justesen jæger kallesen kallehauge kamp kappel karstensen kehlet kejser
    kildegaard kirk-olsen kjellerup klausen klinge klitgaard knak kofoed kolding-bruun korsgaard krabbe
    kragelund krebs krag krøyer kvist kyed ladefoged lange langballe langkjær lehmann leth levinsen
    lindegaard lindholm lindhardt ludvigsen lunde lundgaard lykkegaard lyngsø løgstrup løvgreen mahler
    malling marcussen mark-hansen markussen matzen mejer meldgaard melgaard michelsen mathiasen munch munk
    mygind møgelvang mølgaard mørch nedergaard neergaard nicolaisen nikolajsen nordentoft norup nymann
    nymark nyholm nørrelund odgaard olander okkels olufsen oxholm pagh pallesen palsgaard pank panduro
    peitersen philipsen pihl pilegaard ploug prip quist raahauge raben raun ravnsborg-gjertsen reimer
    refsgaard riis ringgaard rohde rosager rosenkilde roed rovsing rudbeck ryberg rømer rønn sandager
    sandberg saxild schack schjødt schiøler secher severinsen sinding skaarup skipper skjødt skovgaard
    skriver smedegaard sommer sonne spangsberg sparre staal stage steenberg stender stokholm storgaard
    strunge stubkjær svane svarre sylvest søgaard sølvsten tang tarp teglgaard terkildsen thaarup therkelsen
    thestrup thomassen thrane tind tofte toftegaard torp tranberg trolle tved udsen uhrenholt ulriksen urup
    vad vadstrup valentin vang vedel vestermark viborg-lind vilsen vind vognsen volf voss wad wedel weis
    wendelboe werge westh wiborg windfeld winkel worm wulff zachariassen zeuthen ørum ørskov åkjær abubakar
    acheampong adebayo agbaje akhtar aksoy al-masri alvarez antonescu asante avdic aziz-khan bah balogun
    barakat basic begic benali berisha bajrami boateng bozkurt cakir castillo chavez chukwu cissé cohen
    constantin contreras coskun dacosta danso dedic delgado demirci dervishi diallo diaz dimitrov djordjevic
    dragomir duran elmi eze fernandes fontaine fofana gashi georgiou gomez gonçalves grabowski guerrero
    gunes guzman haddad hadi haidari hamidi hasani haxhiu hirsi hodzic hoxha ibrahimovic ismaili jafari jama
    jankowski jankovic jimenez kamara karimi kacmaz kapoor karaca kasap kelmendi keskin khalil khoury kilic
    koroma korkmaz kovacevic krasniqi kozlowski lahlou le-roux lopes lukic magomedov mahamud mansour marin
    martins mazur medina mehmeti mendes mendoza mensah milosevic moghaddam moldovan moreno morina mostafa
    munteanu mutlu naderi najafi nasser ndiaye nikolov nkosi noorzai novakovic nowicki nur obradovic okafor
    okonkwo olawale ortiz osei ozdemir owusu pavlovic pawlak petkovic polat popa qureshi radu rahimi ramos
    rashidi reyes rezaei rivera romero ruiz sadiqi safi salah saleh samadi sanogo sari savic sesay shala
    sharif shirazi siddiqui simsek soares stankovic stefanovic stoica sultani suleiman szymanski tahiri
    tanaka tasdemir tekin todorov toure traore tufekci tunc turan ustun vargas vasquez vukovic wozniak yavuz
    yeboah yildirim zahedi zamani zivkovic abbott ainsworth aldridge appleton armitage ashworth atkinson
    baldwin barlow barnett beaumont bickerstaff blackwood bowden bradshaw brewster buckley burgess burnham
    caldwell chadwick chamberlain clayton cochrane collier connolly crabtree crawford cunningham dalton
    dawson dempsey dickinson doherty drummond duckworth eastwood ellison entwistle fairclough farrington
    fenton fitzgerald fletcher forsyth gallagher gibbons gilchrist goddard goodwin greenwood hargreaves
    hathaway hawkins henderson higgins holloway hutchinson ingram jefferson kavanagh kendrick kirkpatrick
    lancaster langley livingston lockhart mccarthy mcdonald mcgregor mckenzie merriweather montgomery
    mulligan neville northcott o'brien o'connor o'neill ogden oldham osborne pemberton pickering prescott
    quigley radcliffe rafferty ramsay redmond rutherford saunders sheridan sinclair stapleton sutherland
    tattersall thackeray thornton underwood vaughan wainwright wakefield wetherby whitaker whittington
    winterbottom woodhouse
    """
)

STREETS = _words(
    """
    Aprilvej Bakkevænget Birkealleen Bøgevej Drosselstræde Egernvænget Elmegade Enghavevej Fasanvænget
    Fjordvej Frugtparken Fuglebakken Grønnegade Hasselvej Havnegade Hedevej Hyldevænget Ibsgade Jernbanegade
    Kastanievej Kirkestræde Kløvervænget Kongevejen Lindealle Lærkevej Mejsevænget Møllevangen Mågevej
    Nygade Nørregade Overgade Parkvej Pilealle Poppelvej Ravnebakken Ringgaden Rosenstræde Rugtoften
    Rønnevej Skolegade Skovbakken Solbakken Strandvejen Søndergade Torvegade Tværvej Vestergade Vibevej
    Violvænget Østerbrogade Åboulevarden Ørnekrogen
    """
)
NAMED_STREETS = [
    "Niels Bohrs Vej",
    "Ole Rømers Gade",
    "Johan Skjoldborgs Vej",
    "Sankt Knuds Plads",
    "Carl Nielsens Alle",
]
ENGLISH_STREETS = [
    "High Street",
    "Mill Lane",
    "Victoria Road",
    "Park Avenue",
    "Station Road",
    "Church Lane",
    "Elm Drive",
]
TOWNS = _words(
    """
    Præstø Ærøskøbing Hasle Skælskør Tisvilde Galten Hinnerup Bramming Tarm Bjerringbro Løgstør Sæby Ølgod
    Aars Hurup Stege Bogense Assens Ringe Gråsten Toftlund Brædstrup Juelsminde Ebeltoft Tørring Vamdrup
    Rødby Dianalund Jyllinge Fårevejle Gilleleje Helsinge Slangerup Skævinge Gørlev Fuglebjerg Glumsø
    Karrebæksminde Rønnede Hårlev Borup Herfølge Viby Tølløse Svinninge Jyderup Ruds-Vedby Stenlille Høng
    Korsør
    """
)
DOMAINS = [
    "posteo.dk",
    "firma-nord.dk",
    "example.com",
    "mail.example.org",
    "kommune.eksempel.dk",
    "uni.example.ac.uk",
]

NEUTRAL_HEADERS = ["v1", "x17", "col_3", "field", "kolonne4", "q2b", "extra", "felt", "var_12", "unnamed"]

FILLER = _words(
    """
    han kom sent til aftalen og virkede træt men ville gerne fortsætte med forløbet næste uge hvor vi skal
    tale om arbejde bolig gæld familie skole fritid kontakt kommunen hvad der kan gøres nu hun har talt sin
    mor flytning økonomi ny læge mangler nøgle busser gik ikke derfor blev mødet aflyst igen bedre stemning
    end sidst client missed the session because of a job interview and asked to move it another day feels
    calmer sleeps badly wants contact his daughter found flat near work paid back some debt angry about
    letter from court
    """
)


def counted(cells: list[str]) -> dict[str, int]:
    """Distinct cells with how often each stands."""
    return dict(Counter(cells))


def header(random: Random) -> str:
    return random.choice(NEUTRAL_HEADERS)


def size(random: Random) -> int:
    return random.randint(8, 16)


def people(random: Random) -> int:
    """Where spelling alone decides, ten names and more are needed."""
    return random.randint(12, 24)


def birthday(random: Random) -> date:
    return date(1945, 1, 1) + timedelta(days=random.randrange(60 * 365))


def sentence(random: Random) -> str:
    words = random.sample(FILLER, random.randint(5, 9))
    return " ".join(words).capitalize() + "."


def in_a_note(random: Random, identifier: str) -> dict[str, int]:
    """A column of notes, one of which holds an identifier."""
    notes = [sentence(random) for _ in range(size(random))]
    place = random.randrange(len(notes))
    words = notes[place].split()
    words.insert(random.randrange(len(words)), identifier)
    notes[place] = " ".join(words)
    return counted(notes)


# Personal numbers


def cpr(random: Random, form: str) -> str:
    day = birthday(random)
    dd, mm, yy = f"{day.day:02}", f"{day.month:02}", f"{day.year % 100:02}"
    serial = f"{random.randrange(10_000):04}"
    if form == "shifted":
        return f"{int(dd) + 60}{mm}{yy}-{serial}"
    if form == "lettered":
        letters = "".join(random.choices("ABCDEFGHJK", k=2))
        return f"{dd}{mm}{yy}-" + random.choice([letters + serial[:2], serial[:2] + letters])
    if form == "full_width":
        return f"{dd}{mm}{yy}-{serial}".translate({ord(str(n)): 0xFF10 + n for n in range(10)})
    if form == "zero_lost":
        return str(int(f"{dd}{mm}{yy}{serial}"))
    return form.format(dd=dd, mm=mm, yy=yy, yyyy=day.year, serial=serial)


CPR_FORMS = (
    "{dd}{mm}{yy}-{serial}",
    "{dd}{mm}{yy}{serial}",
    "{dd}{mm}{yy} {serial}",
    "{dd}{mm}{yy}.{serial}",
    "{dd}{mm}{yy}/{serial}",
    "{dd}{mm}{yy}\u2013{serial}",
    "{dd}{mm}{yy}\u00a0{serial}",
    "{dd}{mm}{yy} - {serial}",
    "{dd} {mm} {yy} {serial}",
    "{dd}.{mm}.{yy}-{serial}",
    "{dd}-{mm}-{yy}-{serial}",
    "{dd}{mm}{yyyy}-{serial}",
    "zero_lost",
    "shifted",
    "lettered",
    "full_width",
)


def cpr_column(random: Random) -> Column:
    form = random.choice(CPR_FORMS)
    return header(random), counted([cpr(random, form) for _ in range(size(random))])


def cpr_in_a_note(random: Random) -> Column:
    form = random.choice([form for form in CPR_FORMS if form != "zero_lost"])
    return header(random), in_a_note(random, cpr(random, form))


def cpr_text(random: Random) -> str:
    return next(note for note in cpr_in_a_note(random)[1] if any(sign.isdigit() for sign in note))


# Names


def person(random: Random, form: str) -> str:
    first, second = random.choice(FIRST_NAMES).title(), random.choice(FIRST_NAMES).title()
    last = random.choice(SURNAMES).title()
    return form.format(first=first, second=second, last=last, initial=second[0])


NAME_FORMS = (
    "{first} {last}",
    "{first} {last}",
    "{first} {initial}. {last}",
    "{first} {second} {last}",
    "{last}, {first}",
    "{last}, {first} {initial}.",
    "{last} {first}",
    "{initial}. {last}",
)


def name_column(random: Random) -> Column:
    form, case = random.choice(NAME_FORMS), random.choice([str, str, str.upper, str.lower])
    return header(random), counted([case(person(random, form)) for _ in range(people(random))])


def name_events_column(random: Random) -> Column:
    """Names that repeat, as in a table of events."""
    names = [person(random, "{first} {last}") for _ in range(people(random))]
    return header(random), {name: random.randint(1, 6) for name in names}


def first_name_column(random: Random) -> Column:
    names = [random.choice(FIRST_NAMES).title() for _ in range(random.randint(20, 60))]
    return header(random), counted(names)


def headed_name_column(random: Random) -> Column:
    form, title = random.choice(
        [("{first}", "Fornavn"), ("{last}", "efternavn"), ("{first} {last}", "navn"), ("{last}", "Surname"),
         ("{first}", "first_name"), ("{last}, {first}", "Name"), ("{first}", "klient_navn")]
    )  # fmt: skip
    return title, counted([person(random, form) for _ in range(random.randint(5, 20))])


# Ways to reach somebody


PLAIN_LETTERS = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "ö": "o", "ü": "u", "ç": "c", "ê": "e", "é": "e"}
)


def plain_letters(word: str) -> str:
    return word.replace("'", "").translate(PLAIN_LETTERS)


def email(random: Random) -> str:
    first, last = plain_letters(random.choice(FIRST_NAMES)), plain_letters(random.choice(SURNAMES))
    local = random.choice(
        [f"{first}.{last}", f"{first[0]}{last}", f"{last}{random.randrange(99)}", f"{first}_{last}+x"]
    )
    at = random.choice(["@", "@", "@", "@", " (at) ", "[at]"])
    return f"{local}{at}{random.choice(DOMAINS)}"


def email_column(random: Random) -> Column:
    if random.random() < 0.5:
        return header(random), in_a_note(random, email(random))
    return header(random), counted([email(random) for _ in range(size(random))])


def email_text(random: Random) -> str:
    return f"{sentence(random)} {email(random)} {sentence(random)}"


def phone(random: Random, form: str) -> str:
    pairs = [f"{random.randrange(20, 100)}", *(f"{random.randrange(100):02}" for _ in range(3))]
    a, b, c, d = pairs
    return form.format(a=a, b=b, c=c, d=d, area=random.randrange(201, 989), mid=random.randrange(200, 999))


CERTAIN_PHONES = (
    "+45 {a} {b} {c} {d}",
    "+45{a}{b}{c}{d}",
    "+45 {a}{b} {c}{d}",
    "0045 {a} {b} {c} {d}",
    "+46 70-{mid} {c} {d}",
    "+44 7{b}0 {mid}{c}{d}",
    "+1 ({area}) {mid}-{a}{b}",
    "tlf. {a} {b} {c} {d}",
    "Telefon: {a}{b}{c}{d}",
    "mobil {a}{b}{c}{d}",
    "({area}) {mid}-{a}{b}",
)
COLUMN_PHONES = (
    *CERTAIN_PHONES,
    "{a} {b} {c} {d}",
    "{a}-{b}-{c}-{d}",
    "{a}{b} {c}{d}",
    "{area}-{mid}-{a}{b}",
)


def phone_column(random: Random) -> Column:
    which = random.randrange(3)
    if which == 0:
        return header(random), in_a_note(
            random, phone(random, random.choice([*CERTAIN_PHONES, "{a} {b} {c} {d}"]))
        )
    if which == 1:
        title = random.choice(["tlf", "Telefonnr.", "mobil", "phone_number", "Mobile"])
        return title, counted([phone(random, "{a}{b}{c}{d}") for _ in range(size(random))])
    form = random.choice(COLUMN_PHONES)
    return header(random), counted([phone(random, form) for _ in range(size(random))])


def phone_text(random: Random) -> str:
    form = random.choice([*CERTAIN_PHONES, "{a} {b} {c} {d}"])
    return f"{sentence(random)} {phone(random, form)}. {sentence(random)}"


def address(random: Random) -> str:
    number = f"{random.randint(1, 199)}{random.choice(['', '', 'A', ' B'])}"
    street = random.choice([random.choice(STREETS), random.choice(NAMED_STREETS)])
    floor = random.choice(["", "", ", st. tv.", ", 2. th", ", 1. sal", ", 3. mf."])
    town = random.choice(["", f", {random.randint(1000, 9990)} {random.choice(TOWNS)}"])
    if random.random() < 0.15:
        return f"{random.randint(1, 250)} {random.choice(ENGLISH_STREETS)}"
    return f"{street} {number}{floor}{town}"


def address_column(random: Random) -> Column:
    which = random.randrange(4)
    if which == 0:
        return header(random), in_a_note(random, address(random))
    if which == 1:
        places = [f"{random.randint(1000, 9990)} {random.choice(TOWNS)}" for _ in range(size(random))]
        return header(random), counted(places)
    case = random.choice([str, str, str.upper, str.lower])
    return header(random), counted([case(address(random)) for _ in range(size(random))])


def address_text(random: Random) -> str:
    return f"{sentence(random)} {address(random)}. {sentence(random)}"


# Numbers that others keep


def iban(random: Random) -> str:
    country, length = random.choice([("DK", 14), ("DK", 14), ("DE", 18), ("NO", 11), ("SE", 20), ("PL", 24)])
    account = "".join(random.choices("0123456789", k=length))
    check = 98 - int("".join(str(int(sign, 36)) for sign in account + country + "00")) % 97
    whole = f"{country}{check:02}{account}"
    spaced = " ".join(whole[place : place + 4] for place in range(0, len(whole), 4))
    return random.choice([whole, spaced])


def danish_account(random: Random) -> str:
    branch, account = random.randint(2100, 9999), random.randrange(10**9, 10**10)
    return random.choice(["{0} {1}", "{0}-{1}"]).format(branch, account)


def account_column(random: Random) -> Column:
    which = random.randrange(3)
    if which == 0:
        spoken = f"reg. 2345 konto {danish_account(random)[5:]}"
        return header(random), in_a_note(random, random.choice([iban(random), spoken]))
    return header(random), counted(
        [(iban if which == 1 else danish_account)(random) for _ in range(size(random))]
    )


def account_text(random: Random) -> str:
    return f"{sentence(random)} {iban(random)} {sentence(random)}"


def digest(random: Random, form: str) -> str:
    secret = cpr(random, "{dd}{mm}{yy}{serial}").encode()
    if form == "base64":
        return base64.b64encode(hashlib.sha256(secret).digest()).decode()
    written = hashlib.new(form.lower(), secret).hexdigest()
    return written if form.islower() else written.upper()


def hash_column(random: Random) -> Column:
    form = random.choice(["md5", "sha1", "sha256", "MD5", "base64"])
    return header(random), counted([digest(random, form) for _ in range(size(random))])


def hash_text(random: Random) -> str:
    form = random.choice(["md5", "sha1", "sha256", "MD5"])
    return f"{sentence(random)} {digest(random, form)} {sentence(random)}"


def case_number(random: Random) -> str:
    n = random.randrange
    return random.choice(
        [
            f"{n(100, 6000):04}-{n(100_000):05}-{n(100_000):05}-{n(100):02}",
            f"SS {n(1, 40)}-{n(100, 9999)}/{n(2000, 2026)}",
            f"{n(1, 60)}-{n(100, 99999)}/{n(2000, 2026)}",
            f"BS-{n(100, 99999)}/{n(2000, 2026)}-KBH",
            f"j.nr. {n(2000, 2026)}-{n(10_000, 99_999)}",
        ]
    )


def case_column(random: Random) -> Column:
    if random.random() < 0.5:
        return header(random), in_a_note(random, case_number(random))
    if random.random() < 0.3:
        numbers = [f"{random.randrange(2000, 2026)}{random.randrange(10**5):05}" for _ in range(size(random))]
        return random.choice(["sagsnr", "Journalnummer", "case_no", "docket"]), counted(numbers)
    return header(random), counted([case_number(random) for _ in range(size(random))])


def case_text(random: Random) -> str:
    return f"{sentence(random)} {case_number(random)} {sentence(random)}"


def organisation_column(random: Random) -> Column:
    digits = random.choice([8, 8, 10])
    cells = [str(random.randrange(10 ** (digits - 1), 10**digits)) for _ in range(size(random))]
    return random.choice(
        ["CVR", "cvr_nr", "CVR-nummer", "cvrnummer"] if digits == 8 else ["p_nummer"]
    ), counted(cells)


# Births, machines, places, prose

DATE_FORMS = (
    "%Y-%m-%d",
    "%d-%m-%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%y",
    "%Y%m%d",
    "%d%m%Y",
    "%Y-%m-%d 00:00:00",
    "%m/%d/%Y",
)


def birth_column(random: Random) -> Column:
    form = random.choice(DATE_FORMS)
    if random.random() < 0.5:
        title = random.choice(["foedselsdato", "Fødselsdato", "dob", "birth_date", "Date of birth", "født"])
        first, years = date(1940, 1, 1), 68
    else:
        title, first, years = header(random), date(1945, 1, 1), 60
    days = [first + timedelta(days=random.randrange(years * 365)) for _ in range(size(random))]
    return title, counted([day.strftime(form) for day in days])


def birth_text(random: Random) -> str:
    word = random.choice(["født", "fødselsdato:", "born", "date of birth", "f. født den"])
    day = birthday(random).strftime(random.choice(DATE_FORMS[:5]))
    return f"{sentence(random)} {word} {day}. {sentence(random)}"


def network_address(random: Random) -> str:
    byte = random.randrange
    if random.random() < 0.5:
        return ".".join(map(str, (byte(100, 224), byte(256), byte(256), byte(1, 255))))
    sign = random.choice([":", "-"])
    # A first byte with a letter: twelve digits in pairs could be anything.
    return sign.join([f"{byte(0xA0, 0x100):02x}", *(f"{byte(256):02x}" for _ in range(5))])


def network_column(random: Random) -> Column:
    if random.random() < 0.4:
        return header(random), in_a_note(random, network_address(random))
    return header(random), counted([network_address(random) for _ in range(size(random))])


def network_text(random: Random) -> str:
    return f"{sentence(random)} {network_address(random)} {sentence(random)}"


POSITION_FORMS = (
    "{0:.5f}, {1:.5f}",
    "({0:.4f}, {1:.4f})",
    "{0:.6f} {1:.6f}",
    "{0:.5f},{1:.5f}",
    "{0:.5f}N {1:.5f}E",
)


def position_column(random: Random) -> Column:
    north, east = random.uniform(54.6, 57.7), random.uniform(8.1, 12.6)
    form = random.choice(POSITION_FORMS)
    places = [(north + random.gauss(0, 0.2), east + random.gauss(0, 0.2)) for _ in range(size(random))]
    if random.random() < 0.3:
        return random.choice(["latitude", "lat", "gps_lat"]), counted([f"{place[0]:.5f}" for place in places])
    return header(random), counted([form.format(*place) for place in places])


def prose_column(random: Random) -> Column:
    notes = [sentence(random) for _ in range(size(random))]
    blank = {"": random.randint(0, 30)}
    return header(random), counted(notes) | blank


COLUMNS: dict[str, tuple[Callable[[Random], Column], ...]] = {
    "cpr": (cpr_column, cpr_in_a_note),
    "personal_name": (name_column, name_events_column, first_name_column, headed_name_column),
    "email": (email_column,),
    "phone": (phone_column,),
    "address": (address_column,),
    "bank_account": (account_column,),
    "hash": (hash_column,),
    "case_number": (case_column,),
    "organisation_number": (organisation_column,),
    "birth_date": (birth_column,),
    "network_address": (network_column,),
    "position": (position_column,),
    "free_text": (prose_column,),
}
"""Columns that hold a kind of identifier."""

TEXTS: dict[str, Callable[[Random], str]] = {
    "cpr": cpr_text,
    "email": email_text,
    "phone": phone_text,
    "address": address_text,
    "bank_account": account_text,
    "hash": hash_text,
    "case_number": case_text,
    "birth_date": birth_text,
    "network_address": network_text,
}
"""Sentences that hold one."""


# Ordinary columns of trial data: none of them points at anybody


def _any(*labels: str) -> Callable[[Random, int], list[str]]:
    """Labels of a category."""
    return lambda random, rows: [random.choice(labels) for _ in range(rows)]


def _each(cell: Callable[[Random], str]) -> Callable[[Random, int], list[str]]:
    """A cell drawn afresh for each row."""
    return lambda random, rows: [cell(random) for _ in range(rows)]


def _days(first: str, last: str, form: str = "%Y-%m-%d") -> Callable[[Random, int], list[str]]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return _each(lambda random: (start + timedelta(days=random.randrange((end - start).days))).strftime(form))


def _running(form: str, first: int = 1) -> Callable[[Random, int], list[str]]:
    return lambda random, rows: [form.format(number) for number in range(first, first + rows)]


CLEAN: dict[str, Callable[[Random, int], list[str]]] = {
    # numbers
    "week": _each(lambda r: str(r.randint(1, 52))),
    "days_to_reconviction": _each(lambda r: str(r.randint(0, 1825))),
    "followup_days": _each(lambda r: str(r.randint(10_000, 99_999))),
    "fines_kr": _each(lambda r: str(r.randint(500, 250_000))),
    "income": _each(lambda r: f"{r.randint(0, 900)}.{r.randint(0, 999):03},{r.randint(0, 99):02}"),
    "cost": _each(lambda r: f"{r.uniform(1, 900_000):.2f}"),
    "cost_exact": _each(lambda r: f"{r.uniform(100_000, 999_999):.4f}"),
    "share": _each(lambda r: f"{r.random():.10f}"),
    "percent": _each(lambda r: f"{r.uniform(0, 100):.1f} %".replace(".", ",")),
    "measurement": _each(lambda r: str(r.randrange(10**8, 10**9))),
    "counter": _each(lambda r: str(r.randrange(10**9, 10**10))),
    "record_number": _running("{:010}", 1_000_000_001),
    "serial_2012": _running("2012{:06}"),
    "row": _running("{:012}"),
    "barcode": _each(lambda r: str(r.randrange(10**12, 10**13))),
    "seconds_since_1970": _each(lambda r: str(r.randint(1_580_000_000, 1_720_000_000))),
    "stamp": _each(
        lambda r: f"{r.randint(20, 24)}{r.randint(1, 12):02}{r.randint(1, 28):02}{r.randint(7, 18):02}00"
    ),
    "n_cases": _each(lambda r: str(r.randint(0, 40))),
    "antal_sager": _each(lambda r: str(r.randint(0, 1200))),
    "score": _each(lambda r: str(r.randint(0, 54))),
    "z": _each(lambda r: f"{r.gauss(0, 1):+.9f}"),
    "small": _each(lambda r: f"{r.random() / 1e5:.3e}"),
    "change": _each(lambda r: f"{r.randint(-90, 90):+d}"),
    "interval": _each(lambda r: f"{(a := r.uniform(0.2, 1)):.4f}, {a + r.random():.4f}"),
    "interval_in_brackets": _each(lambda r: f"[{(a := r.uniform(-2, 1)):.3f}; {a + r.random():.3f}]"),
    "eight_digits": _each(lambda r: str(r.randrange(10**7, 10**8))),
    "two_years": _each(lambda r: f"{(y := r.randint(2005, 2022))} {y + 1}"),
    "birth_year": _each(lambda r: str(r.randint(1950, 2004))),
    "foedselsaar": _each(lambda r: str(r.randint(1950, 2004))),
    "age": _each(lambda r: str(r.randint(18, 70))),
    "duration": _each(lambda r: f"{r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02}"),
    "distance": _each(lambda r: f"{r.randint(10, 99)} {r.randint(100, 999)}"),
    # codes
    "municipality": _any("101", "147", "151", "157", "265", "461", "561", "607", "751", "851", "860"),
    "offence": _any("1110", "1131", "1310", "1320", "131035", "140510", "3220", "121098", "110165"),
    "offence_code": _each(
        lambda r: f"{r.choice([11, 12, 13, 14])}{r.randint(0, 99):02}{r.randint(0, 99):02}"
    ),
    "law": _any("STRFL § 244", "STRFL § 276", "LOV 2008-07-04 nr 616", "§ 3, stk. 1", "FÆRDSELSLOV § 53"),
    "diagnosis": _any("F10.2", "F11.1", "F20.0", "F60.31", "F90.0", "DZ032"),
    "medicine": _any("N07BC02", "N05BA01", "N06AB06", "N05AH03"),
    "trade": _any("41.20.00", "43.32.00", "56.10.10", "01.11.00", "84.23.00"),
    "section": _each(lambda r: ".".join(str(r.randint(1, 12)) for _ in range(4))),
    "version": _any("1.2.3", "1.10.0", "2024.1.15.2"),
    "colour": _each(lambda r: f"#{r.randrange(16**6):06x}"),
    "commit": _each(lambda r: f"{r.randrange(16**8):08x}"),
    "release_sha256": _any(hashlib.sha256(b"").hexdigest()),
    "unit": _running("A-{:04}"),
    "kit": _each(lambda r: f"{r.choice('ABCDE')}{r.randint(100, 999)}-{r.randint(10, 99)}"),
    "reference": _running("2024-{:07}"),
    "mentor": _each(lambda r: f"M{r.randint(1, 30):02}"),
    "block": _each(lambda r: f"{r.randint(1, 9)}/{r.randint(1, 4)}"),
    "key": _each(lambda r: str(uuid.UUID(int=r.getrandbits(128)))),
    "occupation_code": _any("7115", "5131", "9313", "8332", "2221"),
    "short_code": _each(lambda r: "".join(r.choices("ABCDEFGHJKLMNP", k=3))),
    "answers": _each(lambda r: "".join(r.choices("01239", k=20))),
    # days
    "decision_date": _days("2015-01-01", "2024-12-31"),
    "decided": _days("2012-01-01", "2023-12-31", "%d-%m-%Y"),
    "released": _days("2016-01-01", "2024-06-30", "%Y%m%d"),
    "ended": _days("2018-01-01", "2024-06-30", "%d.%m.%y"),
    "seen": _days("2018-01-01", "2024-06-30", "%d%m%y"),
    "interview": _days("2020-01-01", "2023-06-30", "%Y-%m-%d 00:00:00"),
    "trial_1970s": _days("1971-10-01", "1974-06-30"),
    "month": _days("2015-01-01", "2024-12-31", "%Y-%m"),
    "iso_week": _days("2015-01-01", "2024-12-31", "%G-W%V"),
    "in_words": _days("2019-01-01", "2024-12-31", "%d %B %Y"),
    "quarter": _any("2020Q1", "2020Q2", "2020Q3", "2020Q4", "2021Q1"),
    # labels
    "arm": _any("Mentor", "Control"),
    "arm_label": _any("Financial aid", "Treatment as usual"),
    "wave": _any("Baseline", "Month 3", "Month 6", "Wave 2", "Wave 12"),
    "prison": _any(
        "Vridsløselille",
        "Enner Mark",
        "Jyderup",
        "Nyborg",
        "Vestre Fængsel",
        "Sdr. Omme",
        "Møgelkær",
        "Ringe",
    ),
    "prison_name": _any(
        "Enner Mark Fængsel", "Storstrøm Fængsel", "Herstedvester Fængsel", "Horserød Fængsel"
    ),
    "kommune_navn": lambda r, n: [r.choice(_MUNICIPALITIES) for _ in range(n)],
    "bopaelskommune": lambda r, n: [r.choice(_MUNICIPALITIES) for _ in range(n)],
    "police_district": _any(
        "Nordjyllands Politi",
        "Østjyllands Politi",
        "Midt- og Vestjyllands Politi",
        "Sydøstjyllands Politi",
        "Syd- og Sønderjyllands Politi",
        "Fyns Politi",
        "Midt- og Vestsjællands Politi",
        "Nordsjællands Politi",
        "Sydsjællands og Lolland-Falsters Politi",
        "Københavns Vestegns Politi",
        "Københavns Politi",
        "Bornholms Politi",
    ),
    "court": _any(
        "Retten i Glostrup", "Retten i Aarhus", "Københavns Byret", "Retten i Esbjerg", "Vestre Landsret"
    ),
    "nationality": _any("Danish", "Turkish", "Somali", "Polish", "Romanian", "Iraqi", "Syrian", "Lithuanian"),
    "statsborgerskab": _any("Danmark", "Tyrkiet", "Somalia", "Polen", "Rumænien", "Irak", "Statsløs"),
    "education": _any(
        "Grundskole",
        "Gymnasial uddannelse",
        "Erhvervsfaglig uddannelse",
        "Kort videregående",
        "Mellemlang videregående",
        "Lang videregående uddannelse",
        "Uoplyst",
    ),
    "offence_label": _any(
        "Vold", "Tyveri", "Røveri", "Simple assault", "Hærværk", "Brugstyveri", "Trusler", "Bedrageri"
    ),
    "offence_text": _any(
        "Overtrædelse af straffelovens § 244 (simpel vold)",
        "Overtrædelse af færdselslovens § 53",
        "Vold mod offentlig myndighed",
        "Indbrud i beboelse",
        "Salg af narkotika mv.",
        "Ulovlig omgang med hittegods",
    ),
    "coded_label": _any(
        "1110 Vold", "1131 Trusler", "1310 Tyveri", "1320 Indbrud", "1440 Hærværk", "3220 Våbenlov"
    ),
    "trade_label": _any(
        "Tømrer",
        "Murer",
        "Lagerarbejder",
        "Chauffør",
        "Kok",
        "Tjener",
        "Rengøringsassistent",
        "Pædagogmedhjælper",
        "Smed",
        "Maler",
        "Elektriker",
        "Gartner",
        "Ufaglært",
        "Fisker",
        "Slagter",
        "Buschauffør",
        "Dørmand",
        "Vikar",
    ),
    "occupation": _any(
        "Forklift Operator",
        "Truck Driver",
        "Line Cook",
        "Roofer",
        "Security Guard",
        "Dishwasher",
        "Welder",
        "Machine Operator",
        "Landscaper",
        "Sales Assistant",
        "Construction Labourer",
        "Barber",
        "Delivery Rider",
        "Warehouse Picker",
        "Kitchen Porter",
        "Mechanic",
        "Car Washer",
        "Farm Hand",
        "Bricklayer",
        "Plasterer",
    ),
    "programme": _any(
        "Thinking for a Change",
        "Reasoning and Rehabilitation",
        "High on Life",
        "Aggression Replacement Training",
    ),
    "housing": _any("Egen bolig", "Hos forældre", "Herberg", "Hjemløs", "Institution"),
    "marital_status": _any("Married", "Single", "Divorced", "Widowed", "Cohabiting"),
    "language": _any(
        "Dansk", "Arabisk", "Somali", "Tyrkisk", "Engelsk", "Polsk", "Urdu", "Farsi", "Kurdisk", "Dari"
    ),
    "drug": _any(
        "Cannabis", "Kokain", "Amfetamin", "Heroin", "Alkohol", "Ketamin", "Tramadol", "Pregabalin", "GHB"
    ),
    "scale_item": _any(
        "Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree"
    ),
    "age_band": _any("18\u201324", "25\u201334", "35\u201344", "45+"),
    "sentence": _each(lambda r: f"{r.randint(0, 9)} years {r.randint(0, 11)} months {r.randint(0, 29)} days"),
    "dom": _each(lambda r: f"Fængsel {r.randint(1, 60)} mdr., heraf {r.randint(1, 12)} betinget"),
    "yes": _any("ja", "nej", "ved ikke", ""),
    "flag": _any("TRUE", "FALSE"),
    "empty": _any(""),
    "missing": _any("NA", "", ".", "ukendt"),
    "training_place": _any("Praktikplads 1", "Praktikplads 2", "Afdeling 12", "Brigade 3", "Klasse 8"),
    "day": _any("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}

_MUNICIPALITIES = _words(
    """
    Albertslund Allerød Assens Ballerup Billund Bornholm Brøndby Brønderslev Dragør Egedal Esbjerg Fanø
    Favrskov Faxe Fredensborg Fredericia Frederiksberg Frederikshavn Frederikssund Furesø Gentofte Gladsaxe
    Glostrup Greve Gribskov Guldborgsund Haderslev Halsnæs Hedensted Helsingør Herlev Herning Hillerød
    Hjørring Holbæk Holstebro Horsens Hvidovre Høje-Taastrup Hørsholm Ikast-Brande Ishøj Jammerbugt
    Kalundborg Kerteminde Kolding København Køge Langeland Lejre Lemvig Lolland Lyngby-Taarbæk Læsø
    Mariagerfjord Middelfart Morsø Norddjurs Nordfyns Nyborg Næstved Odder Odense Odsherred Randers Rebild
    Ringkøbing-Skjern Ringsted Roskilde Rudersdal Rødovre Samsø Silkeborg Skanderborg Skive Slagelse Solrød
    Sorø Stevns Struer Svendborg Syddjurs Sønderborg Thisted Tønder Tårnby Vallensbæk Varde Vejen Vejle
    Vesthimmerland Viborg Vordingborg Ærø Aabenraa Aalborg Aarhus
    """
)


def clean_column(title: str, rows: int, seed: int) -> Column:
    """An ordinary column of some length."""
    return title, counted(CLEAN[title](Random(seed), rows))
