"""The inputs of the fuzzer: which folder is written, and what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from fuzz import byte_mutations, parquet_mutations, protocol_mutations, table_mutations, workbook_mutations
from fuzz.corpus import Seed, events, seeds
from fuzz.drawing import Draw

TARGETS = ("load_trial", "load_trial", "examine", "read_protocol", "scaffold")
"""What is asked; loading twice as often as the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One folder and the question that is asked of it; `ways` names what was done to the seed."""

    number: int
    target: str
    seed: Seed
    files: dict[str, bytes] = field(repr=False)
    ways: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.number} {self.target} of {self.seed.name}: {'; '.join(self.ways)}"


def input_of(seed: int, number: int) -> Input:
    """Return an input; it depends on the seed and its number only."""
    draw = Draw(seed, number)
    target = draw.one(TARGETS)
    grown = draw.one([*seeds().values(), seeds()["csv"], seeds()["csv"]])
    files = {"protocol.toml": grown.protocol.encode(), grown.file: grown.table, "events.csv": events()}
    if target == "read_protocol":
        spoilt = ["protocol.toml"]
    elif target == "scaffold":
        spoilt = [draw.one((grown.file, grown.file, "events.csv"))]
        del files["protocol.toml"]
    else:
        spoilt = [draw.one((grown.file, grown.file, grown.file, "events.csv", "protocol.toml"))]
        if draw.chance(0.1):
            spoilt.append(draw.one(sorted({*files} - {*spoilt})))
    ways = []
    for name in spoilt:
        files[name], told = _spoilt(name, files[name], grown, draw)
        ways += [f"{name} {way}" for way in told]
    return Input(number=number, target=target, seed=grown, files=files, ways=tuple(ways))


def _spoilt(name: str, content: bytes, seed: Seed, draw: Draw) -> tuple[bytes, list[str]]:
    """Spoil a file as what it is in two of three cases, as bytes in the third."""
    other = draw.one(list(seeds().values())).table
    if draw.chance(0.35):
        return byte_mutations.spoil(content, draw, other)
    if name == "protocol.toml":
        return protocol_mutations.spoil(content.decode(), draw)
    if name == "events.csv":
        return table_mutations.spoil(content, "csv", "utf-8", draw)
    if seed.encoding:
        return table_mutations.spoil(content, seed.name, seed.encoding, draw)
    if seed.name == "xlsx":
        return workbook_mutations.spoil(content, draw)
    if seed.name == "parquet":
        return parquet_mutations.spoil(content, draw)
    return byte_mutations.spoil(content, draw, other)
