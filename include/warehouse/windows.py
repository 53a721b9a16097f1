"""Association windows: from edge sets, read now and then, to the spans in which edges stood.

HubSpot gives links no dates, so a window is what was observed: it opens at the read that first
shows the edge and closes at the first read that no longer does.
"""
# ruff: noqa: S608 - names come from streams.py; values are bound

from include.warehouse.manifest import LandedFile
from include.warehouse.merge import Merge
from include.warehouse.streams import STREAMS, Stream


def merge_edges(
    merge: Merge, edges: Stream, landed_edges: LandedFile | None, landed_reads: LandedFile
) -> None:
    """Diff the sets that a run read against the windows that stand.

    Any number of reads of one set in a run is diffed one after the other. A read older than the
    last one known is left out: it cannot say what stands now.

    Args:
        merge: The load in progress.
        edges: The spec of the edges.
        landed_edges: Its file; None when every set that was read is empty.
        landed_reads: The file of its reads.
    """
    reads = STREAMS[edges.reads]
    merge.view("incoming_edges", edges, landed_edges)
    merge.view("incoming_reads", reads, landed_reads)
    _number_sets(merge, edges)
    _collect_sightings(merge, edges)
    _join_into_windows(merge, edges)
    # a window that closes is said by the reads alone when its set is empty now
    _store_windows(merge, edges, (landed_edges or landed_reads).stream)
    _store_reads(merge, reads)


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _same(columns: tuple[str, ...], alias: str) -> str:
    return " and ".join(f'spans."{name}" = {alias}."{name}"' for name in columns)


def _number_sets(merge: Merge, edges: Stream) -> None:
    """sets: one row per read of a set, numbered 1.. in time; number 0 is what was known before."""
    group = _names(edges.group)
    merge.run(f"""
        create or replace temp table sets as
        select {group}, r.extracted_at as read_at,
            row_number() over (partition by {group} order by r.extracted_at) as n,
            known.last_read_at is null and n = 1 as is_first_read
        from (select distinct {group}, extracted_at from incoming_reads) as r
        left join raw.{edges.reads} as known using ({group})
        where known.last_read_at is null or r.extracted_at >= known.last_read_at
    """)


def _collect_sightings(merge: Merge, edges: Stream) -> None:
    """sightings: edge and number of the set in which it was seen.

    HubSpot's clock shows seconds. A window that was closed in the very second of the next read
    counts as standing before it: shown again, the edge never went, and windows of one edge never
    share a moment.
    """
    group, key, payload = _names(edges.group), _names(edges.key), _names(edges.payload)
    latest = ", ".join(f'last("{c}" order by landing_row) as "{c}"' for c in edges.payload)
    merge.run(f"""
        create or replace temp table sightings as
        select {key}, {payload}, observed_at, 0 as n
        from raw.{edges.name} as stored join sets using ({group})
        where sets.n = 1 and (stored.gone_at is null or stored.gone_at = sets.read_at)
        union all
        select {key}, {latest}, null, n
        from incoming_edges join sets using ({group})
        where incoming_edges.extracted_at = sets.read_at
        group by {key}, n
    """)


def _join_into_windows(merge: Merge, edges: Stream) -> None:
    """windows: sightings in consecutive sets are one window (gaps and islands)."""
    key = _names(edges.key)
    latest = ", ".join(f'last("{c}" order by n) as "{c}"' for c in edges.payload)
    merge.run(f"""
        create or replace temp table windows as
        with islands as (
            select *, n - row_number() over (partition by {key} order by n) as island
            from sightings
        ),
        spans as (
            select {key}, {latest}, min(n) as first_n, max(n) as last_n,
                max(observed_at) as known_since
            from islands group by {key}, island
        )
        select spans.*, opening.is_first_read, closing.read_at as gone_at,
            coalesce(spans.known_since, opening.read_at) as observed_at,
            coalesce(closing.read_at, latest.read_at) as extracted_at
        from spans
        left join sets as opening on {_same(edges.group, "opening")} and opening.n = first_n
        left join sets as latest on {_same(edges.group, "latest")} and latest.n = last_n
        left join sets as closing on {_same(edges.group, "closing")} and closing.n = last_n + 1
    """)


def _store_windows(merge: Merge, edges: Stream, source: str) -> None:
    """Change the windows that closed or whose payload changed, add those that opened."""
    same = " and ".join(f'stored."{c}" = windows."{c}"' for c in (*edges.key, "observed_at"))
    watched = (*edges.payload, "gone_at")
    changed = " or ".join(f'stored."{c}" is distinct from windows."{c}"' for c in watched)
    values = {c: f'windows."{c}"' for c in watched}
    values |= merge.meta_expressions(source, "windows.extracted_at")
    merge.run(f"""
        update raw.{edges.name} as stored
        set {", ".join(f'"{name}" = {value}' for name, value in values.items())}
        from windows where windows.first_n = 0 and {same} and ({changed})
    """)
    columns = (*edges.column_names, "observed_at", "is_first_read", "gone_at")
    merge.insert(edges, {c: f'"{c}"' for c in columns}, "from windows where first_n > 0")


def _store_reads(merge: Merge, reads: Stream) -> None:
    group = _names(reads.group)
    values = merge.meta_expressions(reads.name, "latest.last_read_at")
    merge.run(f"""
        merge into raw.{reads.name} as stored
        using (
            select {group}, min(read_at) as first_read_at, max(read_at) as last_read_at
            from sets group by {group}
        ) as latest using ({group})
        when matched then update set last_read_at = latest.last_read_at,
            {", ".join(f"{name} = {value}" for name, value in values.items())}
        when not matched then insert
            ({group}, first_read_at, last_read_at, {_names(tuple(values))})
            values ({", ".join(f'latest."{c}"' for c in reads.group)}, latest.first_read_at,
                latest.last_read_at, {", ".join(values.values())})
    """)
