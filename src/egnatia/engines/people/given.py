"""Given names of the region that lie near each other and are not one: Zoran is not Goran, Hasan not Hysen, Marija not Marijana.

By their letters such two are a slip of the pen from each other, and a brother is often one letter from his brother. Whoever lives there
knows that both are names. So two spellings that are both listed here, each as a name of its own, are held to be two names, as near
as they may be; a spelling that is not listed is compared by its letters as before, and may be a slip in either.

A list of this project's own, of what is commonly known; it says of a name that it is one, and not whose. Names that are forms or
short forms of one another stand in one group, or in the tables of `languages`, which come first.
"""

_LISTED = """
afrim agim agron alban albana albulena arben ardian ardita armend arsim arta artan astrit avni bardhyl bashkim behar bekim berat besa
besart besarta besiana besim besnik bledar blerim blerina blerta bujar burim dardan donika drilon drita dritan driton durim edmond elira
endrit enver erion/erjon ermal ervin fadil faton fatos fatmir fitim fitore flamur florim florian fjolla flutra gazmend genc gent genta
gezim ilir ilirjan/ilirian ismet jeton kaltrina kujtim kushtrim labinot leotrim liridon liridona lirim lorik luan lulzim luljeta majlinda
mentor mergim merita mimoza naim naser njomza petrit rinor sadik shkelzen shpend shpetim shpresa shqipe skender teuta valbona valdet valon
vesa veton visar vjollca vjosa vlora zana zenel
aleksandar aleksandra ana biljana bogdan bojan bojana boris branimir branislav branka branko dalibor damir damjan danica danilo darko
dejan dragan dragana dragica dragisa dragoljub dusan goran gordana igor ivan ivana ivica jasmina jasna jelena jovan jovana jovanka
jovica katarina ljiljana ljubica ljubisa ljubomir maja marija marijana marina marjan marko mihajlo/mihailo milan milena milica milka
milorad milos milovan milutin miloje mira mirjana mirko miroslav mladen momir nada natasa nebojsa nemanja nenad nevena nikola novak ognjen
olivera predrag radmila radomir radoslav radovan ratko ruzica sanja sinisa sladjana/slagjana slavica slavisa slavko slobodan snezana sonja
srdjan stefan stojan stojanka strahinja suzana tanja tatjana tijana tomislav trajan trajko uros valentina velibor veljko vera verica vesna
viktor violeta vladan vladimir vladislav vojislav vukasin zarko zdravko zeljko zivko zlatan zlatko zoran zorana zorica
abdullah/abdulla abdurrahman ahmet/ahmed bajram beqir fehmi ferit/ferid hajdar hajredin halil hamdi hamid hasan/hassan
hysen/husein/husejn/hussein/husain ibrahim ismail/ismajl jakup/jakub jusuf/isuf/yusuf josif/jozef kazim/qazim kemal/qemal kamil/qamil
mahmut/mahmud murat/murad muhamet/muhamed/muhammed/mohamed/mohammed mustafa nazim nazmi nuredin osman qerim/kerim ramadan ramiz rashid/rashit
rasim rexhep/redzep sabri sadri salih/sali sami samir selim/salim selman/salman shaban shaqir shefqet sherif sulejman/sylejman
tahir xhafer/dzafer xhemal/dzemal xhemajl/dzemail xhevat/dzevat xhevdet/dzevdet ymer/omer/umer zeqir
"""
_GROUPS = {name: group for group in _LISTED.split() for name in group.split("/")}


def are_two_names(left: str, right: str) -> bool:
    """Whether both plain spellings are listed, and not in one group."""
    ours = _GROUPS.get(left)
    return ours is not None and _GROUPS.get(right, ours) != ours
