#include "data_plane/assistant/text/synonym_tables.h"

namespace servery::assistant {

const std::string_view german_synonyms = R"(aufzug,lift,fahrstuhl
kind,kinder,sohn,tochter,kleinkind
baby,säugling,neugeborenes
babybett,gitterbett,kinderbett
wlan,wifi,internet,internetzugang
auto,wagen,pkw,fahrzeug
parkplatz,parken,stellplatz,parkhaus,garage,tiefgarage
haustier,haustiere,hund,hunde,katze,katzen,tier,tiere
preis,kosten,gebühr,kostet,tarif
günstig,billig,preiswert
teuer,kostspielig
kostenlos,gratis,kostenfrei,umsonst,inklusive
rabatt,ermäßigung,nachlass,vergünstigung
gutschein,geschenkgutschein,geschenkkarte
rabattcode,gutscheincode
anzahlung,vorauszahlung,kaution,vorkasse
rechnung,beleg,quittung
bezahlen,zahlen,zahlung
kreditkarte,ec karte,girokarte,karte,debitkarte
bargeld,bar zahlen,scheine
überweisung,iban,banküberweisung
lastschrift,einzug,bankeinzug
rate,raten,ratenzahlung
erstattung,rückerstattung,geld zurück
stornieren,stornierung,absagen,storno
ändern,umbuchen,änderung
verschieben,verlegen,umbuchung
buchen,buchung,reservieren,reservierung
termin,zeitfenster
im voraus,vorher,vorab
verfügbar,frei,verfügbarkeit
zimmer,unterkunft,schlafzimmer
doppelzimmer,zweibettzimmer
einzelzimmer,zimmer für eine person
suite,apartment,wohnung,ferienwohnung
familienzimmer,dreibettzimmer
bett,betten,matratze
zustellbett,extrabett,aufbettung
decke,bettdecke
kissen,kopfkissen
handtuch,handtücher,badetuch
bettwäsche,laken
bad,badezimmer
toilette,wc,klo
dusche,badewanne
föhn,haartrockner
bügeleisen,bügeln,bügelbrett
wäsche,waschmaschine,waschen,wäscheservice
reinigung,chemische reinigung
zimmerreinigung,putzen,sauber machen,reinigen
rezeption,empfang,anmeldung
rund um die uhr,24 stunden,tag und nacht
einchecken,check in,ankommen,anreise,ankunft
späte anreise,spät ankommen
auschecken,check out,abreise
gepäck,koffer,taschen
safe,tresor,schließfach
schlüssel,zimmerschlüssel,schlüsselkarte
frühstück,frühstücksbuffet
mittagessen,mittagstisch
abendessen,abendbrot
restaurant,gaststätte,lokal
bar,kneipe,getränke
speisekarte,karte,gerichte
zimmerservice,essen aufs zimmer
küche,kochen,kochgelegenheit
mikrowelle,herd,ofen
kühlschrank,minibar,gefrierfach
wasserkocher,kaffeemaschine
vegetarisch,fleischlos
vegan,pflanzlich
glutenfrei,zöliakie
halal,koscher
allergie,allergien,allergisch
rauchen,zigarette,zigaretten,raucher
nichtraucher,rauchfrei,rauchverbot
schwimmbad,pool,hallenbad,schwimmen
fitnessraum,fitnessstudio,fitness,gym
wellness,sauna,spa,dampfbad
massage,behandlung
garten,terrasse
balkon,loggia
aussicht,ausblick,blick
klimaanlage,klima,kühlung
heizung,heizkörper
fernseher,tv,fernsehen
behindert,rollstuhl,barrierefrei,behindertengerecht,rollstuhlgerecht
stufenlos,rampe,ebenerdig
treppe,stufen
shuttle,transfer,abholung,abholen,flughafentransfer
flughafen,flug,flugzeug
zug,bahn,bahnhof
bus,bushaltestelle,haltestelle
taxi,fahrdienst
fahrrad,rad,fahrräder
wegbeschreibung,anfahrt,weg
adresse,anschrift,standort
entfernung,wie weit,entfernt
in der nähe,nahe,umgebung
concierge,portier
tagungsraum,konferenzraum,besprechungsraum,seminarraum
veranstaltung,feier,fest
hochzeit,trauung
sprache,sprachen,sprechen
mitarbeiter,personal,team
chef,leiter,inhaber,geschäftsführer
mindestalter,wie alt,altersgrenze
gast,gäste,besucher
öffnungszeiten,geöffnet,offen,geschäftszeiten
geschlossen,zu,schließen
wochenende,samstag,sonntag
feiertag,feiertage
heute,heute abend
morgen,nächster tag
früh,morgens
abend,abends,nachts
schnell,zügig,rasch
warten,wartezeit
laden,geschäft,filiale
bestellen,bestellung,kaufen
warenkorb,einkaufswagen
kasse,bezahlvorgang
lieferung,versand,zustellung
liefern,versenden,schicken,zusenden
paket,päckchen,sendung
sendungsverfolgung,wo ist meine bestellung,paketverfolgung
bote,kurier,zusteller
porto,versandkosten,lieferkosten
express,eilsendung,am selben tag
selbst abholen,abholung im laden,click und collect
rückgabe,retoure,zurückgeben,zurückschicken
umtausch,tauschen,umtauschen
defekt,kaputt,beschädigt
garantie,gewährleistung
reparatur,reparieren,instandsetzen
ersatzteil,ersatzteile
anleitung,gebrauchsanweisung,bedienungsanleitung
größe,größen,maße
farbe,farben
vorrätig,auf lager,ausverkauft
marke,hersteller
geschenk,präsent
geschenkverpackung,einpacken
gebraucht,second hand,aus zweiter hand
neuheiten,neu eingetroffen
katalog,prospekt,broschüre
probe,muster,testen
angebot,kostenvoranschlag
konto,kundenkonto,profil
passwort,kennwort,pin
anmelden,einloggen,login
registrieren,registrierung,konto anlegen
newsletter,rundbrief
abmelden,abbestellen
konto löschen,konto schließen
email,e mail,mail
telefon,anrufen,telefonnummer
handy,mobiltelefon,smartphone
kontakt,erreichen,kontaktieren
webseite,website,homepage,internetseite
app,anwendung
formular,fragebogen
herunterladen,download,pdf
datenschutz,dsgvo
persönliche daten,meine daten
beschwerde,beschweren,reklamation
bewertung,rückmeldung,feedback
frage,anfrage
hilfe,unterstützung
notfall,dringend,eilig
verloren,vergessen,liegen gelassen
fundsachen,fundbüro
gestohlen,diebstahl
versicherung,versichert
vertrag,vereinbarung
agb,geschäftsbedingungen
kündigen,kündigung
kündigungsfrist,frist
abo,abonnement,mitgliedschaft
verlängern,verlängerung
ablaufen,gültig,gültigkeit
probezeit,probemonat,kostenlos testen
student,studenten,studierende,schüler
senioren,rentner
erwachsene,erwachsener
familie,familien
gruppe,gruppen
paar,zwei personen,zu zweit
geburtstag,jubiläum
führung,führungen,rundgang,tour
eintritt,eintrittskarte,ticket
museum,ausstellung
strand,meer
innenstadt,stadtzentrum,zentrum
supermarkt,lebensmittel
apotheke,drogerie
arzt,ärztin,doktor
zahnarzt,zahnärztin
krankenhaus,klinik
praxis,sprechstunde
medikament,arznei,tabletten
rezept,folgerezept
impfung,impfen
brille,sehhilfe
friseur,haarschnitt,haare schneiden
färben,strähnen
maniküre,nägel
tierarzt,tierärztin
werkstatt,mechaniker,autowerkstatt
tüv,hauptuntersuchung,hu
reifen,winterreifen,sommerreifen
ölwechsel,inspektion
bremse,bremsen
batterie,akku
laden,aufladen,ladegerät
elektroauto,e auto
ladestation,ladesäule,wallbox
benzin,sprit,diesel,tanken
mieten,leihen,vermietung,verleih
führerschein,fahrerlaubnis
helm,schutzausrüstung
klempner,installateur,sanitär
leck,undicht,tropft
verstopft,verstopfung
warmwasser,boiler,therme
elektriker,strom,elektrik
steckdose,stecker
adapter,zwischenstecker
licht,lampe,glühbirne
maler,streichen,anstrich
tischler,schreiner,holzarbeiten
dach,dachdecker
fenster,verglasung
tür,türen
schloss,schlüsseldienst
baufirma,bau,handwerker
gärtner,rasen,gartenpflege
umzug,umziehen
lagern,einlagern,lagerung
müll,abfall,entsorgung
recycling,wiederverwertung
reinigungskraft,putzkraft
kurs,unterricht,stunde
lehrer,trainer,kursleiter
schulung,seminar,workshop,fortbildung
zertifikat,bescheinigung,zeugnis
anfänger,einsteiger
fortgeschrittene,geübte
stundenplan,zeitplan
einschreiben,anmeldung zum kurs
prüfung,examen
stelle,job,arbeitsplatz,stellenangebot
bewerben,bewerbung
praktikum,ausbildung,lehre
gehalt,lohn,bezahlung
teilzeit,vollzeit
großhandel,mengenrabatt
lieferant,anbieter
kundennummer,mitgliedsnummer
bestellnummer,auftragsnummer,buchungsnummer
steuer,mehrwertsteuer,mwst,umsatzsteuer
währung,euro,franken
trinkgeld,bedienung
tisch,sitzplatz,plätze
draußen sitzen,außenbereich,biergarten
hochstuhl,kinderstuhl
mitnehmen,zum mitnehmen,außer haus
catering,buffet,partyservice
kuchen,torte,gebäck
brot,brötchen,backwaren
kaffee,espresso,cappuccino
tee,kräutertee
wasser,trinkwasser
wein,bier,alkohol
korkgeld,eigene flasche
bio,ökologisch
frisch,frisch zubereitet
zutaten,inhaltsstoffe
portion,portionen
scharf,würzig
foto,fotos,bild
video,film
musik,kapelle
lärm,laut
ruhig,leise
schmutzig,dreckig
geruch,riecht
kalt,zu kalt
heiß,zu warm
wetter,vorhersage
regenschirm,regen
kleiderordnung,was anziehen
schuhe,schuhwerk
jacke,mantel
badekleidung,badehose
seife,shampoo
erste hilfe,verbandskasten
rauchmelder,feueralarm
sicherheit,wachdienst
kamera,videoüberwachung
visum,einreise
ausweis,reisepass,personalausweis
nachtruhe,ruhezeiten
hausordnung,regeln
erlaubt,gestattet,dürfen,darf
verboten,nicht erlaubt,untersagt
möglich,machbar
nötig,notwendig,erforderlich
mitbringen,dabei haben
anbieten,bieten,zur verfügung
enthalten,inbegriffen,dabei
maximal,höchstens
mindestens,wenigstens
dauer,wie lange
häufigkeit,wie oft
anzahl,menge
gewicht,schwer
höhe,hoch
breite,breit
material,stoff
wasserdicht,wasserfest
waschbar,maschinenwäsche
aufbau,montage,zusammenbau
installation,einbau
abtransport,altgerät
ausmessen,aufmaß
beratung,berater
fachmann,spezialist,experte
genehmigung,erlaubnis
zertifiziert,geprüft
erfahrung,seit wann
referenzen,kundenstimmen
partner,sponsor
spende,spenden
ehrenamt,freiwillige
umwelt,nachhaltig,nachhaltigkeit
prüfen,kontrolle
abholzeit,abholtermin
lieferzeit,wann kommt
öffnen,aufmachen
ansprechpartner,zuständig
vollmacht,unterschrift
kopie,ausdruck,drucken
fax,faxnummer
stammkunde,treuepunkte,kundenkarte
saison,hauptsaison,nebensaison
übernachtung,nacht,nächte
halbpension,vollpension
kurtaxe,ortstaxe,gästekarte
skiraum,skikeller
spielplatz,spielzimmer
liegestuhl,liege
grill,grillen,grillplatz
kamin,ofenfeuer
weckruf,wecken
)";

} // namespace servery::assistant
