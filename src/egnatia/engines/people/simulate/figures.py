"""Names that the people who do not exist are drawn from, by naming tradition, the commonest first.

The ten commonest family names of Kosovo carry their counts; the family names of Albania, Macedonia, Montenegro, Serbia and
Great Britain begin with those of the same source, in its order: github.com/sigpwned/popular-names-by-country-dataset
(commit eb62e13), CC0. The other names are a list of this project's own, made from what is commonly known, in no measured
order; what follows them is built by rules (`pools`). A list of names describes nobody, and shares of peoples and scripts
(`pools.PEOPLES`) are those of the design measurement.
"""


def _names(listed: str) -> tuple[str, ...]:
    """The names of a list with spaces between them."""
    return tuple(listed.split())


KOSOVO_COUNTED = {
    "Krasniqi": 58_199,
    "Gashi": 57_396,
    "Berisha": 43_727,
    "Morina": 27_222,
    "Shala": 25_585,
    "Bytyqi": 18_840,
    "Hasani": 13_187,
    "Kastrati": 13_015,
    "Kryeziu": 12_882,
    "Hoti": 12_709,
}
"""Bearers of family names in Kosovo (source above). Together they are 16 % of 1.8 million people."""
KOSOVO_PEOPLE = 1_780_000
"""People of Kosovo whom those counts are of: the census of 2011 (1,739,825), rounded up to the year of the list."""

ALBANIAN_FAMILY = _names("""
Hoxha Prifti Shehu Dervishi Bektashi Begu Gjoni Leka Murati Mehmeti Hysi Gjika Marku Kola Kolla Nikolla Hasani
Kristo Luka Brahimi Sinani Thanasi Halili Abazi Dibra Laçi Shkodra Prishtina Delvina Koroveshi Përmeti Frashëri
Gega Gegaj Toska Toskaj Çami Kelmendi Shkreli Berisha Krasniqi Gashi Kuqi Bardhi Çela Thaçi Rexhepi Zeqiri
Xhaferi Gjonaj Çeku Bushati Topalli Kadare Zogu Duka Basha Rama Meta Veliaj Dashi Muça Lika Bala Balla Cani
Dedej Gjata Haxhiu Kapllani
""")
MACEDONIAN_FAMILY = _names("""
Andov Angelov Bogdanov Bozinov Brankov Damčevski Davidov Dimitrov Donev Filipov Georgiev Ivanov Ivanovski Janev
Kitanovski Koloski Kostovski Kostov Manasievski Markov Markovski Markoski Matovski Mladenovski Nikolovski
Pavlovski Penov Petkov Petrevski Petrovski Popovski Ristevski Stojanov Trajanoski Trajanovski Trajčevski
Trajkovski
""")
MONTENEGRIN_FAMILY = _names("""
Popović Marković Vujović Radović Ivanović Radulović Jovanović Perović Vuković Kovačević Đukanović Nikčević
Bulatović Krivokapić Vukčević Knežević Milić Božović Šćepanović Raičević
""")
SERBIAN_FAMILY = _names("""
Jovanović Petrović Nikolić Marković Đorđević Stojanović Ilić Stanković Pavlović Milošević Živković Tomić
Todorović Simić Kostić Ristić Savić Mitrović Lazić Obradović Vasić Lukić Janković Popović Đurić Kovačević
""")
BRITISH_FAMILY = _names("""
Smith Jones Brown Patel Williams Johnson Taylor Thomas Roberts Khan Lewis Jackson Clarke James Phillips Wilson
Ali Mason Mitchell Rose Davis Davies Cox Alexander Evans Walker Wright Robinson Thompson White Hughes Edwards
Green Hall Wood Harris Martin Cooper King Turner Hill Ward Baker Begum Hussain Ahmed Singh Kaur Campbell Stewart
""")

