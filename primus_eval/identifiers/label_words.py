"""Ordinary words of trial data, written down by hand: what a column of labels, places or trades is made of.

They speak against a personal name, and teach `names.py` how words that are no names are spelt. Danish
municipalities, prisons and countries stand here because they are written like names and are not.
"""

from __future__ import annotations

from primus_eval.identifiers.plain import words_of

PLACES = words_of(
    """
    alabama alaska arizona arkansas colorado connecticut delaware hawaii idaho illinois indiana iowa
    kansas kentucky louisiana maine massachusetts michigan minnesota mississippi missouri montana nebraska
    nevada hampshire jersey carolina dakota oklahoma oregon pennsylvania tennessee utah vermont wisconsin
    wyoming columbia albertslund allerød assens ballerup billund bornholm brøndby brønderslev dragør
    egedal esbjerg fanø favrskov faxe fredensborg fredericia frederiksberg frederikshavn frederikssund
    furesø gentofte gladsaxe glostrup greve gribskov guldborgsund haderslev halsnæs hedensted helsingør
    herlev herning hillerød hjørring holbæk holstebro horsens hvidovre høje hørsholm ikast ishøj
    jammerbugt kalundborg kerteminde kolding køge københavn langeland lejre lemvig lolland lyngby læsø
    mariagerfjord middelfart morsø norddjurs nordfyns nyborg næstved odder odense odsherred randers rebild
    ringkøbing ringsted roskilde rudersdal rødovre samsø silkeborg skanderborg skive slagelse solrød sorø
    stevns struer svendborg syddjurs sønderborg thisted tønder tårnby vallensbæk varde vejen vejle
    vesthimmerland viborg vordingborg ærø aabenraa aalborg aarhus århus ålborg hovedstaden sjælland
    syddanmark midtjylland nordjylland jylland fyn amager nørrebro vesterbro østerbro valby vanløse grenaa
    hobro ribe skagen vojens taastrup nakskov maribo vridsløselille jyderup enner mark herstedvester
    renbæk sdr omme søbysøgård kragskovhede møgelkær ringe storstrøm nørre snede nr kærshovedgård horserød
    ellebæk vestre hammel skejby brøns lyng sønder vester øster nordre london birmingham manchester leeds
    liverpool bristol glasgow edinburgh cardiff dublin baltimore boston chicago york oslo bergen stockholm
    malmö göteborg helsinki berlin hamburg paris lyon madrid rome brussels amsterdam warsaw prague texas
    florida ohio maryland california georgia virginia pentonville brixton wandsworth belmarsh dartmoor
    denmark sweden norway finland iceland germany france spain italy poland romania bulgaria greece turkey
    syria iraq iran somalia afghanistan pakistan india china vietnam lebanon morocco tunisia algeria egypt
    eritrea ethiopia nigeria ghana kenya uganda russia ukraine belarus lithuania latvia estonia hungary
    austria switzerland netherlands belgium portugal ireland scotland wales england britain kingdom states
    america canada mexico brazil chile argentina australia japan korea thailand philippines bosnia serbia
    croatia slovenia slovakia kosovo albania macedonia montenegro moldova armenia azerbaijan jordan
    palestine israel yemen libya sudan kuwait nepal bangladesh danmark sverige norge island grønland
    færøerne tyskland frankrig spanien italien polen rumænien bulgarien grækenland tyrkiet syrien irak
    rusland litauen letland estland ungarn østrig schweiz holland belgien storbritannien kina libanon
    marokko tunesien algeriet egypten etiopien kroatien serbien bosnien-hercegovina makedonien indien
    statsløs danish swedish norwegian finnish icelandic german french spanish italian polish romanian
    bulgarian greek turkish syrian iraqi iranian somali afghan pakistani indian chinese vietnamese
    lebanese moroccan russian ukrainian british american dutch belgian austrian hungarian lithuanian
    latvian estonian bosnian serbian croatian albanian african asian european arabic kurdish english irish
    scottish welsh japanese thai dansk svensk norsk finsk islandsk tysk fransk spansk italiensk polsk
    rumænsk bulgarsk græsk tyrkisk syrisk irakisk iransk somalisk afghansk pakistansk indisk kinesisk
    libanesisk marokkansk russisk ukrainsk engelsk amerikansk hollandsk arabisk kurdisk bosnisk serbisk
    albansk litauisk lettisk grønlandsk færøsk january february march april may june july august september
    october november december januar februar marts maj juni juli oktober monday tuesday wednesday thursday
    friday saturday sunday mandag tirsdag onsdag torsdag fredag lørdag søndag spring summer autumn winter
    forår sommer efterår vinter gambia senegal mali niger tchad angola zambia cuba peru bolivia ecuador
    colombia venezuela panama haiti jamaica malta cypern georgien armenien kasakhstan mongoliet sudanese
    kenyan gambian algerian tunisian cuban colombian georgian armenian
    """
)

