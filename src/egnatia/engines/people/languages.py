"""What each language of the route brings to the reading of names: placeholders, forms of address, small words, forms of one name.

To add a language is to add an entry to `LANGUAGES`; nothing else knows how many there are. Words are plain lower-case Latin
letters, as `parts` reads every script (`أحمد` is `ahmd`). Blind tags do not look here: what they are made of is frozen in `names` and
`sounds`, because two partners of different releases must make the same.

`forms` are curated by hand and kept small: a line is one name of the Bible, the Koran or the calendar of saints in the shapes
that the languages of the route and of its diaspora give it. Sources: FamilySearch, "Albania Personal Names"; Wikipedia, "Albanian
name" and the pages of the names themselves; MyHeritage, "Kosovar surnames" (read for the design). Names that merely sound alike
(Jusuf and Josef, Hava and Eva) stay apart where people of one village bear both.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """One language's words in names.

    Attributes:
        name: which language.
        nobody: words that are written where no name is known.
        titles: forms of address and offices that registers keep inside the name.
        small: words between names that clerks leave out.
        forms: groups of one name's forms, separated by spaces.
    """

    name: str
    nobody: str = ""
    titles: str = ""
    small: str = ""
    forms: tuple[str, ...] = ()


LANGUAGES = (
    Language(
        "Albanian",
        nobody="panjohur panjohura paemer paidentifikuar anonim",
        forms=(
            "gjergj giorgio georges georg jorge yorgo gheorghe yiorgos",
            "gjon giovanni jean johann johannes juan johan jani",
            "pal paolo pablo paulus",
            "mark marko marco marcus markus",
            "ndre ndreu andre andrea andrej andrew andreas andrija",
            "mihal mikel michel miguel mikhail mihael",
            "filip philip philippe filippo",
            "tom toma tome thomas tomas tommaso",
            "anton ndue tonin antoine antonios",
            "lazer llazar lazar lazarus lazaros",
            "elisabeta elizabeta elisabeth elizabeth jelisaveta",
            "vangjel evangelos vangelis vangel",
        ),
    ),
    Language(
        "Serbian, Montenegrin, Bosnian and Macedonian",
        nobody="nepoznat nepoznata nepoznato neimenovan neimenovana bezimeni bezimena",
        titles="gospodin gospodja gospoda",
    ),
    Language(
        "English",
        nobody="fnu lnu mnu unk unknown unnamed anonymous noname notknown notgiven nil null",
        titles="president minister general colonel senator judge",
        small="of the",
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


def forms() -> dict[str, str]:
    """Every form of a name with the first form of its group."""
    groups = [group.split() for language in LANGUAGES for group in language.forms]
    return {form: group[0] for group in groups for form in group}