ALBANIAN_MEN = _names("""
Arben Ilir Agim Besnik Bekim Valon Egzon Ramadan Muhamet Bajram Artan Agron Fatmir Lulzim Petrit Genc Bledar
Altin Gëzim Shpëtim Skënder Xhemail Xhevdet Qemal Hysen Hasan Isuf Jusuf Ibrahim Ismail Osman Mustafa Ali Ahmet
Mehmet Gjergj Gjon Pal Pjetër Ndue Mark Luan Dritan Edmond Erion Ermal Endrit Elton Arjan Armend Ardian Besim
Blerim Burim Driton Enver Faruk Flamur Florim Fisnik Gazmend Granit Hajdar Halil Idriz Imer Kujtim Kushtrim
Labinot Liridon Mentor Naim Nexhat Nazmi Përparim Rexhep Rrahman Rustem Sabri Sadik Sali Selim Shaban Shkëlzen
Sokol Tahir Tomorr Visar Xhavit Ylli Zef Zenel Ylber Noel Aron Joel Amar Mateo Dion Çlirim Afrim Avni Bujar
""")
ALBANIAN_WOMEN = _names("""
Fatime Emine Afërdita Valbona Teuta Elira Drita Vjollca Mimoza Lindita Shpresa Flutura Majlinda Ermira Arta
Albana Besa Blerta Donika Elona Entela Ermelinda Eriola Fitore Flora Fatmire Gentiana Hatixhe Hava Ilirjana
Jehona Kaltrina Kumrije Leonora Liridona Lule Luljeta Makfire Merita Mirela Nora Nurije Pranvera Qendresa Rozafa
Sanije Servete Shqipe Suzana Shukrije Teuta Vesa Violeta Xhevahire Ylberina Zana Zarife Zyla Amelia Ajla Aria
Ambra Klea Melisa Reina Anila Brunilda Çeljeta Diana Edlira Eglantina Florentina Gjyle Gonxhe Kozeta Mukades
Rexhina Xhensila
""")
SLAVIC_MEN = _names("""
Dragan Milan Aleksandar Zoran Nikola Miloš Marko Goran Dušan Dejan Petar Igor Ilija Stefan Luka Lazar Vuk Bogdan
Vasilije Jakov Viktor Andrej Jovan Ivan Filip Danijel Matija Slobodan Branko Nebojša Ljubiša Živko Đorđe Milorad
Radovan Ratko Saša Srđan Strahinja Toma Uroš Veljko Vladimir Vojislav Žarko Željko Boban Bojan Boško Branislav
Cvetko Dalibor Darko Dimitrije Dragoljub Dragoslav Gavrilo Gligor Jugoslav Kiril Kosta Krste Ljupčo Mihajlo Mile
Mirko Mitko Mladen Momir Nenad Obrad Ognjen Oliver Pavle Predrag Rade Rajko Risto Sava Simo Siniša Slavko Spase
Stanko Stojan Svetozar Todor Trajko Velimir Vlado Zvonko Damjan Mihail David Matej
""")
SLAVIC_WOMEN = _names("""
Jelena Milica Marija Ivana Milena Ana Dragana Radmila Vesna Ljiljana Mirjana Snežana Gordana Elena Biljana
Violeta Aleksandra Suzana Katerina Jana Sofija Mila Hana Bisera Sara Jovana Eva Darija Dunja Bogdana Teodora
Maša Ksenija Tara Anastasija Natalija Lara Lina Slavica Zorica Nada Olivera Jasmina Tanja Maja Sonja Svetlana
Verica Vera Danijela Bojana Branka Desanka Divna Dušanka Emilija Jadranka Jasna Kristina Lidija Magdalena Nataša
Nevena Nikolina Olgica Rada Rajna Ružica Sanja Simona Slađana Stanislava Stojanka Tatjana Tijana Valentina Vaska
Violetka Zlata Živka
""")
BRITISH_MEN = _names("""
Noah George Oliver Muhammad Arthur Leo Harry Oscar Henry Theodore Charlie Archie Jack James Theo Cillian Thomas
Harris Rory Alfie Finlay Lewis David John Michael Paul Andrew Peter Robert Stephen Mark Christopher Anthony
Kevin Daniel Matthew Simon Richard William Gary Ian Alan Joseph Nicholas Luke Adam Samuel Benjamin Edward
Patrick Martin Philip Graham Neil Stuart Colin Brian Keith Derek Trevor Nigel Gareth Dylan Owen Rhys Callum
Jordan Connor Liam Ryan Aaron
""")
BRITISH_WOMEN = _names("""
Olivia Amelia Isla Ava Ivy Florence Lily Freya Mia Willow Rosie Grace Evie Emily Aoife Annie Millie Sophie Ella
Charlotte Susan Margaret Patricia Christine Mary Jean Linda Karen Jacqueline Deborah Tracey Helen Diane Sharon
Sarah Nicola Emma Joanne Rebecca Laura Gemma Rachel Kelly Victoria Katherine Lisa Michelle Alison Jane Elizabeth
Anne Julie Samantha Claire Hannah Jessica Lauren Chloe Georgia Megan Bethany Abigail Eleanor Lucy Alice Ruth
Carol Wendy
""")
