"""Invented stories for the tests of several articles in one file; "~" begins a line of furniture."""

FERRY = """Ferry to Port Ellery stays in harbour after engine fire
The ferry that links Port Ellery with the mainland will stay in harbour for at least a week after a \
fire broke out in its engine room on Monday night.
Nobody was hurt. The forty passengers were taken off by two lifeboats and reached the harbour before \
midnight, the coastguard said.
Captain Mona Ulvik told the harbour office that the engine had been serviced only in spring and that \
the crew had put out the fire within minutes.
The shipping company wants to charter a second ferry from the neighbouring island. Until then \
passengers must take the mail boat, which holds twelve people and sails twice a day.
Shopkeepers in Port Ellery fear that milk and bread will run short if the ferry does not sail again \
before the weekend."""

CHESS = """Seventeen-year-old Tamsin Okafor wins national chess title
Grandmasters shook their heads when Tamsin Okafor sacrificed her queen on move thirty, yet four moves \
later her opponent had to resign.
The pupil from Lindow is the youngest player ever to win the national chess title. She won eight of \
eleven games and lost none.
Her trainer, Boris Haverkamp, praised her endgame: she calculates deeper than players twice her age, he \
said after the final game.
Okafor learned chess from her grandfather at five. She trains three hours every evening, after school, \
mostly with rook endings and old tournament books.
In autumn she will play the European youth championship by the lake of Varn, where the strongest \
opponents come from Armenia and Hungary. Her trainer expects a medal, she herself only good games."""

BEES = """Beekeepers of Wolde blame new pesticide for dead colonies
Beekeepers around Wolde have lost two thirds of their colonies since April and blame a pesticide that \
farmers sprayed on rape.
A laboratory found traces of the pesticide in wax, pollen and dead bees from nineteen hives, the \
association of beekeepers said in a report.
The manufacturer rejects the claim. It says that mites and a cold spring killed the bees, and that its \
product was tested for nine years.
Farmers in Wolde are divided: some have stopped spraying rape during daylight, others point to beetles \
that would eat half their crop.
The ministry of agriculture has ordered a study of forty hives. Until it is finished the pesticide may \
be sold only to farmers who tell beekeepers two days before they spray."""

BRIDGE_DE = """Brücke über die Ilse wird für drei Monate gesperrt
Die alte Brücke über die Ilse wird ab Montag für drei Monate gesperrt, weil ein Gutachter Risse in den \
Pfeilern gefunden hat.
Autofahrer müssen einen Umweg von zwölf Kilometern fahren. Fußgänger dürfen die Brücke weiter benutzen, \
teilte das Straßenbauamt mit.
Bürgermeisterin Heike Sandmann sagte, die Sperrung treffe vor allem die Bauern, deren Felder jenseits \
der Ilse liegen.
Die Pfeiler stammen aus dem Jahr 1911. Der Gutachter empfiehlt, die Brücke abzureißen und neu zu bauen, \
doch dafür fehlt der Gemeinde das Geld.
Das Land will im Herbst entscheiden, ob es den Neubau der Brücke bezahlt. Bis dahin sollen Stützen aus \
Stahl die Pfeiler sichern und die Risse jede Woche gemessen werden."""

CHOIR_DE = """Kinderchor aus Waldsee gewinnt Preis in Riga
Mit einem litauischen Wiegenlied hat der Kinderchor aus Waldsee beim Festival in Riga den ersten Preis \
gewonnen.
Die Jury lobte die reinen Stimmen der Sängerinnen und Sänger, die zwischen acht und vierzehn Jahre alt sind.
Chorleiter Paul Ritter hatte das Lied erst im Februar entdeckt. Geprobt wurde zweimal in der Woche, \
zuletzt täglich in der Turnhalle.
Insgesamt traten in Riga neunzehn Chöre aus elf Ländern auf. Den zweiten Preis erhielten Kinder aus \
Tallinn, den dritten ein Chor aus Porto.
Am Sonntag singt der Kinderchor das Wiegenlied noch einmal in der Kirche von Waldsee. Der Eintritt ist \
frei, Spenden sind für die nächste Reise des Chors gedacht, die im Sommer nach Irland führen soll."""

FLOOD_ZH = """青石镇连日暴雨,三座村庄被洪水围困
青石镇连续四天遭遇暴雨,镇外的白河水位上涨两米,三座村庄被洪水围困,道路全部中断。
镇政府说,救援队已经用橡皮艇转移村民六百多人,没有人员死亡,两名老人在转移时受了轻伤。
村民李大山说,洪水是在半夜冲进院子的,家里的粮食和家具都被水泡了,只来得及带走身份证和药品。
气象台预计暴雨还要下两天,白河水位可能再上涨半米。救援队正在加固堤坝,防止洪水冲进青石镇的老街。
镇里的小学已经改成临时安置点,为村民提供饮水、棉被和热饭。镇长表示,等洪水退去以后会尽快修好道路,恢复村庄\
的供电。"""

