"""The tables of votes and searches, as `kb/migrations/` makes them. Nothing in them says who somebody is."""

from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, String, Table

from kb.database import METADATA

VOTES = Table(
    "votes",
    METADATA,
    Column("article", String(200), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("voter", LargeBinary(16), primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("reason", String(16), nullable=False),
)
"""`voter` is a keyed hash, another one for every article and day; when the day is over, random bytes."""

SEARCHES = Table(
    "searches",
    METADATA,
    Column("query", String(120), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("verdict", String(16), primary_key=True),
    Column("nearest", String(200), primary_key=True),
    Column("count", Integer, nullable=False),
)
"""`query` is scrubbed, `nearest` the slug of the first result, '' for none."""
