"""How the checks read a store: Python 3 with SQLite."""

import sqlite3


def rows(db, sql, *values):
    connection = sqlite3.connect(f"file:{db}?mode=ro", uri=True, timeout=60)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()