FILM_ZH = """女导演林小雨新片获国际电影节最佳影片奖
年轻女导演林小雨凭借新作《纸船》获得海滨国际电影节最佳影片奖,这是她执导的第二部故事片。
《纸船》讲述一个哑女在外婆陪伴下学习皮影戏的故事,全片只用十九天拍摄,主要演员都没有表演经验。
评委会主席认为,影片镜头安静而有力量,尤其是结尾皮影戏演出一场,令现场观众长时间鼓掌。
林小雨在颁奖典礼上感谢外婆,她说剧本灵感来自童年记忆,片中皮影都由她亲手制作。
发行公司计划明年春天在全国影院上映《纸船》,并把影片送往欧洲参加更多电影节评选。导演本人则已经开始准备下\
一部纪录片。"""

HARVEST_AR = """مزارعو وادي الزيتون يبدأون موسم القطاف رغم الجفاف
بدأ مزارعو وادي الزيتون موسم القطاف هذا الأسبوع رغم الجفاف الذي ضرب المنطقة طوال الصيف الماضي وأضر \
بالأشجار القديمة.
وقال رئيس الجمعية التعاونية سالم الحداد إن إنتاج الزيت سينخفض إلى النصف مقارنة بالموسم السابق بسبب \
الجفاف وارتفاع الحرارة.
ويعمل المزارعون مع عائلاتهم من الفجر حتى الغروب لجمع حبات الزيتون قبل وصول الأمطار المتوقعة نهاية الشهر.
وأضاف الحداد أن سعر الزيت ارتفع في الأسواق المحلية، وأن الجمعية التعاونية طلبت قروضا صغيرة لحفر آبار \
جديدة قرب الأشجار.
وتشتهر المنطقة بمعاصر حجرية قديمة ما زالت تعمل حتى اليوم، ويأتي إليها الزوار لشراء الزيت مباشرة من \
المزارعين في موسم القطاف.
ويأمل المزارعون أن تنقذ أمطار الشتاء الأشجار التي لم تمت من الجفاف، لأن غرس أشجار الزيتون الجديدة يحتاج \
سنوات طويلة قبل الإنتاج."""

TRAIN_AR = """افتتاح خط قطار سريع بين العاصمة ومدينة الميناء
افتتح وزير النقل أمس خط القطار السريع الذي يربط العاصمة بمدينة الميناء، وتستغرق الرحلة ساعة واحدة بدلا \
من ثلاث ساعات.
ويستطيع القطار نقل خمسمئة راكب في كل رحلة، وتنطلق الرحلات كل ثلاثين دقيقة من المحطة المركزية التي جرى \
تجديدها بالكامل.
وذكر الوزير أن تكلفة المشروع تجاوزت الميزانية الأولى بسبب صعوبة بناء الأنفاق تحت الجبال، لكنه وعد \
بتذاكر رخيصة للطلاب.
واصطف مئات الركاب على الرصيف لتجربة الرحلة الأولى، والتقط كثير منهم الصور داخل عربات القطار البيضاء والزرقاء.
وتقول الشركة المشغلة إنها ستضيف محطة ثالثة قرب المطار خلال عامين، وإن السائقين تدربوا ستة أشهر على \
أنظمة الفرامل الحديثة.
ويتوقع الخبراء أن يخفف القطار الزحام على الطريق الساحلي، حيث تقف الشاحنات كل صباح ساعات طويلة قبل مداخل \
العاصمة.
وينتظر سكان القرى الواقعة على جانبي خط القطار حواجز تخفف الضجيج، وقد وعدت الشركة ببنائها قبل نهاية \
السنة المقبلة."""

DIGEST = """Council raises parking fees in Halden
Parking in the centre of Halden will cost two crowns an hour from January. The council hopes that fewer \
commuters will leave their cars on the market square all day.

Beaver dam floods potato field
A family of beavers has flooded a potato field near Quorn. The farmer, Ines Adler, has asked for a \
permit to lower the water in the ditch by half a metre.

Theatre finds lost costume trunk
Stagehands at the Lyric discovered a trunk with opera costumes from 1890 behind a false wall. A curator \
will restore the silk robes, and they will be shown at Easter.

Marathon moves start to the lighthouse
Runners of the coastal marathon will gather at the lighthouse this year because the pier is being \
rebuilt. Organisers expect nine hundred entries from six nations."""

FURNITURE = """~ Share on networks
~ Most read
~ Weather
~ Subscribe to our newsletter
~ Imprint
~ Sport
~ Culture"""


FERRY_AGAIN = """Port Ellery ferry crippled by fire in engine room
By Ada Quill and Boris Haverkamp
dpa
PORT ELLERY (dpa) — A fire in the engine room of the ferry has cut Port Ellery off from the mainland, \
and the ferry will stay in harbour for at least a week.
The coastguard said that two lifeboats took all forty passengers off before midnight and that nobody was \
hurt, although three sailors were treated for smoke.
The fire broke out on Monday night, twenty minutes after departure. Captain Mona Ulvik said her crew \
fought the flames with foam until help came.
Mayor Ruben Castell promised a charter vessel by Thursday. The mail boat, which holds only twelve people, \
carries medicine and schoolchildren first.
Insurers will inspect the wreckage of the turbine on Wednesday. A similar blaze on a sister ship three \
years ago was traced to a worn fuel pipe."""

