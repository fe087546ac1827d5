#!/usr/bin/env python3
"""Makes samples/objects/people.json: 200 people of corp.example and 12 groups of them, the same ones
on every machine.

    samples/make-people.py            writes the file
    samples/make-people.py --check    says whether the file is what this program makes

Names are drawn country by country, so that a name looks like one; no random module is involved,
whose sequences are a promise of one Python version only.
"""

import json
import pathlib
import sys
import unicodedata

COUNT = 200
TARGET = pathlib.Path(__file__).resolve().parent / "objects" / "people.json"

# Country: dialling prefix, given names, surnames.
COUNTRIES = [
    ("+47 2", "Åse Bjørn Sølvi Håkon Ingrid Øyvind Kari Torbjørn Ragnhild Sigurd",
     "Ødegård Bråten Næss Hågensen Lunde Sørbø Tveit Fjeldstad Bakke Østby"),
    ("+299 3", "Aviâja Inuk Pipaluk Malik Nivi Qupanuk Ivalu Minik Arnaq Nukaaraq",
     "Petrussen Kleist Lynge Heilmann Motzfeldt Josefsen Rosing Berthelsen Olsvig Chemnitz"),
    ("+49 30 ", "Jürgen Käthe Sören Anneliese Björn Heike Günther Lieselotte Matthias Frauke",
     "Müller Schäfer Weiß Krüger Groß Böhm Lößnitz Vögele Jäger Übelacker"),
    ("+48 22 ", "Łukasz Małgorzata Żaneta Wojciech Bożena Świętosława Grzegorz Jolanta Paweł Zofia",
     "Wójcik Dąbrowska Śliwiński Żukowska Łopaciński Gołąb Kędzierski Źrebiec Pająk Mączka"),
    ("+36 1 ", "Győző Zsófia Árpád Erzsébet László Tünde Ödön Piroska Ákos Ilona",
     "Szűcs Kővári Nagy Tóth Göröntsér Ágoston Hegedűs Őrsi Vörös Jámbor"),
    ("+90 212 ", "Çağla İbrahim Gülşen Oğuz Şebnem Ümit Işıl Tuğrul Nazlı Ozan",
     "Yılmaz Öztürk Şahin Çelik Doğan Kılıç Aydın Güneş Işık Erdoğmuş"),
    ("+33 1 ", "Zoé François Hélène Jérôme Maëlle Benoît Cécile Loïc Océane Gaël",
     "Lefèvre Garçon Béranger Noël Châtelain Dubois D'Aubigné Pérès L'Hôte Besançon"),
    ("+34 91 ", "Íñigo Begoña José Lucía Ángel Montserrat Joaquín Nuria Andrés Pilar",
     "Núñez Ibáñez Muñoz García Peña Álvarez Ordóñez Cañas Güell Sáenz"),
    ("+354 5", "Þórdís Guðmundur Sigríður Ægir Hrafnhildur Björk Ísleifur Ásta Örn Katrín",
     "Þórsdóttir Jónsson Guðnadóttir Einarsson Ólafsdóttir Hákonarson Ævarsdóttir Briem Thors Hafstein"),
    ("+420 2", "Jiří Božena Řehoř Kateřina Ondřej Světlana Zdeněk Tereza Vojtěch Eliška",
     "Dvořák Novotná Šťastný Růžičková Kříž Žižková Čermák Hájková Beneš Součková"),
    ("+30 21", "Γιώργος Ελένη Κώστας Μαρία Νίκος Σοφία Δημήτρης Άννα Πέτρος Ιωάννα",
     "Παπαδάκης Οικονόμου Νικολάου Αγγελής Δήμου Ζαχαρίου Κωνσταντίνου Μακρής Ράλλης Φωτίου"),
    ("+380 44 ", "Олена Тарас Ганна Їжак Оксана Богдан Юлія Андрій Марія Остап",
     "Шевченко Кравець Бойко Ткачук Лисенко Гончар Мельник Єфименко Щербак Яремчук"),
    ("+81 3 ", "花子 健一 美咲 翔太 陽子 大輔 さくら 直樹 恵 拓海",
     "佐藤 鈴木 高橋 田中 渡辺 伊藤 山本 中村 小林 加藤"),
    ("+91 22 ", "Aarav Priya Rohan Lakshmi Vikram Ananya Suresh Kavita Arjun Meera",
     "Iyer Sharma Patel Nair Banerjee Kulkarni Reddy Chatterjee Menon Deshpande"),
    ("+353 1 ", "Siobhán Pádraig Aoife Seán Gráinne Ciarán Niamh Tadhg Róisín Eoin",
     "O'Brien Ní Dhomhnaill O'Sullivan Mac Gearailt Ó Briain Byrne Kavanagh Doyle Breathnach Walsh"),
    ("+84 24 ", "Nguyệt Hùng Ngọc Đức Thảo Quân Hương Tuấn Ánh Khánh",
     "Nguyễn Trần Phạm Đặng Hoàng Võ Bùi Đỗ Hồ Ngô"),
]
TITLES = [
    "Head of Logistics", "Accountant", "Network Engineer", "Directory Administrator", "Nurse",
    "Harbour Pilot", "Chief Financial Officer", "Translator", "Site Manager", "Glaciologist",
    "Buyer", "Electrician", "Legal Counsel", "Payroll Clerk", "Data Analyst", "Receptionist",
]
# Group: whose members it has, by title or by the country's dialling prefix.
GROUPS = {
    "Directory Administrators": ["Directory Administrator"],
    "Engineering": ["Network Engineer", "Electrician", "Data Analyst"],
    "Finance": ["Accountant", "Buyer", "Chief Financial Officer", "Payroll Clerk"],
    "Harbour": ["Harbour Pilot", "Head of Logistics"],
    "Heads": ["Head of Logistics", "Chief Financial Officer", "Site Manager"],
    "Health and Ice": ["Nurse", "Glaciologist"],
    "Legal and Words": ["Legal Counsel", "Translator"],
    "Reception": ["Receptionist"],
    "Site Managers": ["Site Manager"],
    "Staff Greenland": ["+299 3"],
    "Staff Iceland": ["+354 5"],
    "Staff Norway": ["+47 2"],
}
# Names of several words, which the lists above would tear apart.
WHOLE = {"Ní Dhomhnaill", "Mac Gearailt", "Ó Briain"}
# Letters that do not fall apart into an ASCII letter and a mark, and whole scripts.
LATIN = {
    "ø": "o", "æ": "ae", "å": "aa", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    "ä": "ae", "ö": "oe", "ü": "ue", "'": "", " ": "",
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i",
    "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
    "ς": "s", "τ": "t", "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
    "а": "a", "б": "b", "в": "v", "г": "h", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z",
    "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o",
    "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch",
    "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia",
    "花子": "hanako", "健一": "kenichi", "美咲": "misaki", "翔太": "shota", "陽子": "yoko",
    "大輔": "daisuke", "さくら": "sakura", "直樹": "naoki", "恵": "megumi", "拓海": "takumi",
    "佐藤": "sato", "鈴木": "suzuki", "高橋": "takahashi", "田中": "tanaka", "渡辺": "watanabe",
    "伊藤": "ito", "山本": "yamamoto", "中村": "nakamura", "小林": "kobayashi", "加藤": "kato",
}


