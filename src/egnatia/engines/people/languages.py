"""What each language of the route brings to the reading of names: placeholders, forms of address, small words, forms of one name.

To add a language is to add an entry to `LANGUAGES`; nothing else knows how many there are. Words are plain lower-case Latin
letters, as `parts` reads every script (`أحمد` is `ahmd`). Blind tags do not look here: what they are made of is frozen in `names` and
`sounds`, because two partners of different releases must make the same.

`forms` are curated by hand and kept small: a line is one name of the Bible, the Koran or the calendar of saints in the shapes
that the languages of the route and of its diaspora give it. Sources: FamilySearch, "Albania Personal Names"; Wikipedia, "Albanian
name" and the pages of the names themselves, the short forms of English names among them (Wikipedia, "Hypocorism"; Hanks, Hardcastle and
Hodges, A Dictionary of First Names, 2006); MyHeritage, "Kosovar surnames" (read for the design). A short form that stands for several names
(Jenny, Terry) is left out, or stands with the oldest of them (Ted, Harry); one that is a name of its own beside the Adriatic (Art,
Ben, Jon, Toni) is left out. Names that merely sound alike
(Jusuf and Josef, Hava and Eva) stay apart where people of one village bear both.
"""

from dataclasses import dataclass
from functools import cache

from egnatia.engines.people.sounds import sound_key


@dataclass(frozen=True, slots=True)
class Language:
    """One language's words in names.

    Attributes:
        name: which language.
        nobody: words that are written where no name is known.
        titles: forms of address and offices that registers keep inside the name.
        small: words between names that clerks leave out.
        forms: groups of one name's forms, separated by spaces.
        shorts: a short form of given names, and the names that it is short for.
    """

    name: str
    nobody: str = ""
    titles: str = ""
    small: str = ""
    forms: tuple[str, ...] = ()
    shorts: tuple[str, ...] = ()