BRIDGE_SHORT = """Cracked viaduct at Tolm shuts until spring
By Ines Adler
4 May 2016
TOLM - The council will shut the viaduct until spring because inspectors found cracks as wide as a hand.
Half of the two million crowns comes from the county, which owns the western pier, the mayor told reporters.
Residents of the north bank must drive thirty kilometres to the next crossing or take the train."""

LYNX_SHORT = """Lynx seen near Quorn sheepfold
By Tamsin Reed
5 May 2016
QUORN - Hikers photographed a lynx on Sunday, a young male with a heavy transmitter strapped around its neck.
Shepherds near the sheepfold should keep their dogs close after dusk, the forest office announced.
The animal comes from a population beyond the frontier, said biologist Olga Finch, and will leave by June."""

BOXES = """~ Home
~ Share
~ Most read
~ School opens
~ Imprint
~ Weather"""


SUBHEADS = FERRY.split("\n")
ONE = {
    "byline in the middle": "\n".join(
        [
            *FERRY.split("\n"),
            "The note on the door of the harbour office reads:",
            "By Captain Mona Ulvik",
            *FERRY_AGAIN.split("\n")[4:],
        ]
    ),
    "subhead and byline in the middle": "\n".join(
        [*FERRY.split("\n"), "Fire on the ferry", "By Mona Ulvik", *FERRY_AGAIN.split("\n")[4:]]
    ),
    "dates in the middle": "\n".join(
        [*FERRY.split("\n"), "Fire on the ferry", "4 May 2016", *FERRY_AGAIN.split("\n")[4:]]
    ),
    "subheads": "\n\n".join(
        [
            *SUBHEADS[:3],
            "Fire in the engine room",
            *SUBHEADS[3:5],
            "Milk and bread run short",
            *SUBHEADS[5:],
            "What happens to the ferry now",
            *SUBHEADS[1:4],
            "Passengers ask for answers",
            *SUBHEADS[4:],
        ]
    ),
    "live blog": """Port Ellery ferry fire: all developments
14:32
Coastguard ends search
The coastguard has ended its search near Port Ellery. All forty passengers of the ferry are safe in \
harbour, a spokeswoman said, and the lifeboats are on their way back to their station.
14:05
Captain speaks of a small fire
Captain Mona Ulvik says the fire in the engine room of the ferry was small and that her crew put it out \
before the coastguard arrived with its lifeboats.
13:40
Passengers leave the ferry
The first passengers have left the ferry. Two lifeboats take them to the harbour of Port Ellery, where \
doctors and the captain's family wait for them.
13:12
Smoke seen from the harbour
Smoke rises from the ferry, people in the harbour report. The coastguard sends two lifeboats to Port \
Ellery and asks the captain to count her passengers.""",
    "interview": """"I never wanted to be a captain": Mona Ulvik on her ferry
Mona Ulvik has sailed the ferry to Port Ellery for twenty years. After the fire she talks about her \
crew, her passengers and the sea.
Captain Ulvik, were you afraid when the fire broke out?
No. My crew had trained for a fire in the engine room every month, and the passengers of the ferry \
stayed calm, which helped us more than any pump.
What will you do until the ferry sails again?
I will paint my house in Port Ellery. Then I shall look at the new engine with my crew, because I want \
to know every screw before passengers come aboard.
Did you always want to go to sea?
I never wanted to be a captain. My mother sailed the mail boat, and she said that the sea is no place \
for a daughter. So of course I went to sea with the first crew that took me.
Will the island ever get a bridge instead of a ferry?
They have talked about a bridge since I was a child. The sea here is too deep, and the island likes its \
ferry, its captain and even its fires.""",
    "sections": "\n".join(
        [
            "The week on the island in five parts",
            *(
                f"{title}\n{line} The island council of Port Ellery meets again on Friday, and every \
islander "
                "may ask the council and the harbour office for an answer."
                for title, line in zip(
                    ("Harbour", "School", "Shop", "Church", "Ferry"),
                    (
                        "The harbour of the island gets a new crane, the council decided.",
                        "The island school looks for a teacher who can also sail.",
                        "The island shop has no bread until the ferry sails again.",
                        "The bell of the island church rings again after its repair.",
                        "The ferry is being repaired in the harbour of the island.",
                    ),
                    strict=True,
                )
            ),
        ]
    ),
    "long teaser tail": FERRY
    + "\n"
    + "\n".join(
        f"{story.split(chr(10))[0]}\n{story.split(chr(10))[1]}" for story in (CHESS, BRIDGE_DE, CHOIR_DE)
    ),
}