def words(text):
    for whole in WHOLE:
        text = text.replace(whole, whole.replace(" ", "_"))
    return [word.replace("_", " ") for word in text.split()]


def ascii_name(name):
    if name in LATIN:
        return LATIN[name]
    letters = []
    for letter in unicodedata.normalize("NFC", name.lower()):
        if unicodedata.combining(letter):
            continue
        if letter not in LATIN:
            letter = unicodedata.normalize("NFD", letter)[0]
        letters.append(LATIN.get(letter, letter))
    made = "".join(letters)
    assert made.isascii() and made.isalpha(), name
    return made


def people():
    made = []
    for index in range(COUNT):
        prefix, given, surnames = COUNTRIES[index % len(COUNTRIES)]
        lap = index // len(COUNTRIES)
        given_name = words(given)[lap % 10]
        surname = words(surnames)[(lap * 3 + index % len(COUNTRIES) + lap // 10) % 10]
        full = f"{given_name} {surname}"
        made.append({
            "dn": f"cn={full},ou=people",
            "attributes": {
                "givenName": [given_name],
                "sn": [surname],
                "mail": [f"{ascii_name(given_name)}.{ascii_name(surname)}@corp.example"],
                "title": [TITLES[(index * 7 + lap) % len(TITLES)]],
                "telephoneNumber": [f"{prefix.strip()} 555 {index:04d}"],
            },
        })
    for unique in ("dn", "mail"):
        values = {str(p["dn"] if unique == "dn" else p["attributes"]["mail"]).casefold() for p in made}
        assert len(values) == COUNT, f"{unique} is not unique"
    return made


def groups(everyone):
    made = []
    for name, marks in GROUPS.items():
        members = [person["dn"] for person in everyone
                   if any(person["attributes"]["title"] == [mark]
                          or person["attributes"]["telephoneNumber"][0].startswith(mark + " ")
                          for mark in marks)]
        assert members, name
        made.append({"dn": f"cn={name},ou=groups", "attributes": {"member": members}})
    return made


def text():
    everyone = people()
    objects = everyone + groups(everyone)
    return "[\n" + ",\n".join("  " + json.dumps(o, ensure_ascii=False) for o in objects) + "\n]\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text():
            sys.exit("samples/objects/people.json differs from what samples/make-people.py makes: run it")
    elif not sys.argv[1:]:
        TARGET.write_text(text(), encoding="utf-8")
    else:
        sys.exit(__doc__)