LANGUAGES = (
    Language(
        "Albanian",
        nobody="panjohur panjohura paemer paidentifikuar anonim",
        forms=(
            "gjergj gjorgji gjorgje gjorge georgije georgij georgiy jorgji giorgio georges georg jorge yorgo gheorghe yiorgos",
            "gjon giovanni jean johann johannes juan johan jani",
            "pal paolo pablo paulus",
            "mark marko marco marcus markus",
            "ndre ndreu andre andrea andrej andrew andreas andrija andy",
            "mihal mikel michel miguel mikhail mihael",
            "filip philip philippe filippo phil",
            "tom toma tome thomas tomas tommaso tommy",
            "anton ndue tonin antoine antonios tony",
            "lazer llazar lazar lazarus lazaros",
            "elisabeta elizabeta elisabeth elizabeth jelisaveta liz lizzie eliza betty betsy beth bess bessie beti",
            "vangjel evangelos vangelis vangel",
        ),
        shorts=(
            "syle sulejman",
            "tafe mustafa",
            "dulle abdulla abdullah",
            "rexhe rexhep",
            "rulle hajrulla fejzulla",
            "rame ramadan",
            "sele selim selman",
            "beqe beqir",
            "mete mehmet ahmet muhamet",
            "met mehmet ahmet muhamet",
            "cen hysen",
            "sine hysen",
            "hake hakif",
            "hale halil halit",
            "sale salih",
            "bajre bajram",
            "shabe shaban",
            "dine nuredin sadedin",
            "faze faik fazli",
            "zeke zeqir zekerija",
            "xheme xhemajl xhemal",
            "nike nikolle",
            "kole nikolle",
            "koli nikolle",
            "lluke lluka",
            "gjok gjon",
            "mir fatmir",
            "mire fatmire",
            "leke aleksander",
            "llesh aleksander",
            "kostandin kostantin",
            "vasil vasillaq",
        ),
    ),
    Language(
        "Serbian, Montenegrin, Bosnian and Macedonian",
        nobody="nepoznat nepoznata nepoznato neimenovan neimenovana bezimeni bezimena",
        titles="gospodin gospodja gospoda",
        forms=(
            "aleksandar aca aco sasa",
            "djordje djoka djole",
            "petar pera pero",
            "stevan steva stevo",
            "vladimir vlado vlada",
            "katarina kaca",
        ),
        shorts=(
            "sasa aleksandra",
            "sale aleksandar",
            "boban slobodan",
            "boba slobodan",
            "bane branislav branimir branko",
            "brane branislav branimir",
            "vlado vladislav vladan",
            "vlada vladislav vladan",
            "mile milorad milan milutin milivoje",
            "mica milorad milutin mihajlo milan",
            "misa milorad milos mihajlo milan",
            "mika milos milan milorad mihajlo",
            "nesa nebojsa nenad",
            "nidza nikola",
            "nino nikola",
            "kosta konstantin kostadin",
            "mitko dimitar dimitrija",
            "mite dimitar dimitrija",
            "trajce trajko trajan",
            "jovica jovan",
            "jole jovan",
            "joco jovan josip",
            "vanco ivan",
            "vane ivan",
            "ivica ivan",
            "goce georgi gjorgji",
            "dule dusan",
            "dusko dusan",
            "pera predrag",
            "pece petar",
            "stevo stefan",
            "steva stefan",
            "pedja predrag",
            "dejo dejan",
            "deki dejan",
            "zoki zoran",
            "goga gordana",
            "ceca svetlana",
            "cveta cvetanka",
            "tanja tatjana",
            "ljuba ljubomir ljubisa",
            "ljubo ljubomir ljubisa",
            "rale radovan radomir",
            "rade radovan radomir radoslav radisav",
            "rasa radovan radomir",
            "raso radovan radomir",
            "moma momcilo momir",
            "laza lazar",
            "lazo lazar",
            "toza todor",
            "tode todor",
            "tase atanas anastas",
            "nase atanas",
            "suljo sulejman",
            "mujo mustafa muhamed",
            "huso husein",
            "haso hasan",
            "meho mehmed",
            "fikro fikret",
            "ibro ibrahim",
            "hamo hamid",
            "sejo sead sejfudin",
            "dzevo dzevad",
            "cazo cazim",
        ),
    ),
    Language(
        "English",
        nobody="fnu lnu mnu unk unknown unnamed anonymous noname notknown notgiven nil null",
        titles="president minister general colonel senator judge",
        small="of the",
        forms=(
            "albert bert bertie",
            "alexander alec aleck alex",
            "archibald archie",
            "arthur artie",
            "charles charlie charley",
            "daniel danny dan",
            "david dave davy davie",
            "edward ted teddy ned eddie ed",
            "ernest ernie",
            "francis frank frankie",
            "frederick frederic fred freddie freddy",
            "gerald gerry",
            "henry harry hank",
            "herbert herbie",
            "james jim jimmy jamie jem",
            "john jack johnny johnnie",
            "joseph joe joey",
            "lawrence laurence larry",
            "leonard len lenny",
            "lewis louis lou louie",
            "michael mike mick mickey",
            "patrick paddy",
            "peter pete",
            "reginald reg reggie",
            "richard dick dickie rick richie",
            "robert rob robbie bob bobby",
            "samuel sam sammy",
            "stephen steve",
            "sydney sidney sid",
            "theodore theo",
            "walter walt wally",
            "william will willie willy bill billy",
            "ann anne annie",
            "caroline carrie",
            "catherine kate katie kitty cathy kathy",
            "charlotte lottie",
            "dorothy dolly dot",
            "eleanor nell nellie",
            "florence flo florrie flossie",
            "frances fanny",
            "harriet hattie harriett",
            "margaret maggie meg peggy madge",
            "mary molly polly",
            "sarah sally sadie",
            "susan susannah susanna sue susie",
            "winifred winnie",
        ),
    ),
    Language(
        "French, German, Italian, Spanish, Dutch",
        nobody="inconnu inconnue unbekannt sconosciuto sconosciuta ignoto ignota desconocido desconocida onbekend",
        titles="herr frau monsieur madame signor signora",
        small="de da do dos das du del della di la le les lo van von der den ter zu zum y e i",
    ),
    Language(
        "Arabic",
        nobody="mjhwl majhul majhool bdwn bidun",
        titles="haji hajji sheikh shaykh sheik mullah maulavi mawlawi",
        small="bin ibn ben bint al el ul ad as an ar at az abu umm ould",
        forms=(
            "hysen husein hussein hussain husayn huseyin husejn hussien",
            "ahmet ahmed ahmad achmed ahmat",
            "mahmut mahmud mahmoud machmud",
            "ibrahim ibraim brahim ibrahem",
            "ismail ismajl smajl ismael ismaeel",
            "jusuf isuf yusuf youssef yousef yusef",
            "mustafa mustafe mustapha moustafa",
            "osman othman usman uthman",
            "ymer omer umer omar umar",
            "sulejman sylejman suleiman suleyman sulaiman soliman",
            "zejnel zenel zeynel zainal",
            "xhafer jafar cafer jaffar dzafer",
            "xhemal jamal gamal cemal dzemal djamel",
            "xhemil jamil cemil dzemil djamil",
            "rexhep recep rajab redzep redjep",
            "ramadan ramazan",
            "bajram bayram bairam",
            "sherif sharif serif cherif",
            "halil khalil",
            "hajdar haydar haider hayder",
            "iljaz ilyas iljas elyas",
            "fatime fatima fatma fatimah",
            "hatixhe hatidze khadija hatice khadijah",
            "ajshe aisha ajsa ajse ayse aishe aicha",
            "zejnep zeynep zainab zaynab",
        ),
    ),
    Language("Turkish", nobody="bilinmiyor bilinmeyen", titles="hanim"),
    Language("Greek", nobody="agnostos agnosti"),
    Language("Persian", nobody="namalwm namalum", titles="khanum"),
)
"""In no order: a word means the same whichever language it came with."""


def words_of(what: str) -> frozenset[str]:
    """All words of one kind, of every language; `what` is `nobody`, `titles` or `small`."""
    return frozenset(word for language in LANGUAGES for word in getattr(language, what).split())


@cache
def shorts() -> dict[str, frozenset[str]]:
    """Every short form with the names that it is short for, and the keys of how these sound."""
    found: dict[str, frozenset[str]] = {}
    for language in LANGUAGES:
        for short, *names in map(str.split, language.shorts):
            found[short] = found.get(short, frozenset()) | {*names, *map(sound_key, names)}
    return found


def forms() -> dict[str, str]:
    """Every form of a name with the first form of its group."""
    groups = [group.split() for language in LANGUAGES for group in language.forms]
    return {form: group[0] for group in groups for form in group}
