"""The inventory: distinct values, counts, sealed state, findings."""

from pathlib import Path

import numpy as np
import pytest

from auditor.errors import UsageError
from auditor.inventory import Collector, FindingStore, Inventory, count_locations
from auditor.keys import Key
from auditor.model import Category, Claim, Element, Facts, Item, Kind, Match, Place, Record, Severity, Status

NAME = Element(Place.DATASET, "(0010,0010) PatientName", "DOE^JANE", "PN", 0x00100010)
NESTED = Element(
    Place.DATASET, "(0040,0275)[#].(0040,1002) Reason", "seen by Dr Roe", "LO", 0x00401002, counts=(3,)
)


def fill(inventory: Inventory, files: int = 4) -> None:
    """`files` files of two patients with the same name and one nested element."""
    for index in range(files):
        collector = Collector(inventory.key.derive("values"))
        facts = Facts(patient=f"p{index % 2}", exam=f"e{index}", age="050Y")
        record = Record(
            Item(f"Jane Doe/{index}.dcm", 10),
            Kind.DICOM,
            Status.READ,
            None,
            (NAME, NESTED),
            Claim("YES"),
            facts,
            1,
        )
        collector.add(
            record,
            index,
            0.1,
            frames_examined=1,
            portrait=np.full((8, 8), index, np.uint8),
            digest=f"d{index}",
        )
        inventory.add(collector.batch, [facts])


@pytest.fixture
def inventory(tmp_path: Path, key: Key) -> Inventory:
    made = Inventory(tmp_path / "state", key, "settings")
    fill(made)
    return made


def test_a_value_is_kept_once_however_many_files_hold_it(inventory: Inventory) -> None:
    values = {element.value: element for _, element, _ in inventory.distinct_values(*Place)}
    assert values.keys() == {"DOE^JANE", "seen by Dr Roe"}
    assert inventory.count_values(*Place) == 2
    assert inventory.count_values(Place.PIXELS) == 0
    assert [
        (row.location, row.distinct_values, row.files, row.patients) for row in count_locations(inventory)
    ] == [
        ("(0010,0010) PatientName", 1, 4, 2),
        ("(0040,0275)[#].(0040,1002) Reason", 1, 4, 2),
    ]


def test_the_state_on_disk_holds_no_value_no_path_and_no_patient(inventory: Inventory) -> None:
    inventory.db.execute("CHECKPOINT")
    content = b"".join(path.read_bytes() for path in inventory.file.parent.rglob("*") if path.is_file())
    for secret in (b"DOE^JANE", b"Dr Roe", b"Jane Doe", b'"p1"', b"050Y"):
        assert secret not in content


def test_findings_are_spread_over_files_and_counted(inventory: Inventory, key: Key) -> None:
    store = FindingStore(inventory)
    for number, element, _ in inventory.distinct_values(*Place):
        store.add(
            "T1", Match(0.9), severity=Severity.HIGH, category=Category.NAME, text=element.value, value=number
        )
    store.add("L1", Match(1.0, location="dataset"), severity=Severity.LOW, category=Category.LINKAGE)
    store.spread()
    assert store.totals() == (9, 4, 2)
    groups = {group.location: group for group in store.groups()}
    assert groups["(0010,0010) PatientName"].files == 4
    assert groups["(0010,0010) PatientName"].masked == "XXX^XXXX"
    assert groups["dataset"].path == ""
    assert store.flagged() == {key.value(text) for text in ("DOE^JANE", "JANE", "seen by Dr Roe", "seen")}
    patients = {found.patient: found for found in store.patients()}
    assert patients[key.patient("p0")].findings == 4
    assert patients[key.patient("p0")].worst is Severity.HIGH


def test_an_interrupted_scan_goes_on_with_the_same_settings_only(tmp_path: Path, key: Key) -> None:
    with Inventory(tmp_path, key, "a") as first:
        fill(first, 2)
    with Inventory(tmp_path, key, "a", resume=True) as again:
        assert again.done() == {0, 1}
    with pytest.raises(UsageError, match="other settings"):
        Inventory(tmp_path, key, "b", resume=True)
    with Inventory(tmp_path, key, "b") as fresh:
        assert fresh.done() == set()


def test_a_long_series_gives_one_portrait_and_all_for_duplicates(tmp_path: Path, key: Key) -> None:
    inventory = Inventory(tmp_path, key, "a")
    for index in range(11):
        collector = Collector(b"k")
        facts = Facts(patient="p", exam="e", series="s")
        record = Record(Item(f"{index:02d}.dcm", 1), Kind.DICOM, Status.READ, facts=facts, frames_total=1)
        collector.add(record, index, 0, portrait=np.full((4, 4), index, np.uint8), digest=str(index))
        inventory.add(collector.batch, [facts])
    assert [portrait.path for portrait in inventory.portraits()] == ["05.dcm"]
    assert len(list(inventory.portraits(every=True))) == 11


@pytest.mark.parametrize("order", [(0.5, 0.9), (0.9, 0.5)])
def test_text_in_pixels_counts_with_its_surest_reading(
    tmp_path: Path, key: Key, order: tuple[float, float]
) -> None:
    inventory = Inventory(tmp_path, key, "a")
    for index, confidence in enumerate(order):
        collector = Collector(b"k")
        read = Element(Place.PIXELS, "pixels frame=#", "616205", counts=(0,), confidence=confidence)
        record = Record(Item(f"{index}.dcm", 1), Kind.DICOM, Status.READ, elements=(read,))
        collector.add(record, index, 0)
        inventory.add(collector.batch, [Facts()])
    assert [element.confidence for _, element, _ in inventory.distinct_values(Place.PIXELS)] == [0.9]
