"""Files counted by kind, status and reason."""

from __future__ import annotations

from auditor.inventory.store import Inventory


def count_files(inventory: Inventory) -> dict[str, dict[str, int]]:
    """Files by kind, by status and by reason; and sums of bytes, frames and attribution."""
    grouped = {
        column: dict(
            inventory.db.execute(
                f"SELECT {column}, count(*) FROM items GROUP BY {column} ORDER BY {column}"
            ).fetchall()
        )
        for column in ("kind", "status", "reason")
    }
    query = """SELECT count(*) AS files, coalesce(sum(size), 0) AS bytes,
            coalesce(sum(frames_total), 0) AS frames_total,
            coalesce(sum(frames_examined), 0) AS frames_examined,
            coalesce(sum(screened), 0) AS screened, coalesce(sum(spared), 0) AS spared,
            coalesce(sum(repeated), 0) AS repeated,
            count(DISTINCT nullif(patient, '')) AS patients,
            count(*) FILTER (frames_total > 0) AS images,
            count(*) FILTER (patient = '' AND frames_total > 0) AS without_patient FROM items"""
    cursor = inventory.db.execute(query)
    names = [column[0] for column in cursor.description or ()]
    sums = {name: int(value) for name, value in zip(names, cursor.fetchone() or (), strict=True)}
    return {**grouped, "sum": sums}
