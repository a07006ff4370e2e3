"""Write participants.csv from the copy of the Maryland trial that lifelines ships.

Run from anywhere: python data/sample/maryland/make_participants.py
The nine columns are kept as they are; a running number is added so that each row has an id.
"""

from pathlib import Path

from lifelines.datasets import load_rossi

if __name__ == "__main__":
    men = load_rossi()
    men.insert(0, "man", range(1, len(men) + 1))
    men.to_csv(Path(__file__).with_name("participants.csv"), index=False, lineterminator="\n")
