"""What of the sample award stands for each of the 21 elements of a decision, by language.

Source of the list: decisions of Finnish grant authorities; Act 688/2001, Act 434/2003.
"""

from tests.support.documents import AUTHORITY, CASE_NUMBER

ELEMENTS = {
    "1 authority, date, case number": {
        "fi": (AUTHORITY.name, "17. marraskuuta 2026", f"Asianumero {CASE_NUMBER}"),
        "sv": (AUTHORITY.name, "17 november 2026", f"Ärendenummer {CASE_NUMBER}"),
        "en": (AUTHORITY.name, "17 November 2026", f"Case number {CASE_NUMBER}"),
    },
    "2 recipient": {
        "fi": ("Tapulikylän kyläyhdistys ry", "Y-tunnus 1234567-1"),
        "sv": ("Tapulikylän kyläyhdistys ry", "FO-nummer 1234567-1"),
        "en": ("Tapulikylän kyläyhdistys ry", "Business ID 1234567-1"),
    },
    "3 project": {
        "fi": ("Hanke Kylän lainakirjasto",),
        "sv": ("Projekt Kylän lainakirjasto",),
        "en": ("Project Kylän lainakirjasto",),
    },
    "4 background": {
        "fi": ("Asian tausta", "haki 16. syyskuuta 2026 valtionavustusta 8 000,00 €"),
        "sv": ("Bakgrund", "ansökte den 16 september 2026 om statsunderstöd på 8 000,00 €"),
        "en": ("Background", "applied on 16 September 2026", "grant of €8,000.00"),
    },
    "5 decision and amount": {
        "fi": ("Ratkaisu", "päättänyt myöntää saajalle erityisavustusta enintään 6 000,00 €"),
        "sv": ("Avgörande", "beslutat bevilja", "specialunderstöd på högst 6 000,00 €"),
        "en": ("The decision", "has decided to award", "at most €6,000.00"),
    },
    "6 grounds": {
        "fi": ("Päätöksen perustelut", "Pisteet 5,3/6", "Painoarvo 40 %", "esteellisyyden vuoksi"),
        "sv": ("Motiveringar för beslutet", "Poäng 5,3/6", "Vikt 40 %", "På grund av jäv"),
        "en": ("Grounds for the decision", "Score 5.3 out of 6", "Weight 40%", "Recusals"),
    },
    "7 applied provisions": {
        "fi": ("Valtionavustuslaki (688/2001) 7, 12", "28 ja 34 §", "Hallintolaki (434/2003)"),
        "sv": ("Statsunderstödslagen (688/2001) 7, 12", "28 och 34 §", "Förvaltningslagen"),
        "en": ("Discretionary Government Grants (688/2001), sections 7, 12", "28 and 34"),
    },
    "8 grant type": {
        "fi": ("Avustuslaji Erityisavustus",),
        "sv": ("Typ av understöd Specialunderstöd",),
        "en": ("Type of grant Special grant",),
    },
    "9 purpose": {
        "fi": ("Avustuksen käyttötarkoitus", "Itsepalvelulainaamon kokeilu"),
        "sv": ("Understödets användningssyfte", "Itsepalvelulainaamon kokeilu"),
        "en": ("Purpose of the grant", "Itsepalvelulainaamon kokeilu"),
    },
    "10 eligible costs and plan": {
        "fi": ("Hyväksyttävät kustannukset yhteensä 8 500,50 €", "Tarvikkeet 2 500,50 €"),
        "sv": ("Godtagbara kostnader totalt 8 500,50 €", "Tarvikkeet 2 500,50 €"),
        "en": ("Eligible costs in total €8,500.50", "Tarvikkeet €2,500.50"),
    },
    "11 share and self-financing": {
        "fi": ("enintään 70,5 % hyväksyttävistä", "varat luetaan hankkeen omarahoitukseksi"),
        "sv": ("högst 70,5 % av de godtagbara", "räknas som projektets egenfinansiering"),
        "en": ("at most 70.5% of the eligible", "counts as self-financing of the project"),
    },
    "12 period of use": {
        "fi": ("Käyttöaika", "1. tammikuuta 2027 – 30. kesäkuuta 2027"),
        "sv": ("Användningstid", "1 januari 2027–30 juni 2027"),
        "en": ("Period of use", "from 1 January 2027 to 30 June 2027"),
    },
    "13 payment": {
        "fi": ("FI21 1234 5600 0007 85", "NDEAFIHH", "29.10.30.20.11.2", "15.1.2027", "4 200,00 €"),
        "sv": ("FI21 1234 5600 0007 85", "NDEAFIHH", "29.10.30.20.11.2", "31.8.2027"),
        "en": ("FI21 1234 5600 0007 85", "NDEAFIHH", "29.10.30.20.11.2", "€1,800.00"),
    },
    "14 reporting": {
        "fi": (
            "oppikortin viimeistään 31. elokuuta 2027",
            "väliselvityksen viimeistään 15. huhtikuuta 2027",
            "ei sellaisenaan ole peruste avustuksen takaisinperinnälle",
        ),
        "sv": (
            "lärdomskort senast den 31 augusti 2027",
            "mellanredovisning senast den 15 april 2027",
            "inte i sig en grund för återkrav",
        ),
        "en": (
            "learning card by 31 August 2027",
            "interim report by 15 April 2027",
            "not in itself a ground for recovering the grant",
        ),
    },
    "15 audit and recovery": {
        "fi": ("Tarkastusoikeus ja takaisinperintä", "19–22 §:ssä"),
        "sv": ("Granskningsrätt och återkrav", "19–22 §"),
        "en": ("Audit and recovery", "sections 19 to 22"),
    },
    "16 rights to results": {
        "fi": ("Oikeudet tuloksiin", "CC BY 4.0"),
        "sv": ("Rätt till resultaten", "CC BY 4.0"),
        "en": ("Rights to the results", "CC BY 4.0"),
    },
    "17 acceptance": {
        "fi": ("Saaja ilmoittaa viimeistään 15. joulukuuta 2026",),
        "sv": ("Understödstagaren meddelar senast den 15 december 2026",),
        "en": ("The recipient says by 15 December 2026",),
    },
    "18 review": {
        "fi": ("ei saa hakea muutosta valittamalla", "viimeinen päivä on 28. joulukuuta 2026"),
        "sv": ("får inte överklagas genom besvär", "omprövning är den 28 december 2026"),
        "en": ("No appeal may be made", "last day for the request is 28 December 2026"),
    },
    "19 contact": {
        "fi": ("Lisätietoja Veikko Neuvoja", "neuvoja@kokeilu.example"),
        "sv": ("Mer information Veikko Neuvoja", "neuvoja@kokeilu.example"),
        "en": ("More information Veikko Neuvoja", "neuvoja@kokeilu.example"),
    },
    "20 presenter and decision-maker": {
        "fi": ("Risto Ratkaisija johtaja", "Elina Esittelijä erityisasiantuntija Esittelijä"),
        "sv": ("Risto Ratkaisija johtaja", "Elina Esittelijä erityisasiantuntija Föredragande"),
        "en": ("Risto Ratkaisija johtaja", "Elina Esittelijä erityisasiantuntija Presenter"),
    },
    "21 attachments": {
        "fi": ("Liite 1 Talousarvio", "Liite 2 Oikaisuvaatimusohje", "Liite 4 Pakoteilmoitus"),
        "sv": ("Bilaga 1 Budget", "Bilaga 3 Villkor", "Bilaga 4 Meddelande om sanktioner"),
        "en": ("Annex 1 Budget plan", "Annex 2 Instructions", "Annex 3 Conditions of the grant"),
    },
}
