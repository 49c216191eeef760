#!/usr/bin/env python3
"""Triggers one call for each row of a CSV file and writes the results as CSV. Needs nothing but Python.

The column `phone` says whom to call, every other column is metadata of its row. The server paces the calls. Started again with the same file
within a day, it calls nobody twice, and writes the results once more.

AITELIER_URL=http://127.0.0.1:8080/aitelier AITELIER_API_KEY=avp_test_… \\
    Examples/clients/aitelier/batch.py appointment-reminder contacts.csv
"""

import csv
import hashlib
import io
import sys
from collections import Counter

sys.dont_write_bytecode = True
from call import Aitelier  # noqa: E402


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    scenario, path = sys.argv[1:]
    with open(path, newline="", encoding="utf-8") as file:
        text = file.read()
    batch = hashlib.sha256(f"{scenario}\n{text}".encode()).hexdigest()[:32]
    aitelier = Aitelier()
    sessions = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text, newline=""))):
        phone = row.pop("phone")
        sessions.append(aitelier.trigger(scenario, phone, row, f"{batch}-{number}"))
    results = csv.writer(sys.stdout)
    results.writerow(["phone", "session_id", "status", "end_state", "outcome"])
    counts = Counter()
    for session in sessions:
        record = aitelier.session(session)
        counts[record["status"]] += 1
        results.writerow([record[column] for column in ("phone", "session_id", "status", "end_state", "outcome")])
    print(f"{len(sessions)} rows: {counts['completed']} completed, {counts['failed']} failed", file=sys.stderr)


if __name__ == "__main__":
    main()