ORDINARY = words_of(
    """
    lutheran catholic protestant muslim islam sunni shia buddhist hindu jewish orthodox baptist methodist
    mormon sikh atheist agnostic katolik muslimsk jødisk buddhistisk pashto dari urdu hindi bengali tamil
    mandarin cantonese swahili amharic tigrinya hebrew czech slovak farsi toyota ford opel peugeot renault
    fiat skoda volvo mazda nissan honda hyundai suzuki audi citroen volkswagen bmw apple pear plum cherry
    banana orange lemon lime grape melon peach apricot mango papaya kiwi berry olive eg bøg elm gran fyr
    pil poppel ahorn tjørn hassel røn hyld football boxing swimming running cycling tennis handball
    fodbold boksning svømning løb cykling styrketræning matematik engelsk historie fysik kemi biologi
    geografi musik idræt samfundsfag fentanyl oxycodon morfin diazepam alprazolam ketamin tramadol
    pregabalin ritalin subutex kodein vold tyveri indbrud røveri bedrageri hærværk drab mord trusler
    voldtægt brandstiftelse hæleri underslæb dokumentfalsk narkotika våbenlov færdselslov spirituskørsel
    blufærdighedskrænkelse frihedsberøvelse afpresning chikane stalking forsøg manddrab legemsangreb
    ordensbekendtgørelse menneskehandel smugling besiddelse salg dom domme dømt frifundet tiltalefrafald
    bøde bødestraf hæfte fængsel betinget ubetinget samfundstjeneste forvaring behandlingsdom anklager
    sigtelse sigtet afgørelse fængslet arresten arrest arresthus anstalten statsfængsel statsfængslet
    åbent lukket afdeling pension udslusning prøveløslatelse løsladt løsladelse tilsyn fodlænke mentor
    mentorer mentorordning kontrol kontrolgruppe indsats indsatsgruppe behandling sædvanlig standard
    forløb program projekt kursus samtale samtaler møde møder aftale fremmøde udeblevet aflyst gennemført
    afbrudt frafald afsluttet igangværende påbegyndt politi politiet kreds kredsen politikreds vestegns
    nordsjællands sydøstjyllands østjyllands midt fyns retten byret landsret højesteret ret kommune
    kommunen region styrelse ministerium direktoratet kriminalforsorgen skole folkeskole grundskole
    gymnasium gymnasial erhvervsuddannelse erhvervsfaglig faglært ufaglært videregående mellemlang lang
    kort universitet bachelor kandidat uddannelse ingen uoplyst ukendt andet andre øvrige ingenting
    arbejde arbejdsløs ledig lønmodtager selvstændig studerende pensionist førtidspension kontanthjælp
    dagpenge sygemeldt ansat job beskæftiget beskæftigelse praktik fleksjob håndværker chauffør
    lagermedarbejder rengøring tømrer murer snedker smed mekaniker maler kok tjener slagter bager frisør
    gartner landmand fisker sælger kontor sygeplejerske pædagog lærer elektriker vvs anlægsgartner vagt
    pedel gift ugift enke enkemand skilt samboende samlevende enlig børn barn familie bolig hjemløs egen
    lejebolig ejerbolig værelse herberg institution kollegium forældre mand kvinde mænd kvinder køn ja nej
    ved ikke måske aldrig sjældent ofte altid dagligt ugentligt månedligt lav middel mellem høj meget lidt
    mindre større bedre værre uændret god dårlig enig uenig delvist helt slet tilfreds utilfreds glad vred
    rolig alkohol hash kokain heroin amfetamin ecstasy opioider metadon buprenorfin benzodiazepiner
    stoffer misbrug afhængighed medicin psykiatri depression angst skizofreni personlighedsforstyrrelse
    adhd autisme diabetes astma somatisk sygdom sund rask morgen aften nat dag uge måned år kvartal første
    anden tredje baseline opfølgning måling besøg telefonisk personlig rød grøn blå gul sort hvid brun grå
    violence assault theft burglary robbery fraud arson murder homicide manslaughter rape sexual drug
    drugs dealing trafficking possession weapon weapons firearm traffic driving speeding vandalism damage
    criminal forgery embezzlement extortion kidnapping threat threats harassment shoplifting larceny
    vehicle property public order offence offences offense offenses crime crimes conviction convicted
    acquitted dismissed sentence sentenced sentences fine community service probation parole prison
    prisoner jail custody imprisonment suspended conditional unconditional release released remand
    detention supervision electronic monitoring programme treatment control usual care intervention group
    arm arms placebo waiting list mentoring financial aid support counselling therapy cognitive
    behavioural behavioral skills training education employment housing health court courts district
    county city state federal supreme high low medium middle school primary secondary tertiary college
    university degree diploma certificate vocational none other others unknown missing refused declined
    completed incomplete dropped withdrawn ongoing started finished attended absent cancelled never rarely
    sometimes often always daily weekly monthly yes no maybe agree disagree strongly somewhat neutral
    satisfied dissatisfied very good poor fair bad excellent better worse same male female man woman men
    women single married divorced separated widowed cohabiting partner spouse children child family
    parents alone homeless renting owner hostel employed unemployed self student retired disabled worker
    manual skilled unskilled professional manager clerk driver labourer carpenter mason plumber
    electrician mechanic painter cook waiter butcher baker hairdresser gardener farmer fisherman salesman
    teacher nurse cleaner guard soldier welder roofer porter warehouse factory office sales construction
    transport agriculture alcohol cannabis cocaine amphetamine opioids methadone substance abuse mental
    illness anxiety psychosis bipolar disorder simple aggravated serious minor major first second third
    initial final follow wave visit week month year day morning evening night north south east west
    northern southern eastern western central upper lower left right red green blue yellow black white
    brown grey open closed mixed total all any new old young adult juvenile youth senior unit ward wing
    block house centre center hospital clinic police risk level score class type category status date time
    number value data source register record registered survey interview phone letter postal online person
    not applicable available reported observed excluded included eligible ineligible consent consented
    randomised assigned received pending active inactive valid invalid true false alpha beta gamma delta
    epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega
    """
)

NOT_NAMES = PLACES | ORDINARY
