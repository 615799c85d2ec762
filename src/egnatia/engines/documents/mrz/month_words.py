"""Words and abbreviations for the months on travel documents, without marks, by language.

English, French and Spanish from table 1 of Doc 9303-3; beside them Albanian, Serbian and Croatian (also in Cyrillic),
Macedonian, Bulgarian, German, Italian, Portuguese, Dutch, Turkish, Greek, Polish, Czech, Romanian, Russian and Ukrainian.
A word may mean two months in two languages (LIP is June in Croatian, July in Polish); then both are kept.
"""

# ruff: noqa: RUF001 - national letters are the subject

_ROWS = """
    JAN JANUARY JANV JANVIER ENE ENERO JANUAR JANAR GEN GENNAIO JANEIRO JANUARI OCAK OCA STYCZEN STY LEDEN
    SIJECANJ SIJ IAN IANUARIE IANOUARIOS ЈАН ЈАНУАР ЈАНУАРИ ЯНВ ЯНВАРЬ ЯНВАРЯ ЯНУ ЯНУАРИ СІЧ СІЧНЯ СІЧЕНЬ ΙΑΝ
    /
    FEB FEBRUARY FEV FEVR FEVRIER FEBRERO FEBRUAR SHK SHKU SHKURT FEBBRAIO FEVEREIRO FEBRUARI SUBAT SUB LUTY LUT
    UNOR VELJACA VEL FEBRUARIE ФЕВ ФЕБ ФЕБРУАР ФЕВРУАРИ ФЕВРАЛЬ ФЕВРАЛЯ ЛЮТ ЛЮТИЙ ЛЮТОГО ΦΕΒ
    /
    MAR MARCH MARS MARZO MARZ MRZ MAERZ MARCO MAART MRT MART MARZEC BREZEN OZUJAK OZU MARTIE МАР МАРТ МАРТА БЕР
    БЕРЕЗНЯ ΜΑΡ
    /
    APR APRIL AVR AVRIL ABR ABRIL PRI PRILL PRIL APRILE NIS NISAN KWIECIEN KWI DUBEN TRAVANJ TRA APRILIE АПР
    АПРИЛ АПРЕЛЬ АПРЕЛЯ КВІ КВІТНЯ ΑΠΡ
    /
    MAY MAI MAYO MAJ MAG MAGGIO MAIO MEI MAYIS MAJA KVETEN SVIBANJ SVI МАЈ МАЙ МАЯ ТРА ТРАВНЯ ΜΑΪ ΜΑΙ
    /
    JUN JUNE JUIN JUNIO JUNI QER QERSHOR GIU GIUGNO JUNHO HAZ HAZIRAN CZERWIEC CZE CERVEN LIPANJ LIP IUN IUNIE
    ЈУН ЈУНИ ИЮН ИЮНЬ ИЮНЯ ЮНИ ЧЕР ЧЕРВНЯ ΙΟΥΝ
    /
    JUL JULY JUIL JUILLET JULIO JULI KOR KORRIK LUG LUGLIO JULHO TEM TEMMUZ LIPIEC CERVENEC SRPANJ SRP IUL IULIE
    ЈУЛ ЈУЛИ ИЮЛ ИЮЛЬ ИЮЛЯ ЮЛИ ЛИП ЛИПНЯ ΙΟΥΛ LIP
    /
    AUG AUGUST AOU AOUT AGO AGOSTO GUS GUSH GUSHT AUGUSTUS AUGUSTI AGU AGUSTOS SIERPIEN SIE SRPEN KOLOVOZ KOL
    AVG AVGUST АВГ АВГУСТ АВГУСТА СЕРП СЕРПНЯ ΑΥΓ SRP
    /
    SEP SEPT SEPTEMBER SEPTEMBRE SEPTIEMBRE SHT SHTA SHTATOR SET SETTEMBRE SETEMBRO EYL EYLUL WRZESIEN WRZ ZARI
    RUJAN RUJ SEPTEMBAR SEPTEMBRI SEPTEMBRIE СЕП СЕПТ СЕПТЕМБАР СЕПТЕМВРИ СЕН СЕНТЯБРЬ СЕНТЯБРЯ ВЕР ВЕРЕСНЯ ΣΕΠ
    /
    OCT OCTOBER OCTOBRE OCTUBRE OKT OKTOBER TET TETOR OTT OTTOBRE OUT OUTUBRO EKI EKIM PAZDZIERNIK PAZ RIJEN
    OKTOBAR OKTOMVRI OCTOMBRIE ОКТ ОКТОБАР ОКТОМВРИ ОКТЯБРЬ ОКТЯБРЯ ЖОВ ЖОВТНЯ ΟΚΤ LIS LISTOPAD LISTOPADA
    /
    NOV NOVEMBER NOVEMBRE NOVIEMBRE NEN NENT NENTOR NOVEMBRO KAS KASIM NOVEMBAR NOVEMVRI NOIEMBRIE STUDENI STU
    НОВ НОВЕМБАР НОЕМВРИ НОЯ НОЯБРЬ НОЯБРЯ ΝΟΕ LIS LISTOPAD LISTOPADU LISTOPADA
    /
    DEC DECEMBER DECEMBRE DIC DICIEMBRE DEZ DEZEMBER DHJ DHJE DHJETOR DICEMBRE DEZEMBRO ARA ARALIK GRUDZIEN GRU
    PROSINEC PRO PROSINAC DECEMBAR DEKEMVRI DECEMBRIE ДЕЦ ДЕЦЕМБАР ДЕКЕМВРИ ДЕК ДЕКАБРЬ ДЕКАБРЯ ГРУ ГРУДНЯ ΔΕΚ
"""
"""A row for each month from January on, rows divided by a stroke."""


def _by_word() -> dict[str, frozenset[int]]:
    months: dict[str, frozenset[int]] = {}
    for number, row in enumerate(_ROWS.split("/"), 1):
        for word in row.split():
            months[word] = months.get(word, frozenset()) | {number}
    return months


MONTHS = _by_word()
"""The months that a word in capitals may mean."""
