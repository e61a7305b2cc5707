//! Languages in Latin letters: letters, commonest words and affixes of each.

use super::{Profile, profile};

/// Malay is not told from Indonesian, nor Bosnian and Serbian in Latin letters from Croatian.
#[rustfmt::skip]
pub(super) static LATIN_PROFILES: [Profile; 40] = [
    profile("en", "",
        "the of and to in a is that for was on it with as by at from be are has this his have not an were which he \
         they or but had their its who been said will would also after more than one i you we all can there when \
         out up if what no about into over new other two her she our your my me do so may should under between \
         during against only some any each most many much both such these those them then now how why where because \
         while before even still just like well back own same too very could did does done being made make first \
         last year years through since without within per here us him off yet never always another every few until \
         however although whether according food force better best around began become became came come comes down \
         else ever find found get gets getting give given go goes going good got great having including keep know \
         known large left less let long look man means might near need needs next nothing often old once open part \
         people place put really right says see seem seen set several shall show side small something soon special \
         state take taken tell think thing things thought three times together took toward upon use used using want \
         way ways went whole whose work world yes system systems held called",
        "ing tion tions sion ness ment ments ship ships ful less able ible ally ously ity ism ers ght ould ough \
         ward wards ied ated ized tially ical ics"),
    profile("fr", "àâæçèéêëîïôœùûüÿ",
        "de la le et les des en un du une est que dans pour qui par sur au pas plus ce l d il avec sont aux ne se \
         je vous nous ou mais on elle été comme cette être son sa ses ces leur leurs a qu s n c j tout fait si ils \
         deux entre aussi après même avait était y dont sans bien peut votre notre très lui elles eux cela ceci \
         celui celle ceux celles où quand comment pourquoi parce car donc alors ainsi encore déjà toujours jamais \
         rien chaque autre autres toute toutes tous peu moins mieux ans année jour jours fois faire peuvent doit \
         mon ma mes ton nos vos quel quelle moi sous vers chez contre selon depuis pendant jusqu avant ni étaient \
         ont sera seront serait avez avons êtes suis puis lors non oui étant ici là beaucoup avoir dit dire met mis \
         prend prendre aller va vont vient venir voir vu quelques plusieurs certains certaines tel telle dernier \
         dernière premier première nouveau nouvelle grand grande petit petite bon bonne dix trois quatre cinq six \
         partie lieu ville pays monde homme femme vie temps chose moment eau suite cas point ensemble autour dès \
         hors lorsque parmi également notamment cependant",
        "tion tions ment ments eur eurs euse euses eux aux ique iques ité ités ance ances ence ences ais ait aient \
         ées ée ière ières ienne iennes elle elles ette ettes oire oires isme istes ions ez oux"),
    profile("de", "äöüß",
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden hat \
         wird ich sie er wir war aus bei nach wie noch nur einer einen einem oder aber am sind haben so um man über \
         kann zum zur dass daß bis wenn vor durch wurde waren ihr du mir mich da dieser diese ja mehr sein seine \
         unter gegen mein meine kein keine keinen dieses diesem diesen jeder jede alle allen alles andere anderen \
         welche wo wer warum weil doch schon immer nie nichts etwas viel viele wenig besser jahr jahre jahren tag \
         machen gemacht muss müssen können könnte soll sollen sollte will wollen wollte habe hatte hatten seit \
         während zwischen ohne ihn ihm ihnen uns euch ihre ihren ihrer ihrem seinen seiner unser damit dann denn \
         also sowie sehr beim vom ins hier dort jetzt heute neue neuen ab zwei drei eines liegt liegen gibt geben \
         geht gehen kommt kommen lassen lässt steht stehen sagt sagte sagen weiter weitere weiteren erste ersten \
         zweite letzte letzten gut gute guten groß große großen klein kleine lang ganz ganze etwa davon dazu dabei \
         daran darauf daraus dafür damals deshalb daher wieder einmal jedoch obwohl denen deren dessen mal leben \
         zeit menschen land stadt welt teil uhr sei wäre würde würden möchte mögen darf dürfen normalerweise trotz \
         wegen innerhalb letztlich",
        "ung ungen heit heiten keit keiten lich liche lichen licher liches isch ische ischen ischer schaft igen \
         iger iges ieren iert tung enden sch chen stes eten lein tät täten sten ungs"),
    profile("es", "áéíñóúü",
        "de la que el en y a los se del las un por con no una su para es al lo como más fue sus le ha me pero o \
         este sin sobre ya entre cuando todo esta ser son dos también hasta hay desde muy nos si mi te esto porque \
         yo tiene sea está donde uno ni él ella ellos nosotros usted ustedes fueron había han hemos están era eran \
         cómo qué cuál quién sino aunque mientras durante según contra hacia así aquí ahí ahora siempre nunca nada \
         algo alguien todos todas cada otro otra otros otras mismo misma tan tanto poco menos bien mejor años año \
         día días vez veces hace hizo puede pueden sólo solo nuestro nuestra cual cuales quien aún sido siendo \
         estos estas ese esa eso esos aquel fui tras antes después luego entonces tu tus mis muchos muchas mucho \
         debe ante bajo será estaba ello les tienen tener hacer haciendo dice decir dijo va van ir ver parte parece \
         parecen mundo vida tiempo hombre mujer casa país ciudad lugar forma manera gran grande grandes nuevo nueva \
         nuevos nuevas primer primera primero último última tres cuatro cinco diez ninguna ninguno alguna algunas \
         algunos cualquier además incluso casi tampoco apenas acá allí allá quizás tal tales somos fuera dentro \
         cerca lejos ellas tienes quieres puedes actualmente dejar",
        "ción ciones sión siones miento mientos dad dades ando iendo ado ada ados adas ido ida idos idas ero eros \
         eras oso osos osas ivo iva ista istas mente aba aban ría rían aron ieron ismo anza encia encias able ables \
         ndo ales"),
    profile("pt", "àáâãçéêíóôõú",
        "de a o que e do da em um para com não uma os no se na por mais as dos como ao das foi à pelo pela são ou \
         é ser tem seu sua mas já nos nas está também só até muito me eu isso entre depois sem mesmo aos seus quem \
         este esta você pode às foram ele ela eles elas nós isto aquilo onde quando qual porque pois assim ainda \
         agora sempre nunca nada algo todos todas cada outro outra outros outras mesma tão tanto pouco menos bem \
         melhor anos ano dia dias vez vezes faz fez podem nosso nossa num numa pelas pelos dessa desse deste desta \
         nesta neste nessa nesse era eram estava havia têm tinha vai vão lhe lhes dele dela sobre contra segundo \
         durante enquanto após antes então aqui ali meu minha esse essa esses essas estes estas aquele cujo pra \
         muitos muita estão será umas uns ter fazer feito diz dizer disse ir ver parte mundo vida tempo homem \
         mulher casa país cidade lugar forma maneira grande grandes novo nova novos novas primeiro primeira último \
         última três quatro cinco dez nenhum nenhuma algum alguma algumas alguns qualquer além quase talvez logo \
         tal tais somos fora dentro perto longe estou estamos quer muitas desses dessas aquela aqueles cerca deve \
         devem quanto cuja contrario",
        "ção ções são sões mento mentos dade dades ando endo indo ado ada ados adas ido ida idos idas eiro eira \
         eiros eiras oso osos osas ivo iva ista istas mente ava avam ria riam aram eram iram ismo ança ência ências \
         ável íveis agem inho inha ais ões"),
    profile("it", "àèéìíîòóùú",
        "di e il la che in a per un del non è una della sono le con si da i dei nel alla gli ha l al come anche lo \
         delle più ma questo o dal se ci degli ho su nella ai mi tutti essere dell all d cui tra sul perché hanno \
         era questa io due può suo sua stato lei lui loro noi voi questi queste quello quella quelli quelle quale \
         quali dove quando mentre ancora già sempre mai niente nulla ogni altro altra altri altre stesso stessa \
         tanto poco molto molti meno bene meglio anni anno giorno giorni volta volte fa fatto possono solo nostro \
         nostra vostro suoi sue dai dagli dalle dalla negli nelle nello sugli sulle sulla col agli alle allo ed ad \
         quindi infatti dopo prima senza verso contro secondo durante fino erano stata stati sarà saranno aveva \
         avevano abbiamo siamo uno così proprio qui c però sia s avere fare detto dire disse va vanno andare vedere \
         parte mondo vita tempo uomo donna casa paese città luogo modo grande grandi nuovo nuova nuovi nuove primo \
         ultimo ultima tre quattro cinque dieci nessuno nessuna alcuni alcune qualche circa quasi forse subito tale \
         tali siete fuori dentro vicino lontano quanto quanti oltre presso oggi ieri domani posto punto ciò cosa \
         cose chi invece ecco ormai attraverso mila",
        "zione zioni sione sioni mento menti tà ando endo ato ata ati ito iti uto uti oso osi ivo ivi ista isti \
         mente ava avano eva evano rono ismo anza enza enze aggio aggi tore tori trice ella elli etto etta etti ico \
         ici iche gli ale ali ello ezza"),
    profile("nl", "áàäéèëïíóöúü",
        "de van het een en in is dat op te zijn met voor niet aan er om als door ook bij naar worden uit werd dit \
         die maar wordt ze je ik nog was deze heeft kan of hij tot over men had hun meer wat we al zich geen zo dan \
         wel haar mijn u moet veel onder na waar alle andere eerste twee drie vanaf tussen tegen tijdens zonder \
         boven omdat hoewel toen terwijl daar hier waarin waarbij daarna daarmee eens steeds altijd nooit niets \
         iets iemand alles elk elke ieder weinig minder beter jaar jaren dag maken gemaakt moeten kunnen zou zouden \
         zullen zal hebben waren bent ben zij hen hem jij jullie ons onze ene eigen zelf heel erg sinds binnen \
         buiten rond vooral echter zoals ongeveer werden want hoe wie beide enkele eerst volgens sommige deel der \
         den des maakt doen doet gaan gaat komen komt laten staan staat zegt zei zien ziet zit ligt liggen geven \
         geeft krijgen krijgt bleef blijft bleven gedaan gekomen groot grote klein kleine nieuw nieuwe goed goede \
         laatste tweede vier vijf tien plaats stad land wereld tijd leven mensen man vrouw keer beste zowel terug \
         weer samen eigenlijk natuurlijk bovendien tevens ter ten gemeente telt naam dus elkaar hele daarom waarvan \
         waardoor meeste",
        "ing ingen heid heden lijk lijke lijks ische schap schappen tie ties aars eren eerd eerde tten tje tjes \
         baar ijn ijke ijk aat aal aan oon oot oek oed iek ijf ijs aar ijd"),
    profile("af", "áäéèêëíîïôóöúûü",
        "die van en het in is n te nie wat dit vir met sy op word hy om aan deur was ook kan daar een haar hulle \
         ons jy my julle se maar as of tot uit na oor onder tussen nog meer baie sal moet wil gewees dié hierdie \
         waar toe wanneer omdat dan so al alle ander eerste twee jaar geen kon",
        "ing inge heid lik like ies iese skap sie sies tjie tjies aar eer aan oor"),
    profile("da", "åæøé",
        "og i at det er en til af på de for som med den der ikke et har var fra blev jeg eller kan men om vi han \
         ved så da du sig hun kun efter også være man mere dette meget havde hvor nu over hans blive bliver blevet \
         have skal vil kunne skulle ville måtte alle andre anden andet denne disse mange mest noget nogle ingen \
         intet før under mellem mod uden hos op ned ud ind hvad hvem hvorfor hvordan når fordi mens samt siden igen \
         selv deres vores min mit sin sit sine to tre første år dag gang",
        "erne ende else elser ning ninger ningen hed heder lig lige ligt isk iske skab eret eres erede tion tioner \
         ede"),
    profile("nb", "åæøéòôó",
        "og i å det er en til av på de for som med den ikke et har var fra ble jeg eller kan etter men om vi han \
         ved så da du seg hun kun også være man mer dette mye hadde hvor nå over hans blir blitt skal vil kunne \
         skulle ville måtte alle andre annen annet denne disse mange mest noe noen ingen før under mellom mot uten \
         hos opp ned ut inn hva hvem hvorfor hvordan når fordi mens samt siden igjen selv deres vår min mitt sin \
         sitt sine to tre første år dag gang bare",
        "ene ende else elser ning ninger ningen het heter lig lige isk iske skap ert erte sjon sjoner eren ede"),
    profile("sv", "åäöé",
        "och i att det som en på är av för med till den har de inte om ett var men från jag kan vid så han vi man \
         du sig efter ut eller under också skulle mycket detta när hade här nu över hans ska blev ej vara blir \
         blivit skall vill kunde ville måste alla andra annan annat denna dessa många mer mest något några ingen \
         inget före mellan mot utan hos upp ner in vad vem varför hur medan samt sedan igen själv deras vår min \
         mitt sin sitt sina två tre första år dag gång bara än dock både genom enligt även finns där",
        "arna erna orna ande ende else ning ningar ningen het heter lig liga ligt isk iska skap ade erad erade \
         tion tioner aren"),
    profile("is", "áðéíóúýþæö",
        "og í að er á sem til um við en það með var fyrir ekki af hann eru frá því",
        "inn inum unum anna unni legur lega ingar ingu aði uðu"),
    profile("fi", "äöåšž",
        "ja on ei se että oli joka myös mutta kun hän ovat sekä niin tai mukaan vuonna kuin ole hänen sen jo vain \
         ne nyt jos sitä tämä ollut kaikki mitä kanssa vielä olla joita jotka en",
        "ssa ssä sta stä lla llä lta ltä lle ksi inen isen iset uus yys minen misen taan tään vat vät tettu tetty \
         neet ään"),
    profile("et", "äõöüšž",
        "ja on ei et see oli ka mis kui ta aga oma või selle kes nii siis veel",
        "sse iste ile ilt dud tud mine mise line lise vad"),
    profile("pl", "ąćęłńóśźż",
        "w i na z się do nie że jest o to od za po jak przez dla był oraz jego a co ale są tym czy już tylko ich \
         tego tak być może które który przy ma jako również ze jej go była pod można która którzy aby kiedy gdy \
         jeszcze jednak dlatego między podczas przeciw bez nad przed nasz swój ten ta te gdzie kto jestem jesteśmy \
         było byli będzie będą bardzo więcej lat roku dwa mu ją niej nich więc lub",
        "ego emu ami ach owi ości ość enie ania anie ski ska skie skich ych ymi ować ała ali iła iły ów ją"),
    profile("cs", "áčďéěíňóřšťúůýž",
        "a v se na je že s z o do to i ve jako za by pro k po jsou byl ale od si jak tak které který jeho při nebo \
         co už být podle má této ze u jen její pod než ten také až není jsem která kteří aby když pouze ještě však \
         proto přes mezi během proti bez nad před jejich náš svůj tento tato toto tyto kde kdo jsme jste byla bylo \
         byli bude budou může velmi více let roku dva mu ji kdy pak",
        "ého ému ými ích ách ost osti ství ání ení ský ská ské ských ovat ala ali ila ili ech"),
    profile("sk", "áäčďéíĺľňóôŕšťúýž",
        "a v sa na je že s z o do to i vo ako za by pre k po sú bol ale od ktorý ktorá ktoré ktorí aby keď alebo \
         iba len už ešte tiež však preto pri cez medzi podľa počas proti bez nad pod pred jeho jej ich náš svoj \
         tento táto toto tieto tak kde kto čo nie som ste sme bola bolo boli bude budú môže má veľmi viac rokov \
         roku dva",
        "ého ému ými ích ách osť osti stvo anie enie ský ská ské ských ovať ala ali ila ili"),
    profile("hu", "áéíóöőúüű",
        "a az és hogy nem is egy volt meg de ez csak már még mint vagy el lehet ki után amely ha azt ezt van ezek \
         ő kell majd sem így minden fel be aki ami magyar között szerint pedig amit akkor mert azonban illetve \
         valamint nagyon több sok két három első év évben évek nap voltak lesz lett lenne lehetett nincs sincs hol \
         mikor miért hogyan mi ők én te ti őket neki nekik róla itt ott most aztán mindig soha mindenki semmi ezért \
         ahol arra erre",
        "nak nek ban ben ból ből ság ség nál nél hoz hez höz tól től ról ről ása ése ások ések val vel ják"),
    profile("ro", "ăâîșțşţ",
        "de și şi în a la cu pe care nu un o din pentru mai este să că sunt au ce ale al se prin dar după fi am ca \
         lui sau dintre fost era cel cea fără ei el iar foarte într dintr lor sale sa său săi noastre acest această \
         aceste acesta aceasta când cum unde cine deci însă doar numai tot toate toți mult mulți între sub spre \
         către despre până avea aveau are ar va vor fiind ai ați ori an ani zile",
        "ție ții ția ților țiune ului ilor elor uri urile ând ată ați ită esc ească ești iei iști tate tăți"),
    profile("hr", "čćđšž",
        "i u je na se da za su od s o a koji iz kao ne što bi će do ili koja koje koju kada kad kako gdje tko nije \
         nisu nego ali samo još već tako također međutim jer iako prema između protiv bez nad pod pred njegov njen \
         njihov ovaj ova ovo taj ta to te bio bila bilo bili biti može mogu više vrlo godine godina dva sam smo ste \
         ga mu joj ih oko nakon prije",
        "ima ama ije anja enja ost osti ski ska sko skih skog ovati ila ili stvo stva nje"),
    profile("sl", "čšž",
        "in je v na se za da so z ki pa tudi po bi kot ne s iz ali še kateri katera katero kdaj kako kjer kdo kaj \
         ni niso ampak samo le že tako vendar ker čeprav proti med brez nad pod pred njegov njen njihov ta to te \
         tega bil bila bilo bili biti lahko več zelo leta leto dva sem smo ste ga mu jo jih okoli pri",
        "ega emu imi ami nje nja ost osti ski ska sko skih skega ovati ila ili stvo"),
    profile("sq", "çë",
        "të e në dhe për me një që i nga është u si se ka do nuk më ky",
        "ave ive eve imit shme isht uar uara sht"),
    profile("ca", "àçèéíïòóúü",
        "de la i el que en a els les un per del una amb no és al es dels com més són als pel pels què també però \
         aquest aquesta aquests ha han va van ser molt tot tota tots entre fins quan on hi ho ens seva seu seus \
         seves nostra perquè si sense sobre des cada altres anys any dia fou",
        "ció cions ment ments tat tats ada ats ades ida its ides osa ista istes isme ança ència ències \
         atge"),
    profile("gl", "áéíñóúü",
        "de a o que e do da en un unha os non se na por máis as dos como ao das foi uns unhas pola polo coa co súa \
         seu tamén pero xa hai moi ata onde despois ser ten nun nunha desta deste cando porque eu ela nós eles isto \
         iso así foron era polos polas nos nas sobre entre sen ano anos outro outra \
         vai antes ninguén alguén aínda canto á ás aos xente fin quen cal ningún algún todo todos só moito moita \
         pouco logo agora entón",
        "ción cións sión sións mento mentos dade dades ando endo indo ado ada ados adas ido ida idos idas eiro \
         eira eiros eiras oso osos osas ivo iva ista istas mente ismo anza encia encias"),
    profile("eu", "ñ",
        "eta da ez bat du ere dira zen izan dute baina hau den egin bere",
        "aren etan eko ean tzen rako zko eta"),
    profile("tr", "çğıöşüâîûýþð",
        "ve bir bu da de için ile olarak olan çok daha sonra kadar en gibi ne olduğu ise o her göre ki ama var \
         olup ya şekilde tarafından ben sen biz siz değil mi ancak iki hem veya yeni oldu eden ilk diye içinde \
         bütün tüm üzerinde yok yılında yıl ayrıca üzere şey bunu bunun bunlar önce zaman kendi onun onu bizim size \
         bize birlikte diğer iyi son büyük olur olması olduğunu hiç şu böyle öyle artık bile sadece yalnız aynı \
         karşı doğru rağmen dolayı başka bazı birçok edilen yapılan verilen alınan bulunan etti edildi yapıldı \
         ederek eder edilir yer söyledi dedi vardır vardı iken mı mu mü mıdır nasıl neden niçin nerede kim hangi \
         şimdi bugün dün gün tek ilgili üzerine arasında altında yanında ona sana bana beni seni onları onların \
         bizi herkes kimse birkaç hakkında işte eğer çünkü fakat biri zaten hep tarih sonu sonunda den dan nin \
         yapmak yapan yapar yaptı gelen geldi gelir giden gitti veren verdi alan aldı alarak vererek yaparak gören \
         gördü bilgi iş insan insanlar kişi dünya hayat ülke şehir küçük güzel gerçek önemli uzun kısa ikinci üç \
         dört beş on yüz bin milyon saat ay hafta gece sabah akşam başladı başlayan başlar geçen gelecek biraz \
         hemen henüz yine tekrar yeniden ayrı herhangi hiçbir tamamen özellikle genel mutlaka lazım gerek gerekir \
         olsun olsa olmak olduğuna olanlar dr bey hanım sayın başkan başkanı bakan bakanı",
        "ları leri ların lerin lar ler sında sinde sından sinden sının sinin ması mesi mıştır miştir dır dir dur \
         dür tır tir yor yordu acak ecek lık lik luk lük lığı liği ında inde ını unu ünü ündan ından inden mış miş \
         muş müş dığı diği duğu düğü arak erek nın nin nun nün sız ıyla iyle masını mesini ılan ilen ımız imiz ınız \
         iniz ıyor iyor maz mez dım dim mak mek lı cı çı şı"),
    profile("az", "çəğıöşü",
        "və bir bu da ki üçün ilə olan də edir daha sonra ildə kimi çox onun isə",
        "ları ləri ların lərin ında ində dır dir lar lər dən lıq lik mış miş ması məsi"),
    profile("uz", "ʻ",
        "va bilan uchun bu bir ham edi esa deb uning yil lgan qilib bo",
        "lar lari lik ishi moqda"),
    profile("tk", "äçňöşüýž",
        "we bu bir bilen üçin hem bolup boýunça edip ýyl diýip onuň",
        "lar ler laryň leriň ynda inde ýan ýän ýar ýär mak mek lyk lik"),
    profile("ku", "çêîşû",
        "û li bi ku di de ji jî ev ew bo ye wan her",
        "ên yên andin kirin"),
    profile("id", "",
        "yang dan di ini itu dengan untuk dari dalam pada tidak ke akan oleh juga adalah ada kepada bahwa karena \
         saya kita anda mereka kami dia sudah telah bisa dapat atau seperti lebih saat hanya para tersebut ia \
         sebagai menjadi secara satu tahun bagi lain harus hari masih sebuah akhirnya kemudian ternyata namun \
         memang tak itulah pun jika agar antara serta hingga belum pernah semua sangat sekali yaitu maka setelah \
         aku kau yg ku nya beliau si sang pak bapak ibu orang anak hal cara waktu masa kali setiap beberapa banyak \
         sedikit kecil besar baru lama lagi lalu dulu sekarang nanti sedang saja cuma kok sih bukan jangan tanpa \
         bersama terhadap tentang mengenai melalui selama sejak sampai ketika apabila bila walaupun meskipun \
         sehingga supaya sebab apa siapa mana bagaimana mengapa kenapa berapa dua tiga empat pertama kedua seluruh \
         sendiri sama lainnya tiap luar atas bawah depan belakang merupakan terjadi dilakukan memiliki menggunakan \
         adapun yakni maupun kembali hendak begitu demikian tetapi tapi malah bahkan membuat dibuat menit jam malam \
         pagi siang sore bulan minggu rumah negara kota desa jalan dunia hidup kerja bagian tempat nama jumlah \
         nomor segera langsung sebelum sesudah sambil agak cukup paling hampir kira sekitar kurang penuh benar \
         betul bagaimanapun berbagai suatu sesuatu seseorang siapapun apapun mulai selesai terus tetap usai sekejap \
         keduanya ketiga peserta daerah mau ingin boleh mesti",
        "kan nya lah kah annya kannya meng- mem- meny- ber- peng- pem- ter- menj- mend- menc-"),
    profile("jv", "èé",
        "ing lan iku kang saka karo sing ora uga dadi kanggo ana kuwi minangka",
        "ake ipun aken"),
    profile("tl", "ñ",
        "ang ng sa na mga at ay si ni para hindi nang ito kung isang siya",
        "nag- mag- pag- naka- pina- han hin"),
    profile("vi", "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
        "và của là có trong các một được cho không với những đã người để này từ về khi thì ở nhiều như cũng đến ra \
         phải vào còn trên sẽ nhưng sau năm theo bạn tại làm tôi anh chị em họ chúng ta nó kia đó ấy gì sao đâu ai \
         bao nhiêu rất quá lắm hơn nhất chỉ mới đang vẫn nên mà hay hoặc vì bởi do nếu tuy dù trước dưới ngoài giữa \
         qua lên xuống hai ba ngày tháng",
        ""),
    profile("sw", "",
        "na ya wa kwa ni katika la za cha kuwa hii alisema baada kutoka huo",
        "isha eni wali- alik- wana-"),
    profile("so", "",
        "oo iyo ka ku in ay waa uu la soo ee waxaa si aan",
        "ayaa eeyo oyin"),
    profile("lt", "ąčęėįšųūž",
        "ir į kad iš su yra ne tai bei kaip o apie jo už prie",
        "iai iais uose ėje ojo imas imo iška"),
    profile("lv", "āčēģīķļņšūž",
        "un ir no ar par ka uz kas tas arī bet pie lai vai gada",
        "šana šanu ības ību"),
    profile("cy", "âêîôûŵŷ",
        "y yn a i o r ar ei mae wedi am fod bod gan yr",
        "iad iau ydd aeth edd"),
    // Urdu and Hindi in Latin letters are one way of writing; taken for English or Indonesian they would be stemmed
    // as such.
    profile("und", "",
        "ka ki ke ko mein hai hain se ne aur nahi par ye yeh bhi tha thi jo woh kya kar raha gaya thay rahe rahi \
         gayi gaye liye saath kuch bohat bahut nahin nahien hum tum aap mera meri wo unka uska iska kia kiya ho gi \
         ga",
        ""),
];
