"""Reference values of costs and effects from R, and the trial of 24 people that they are of."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

FIXTURE = Path(__file__).parent / "reference" / "fixtures" / "economics.json"
R = {key: value for key, value in json.loads(FIXTURE.read_text(encoding="utf-8")).items() if key != "about"}

ALONG = np.arange(1, 25)
TREATED = ALONG % 2 == 0
HARM = (np.where(TREATED, 2, 3) > (ALONG * 7) % 5).astype(float)
COST = 1000.0 * ((ALONG * 11) % 13) + 4000 * HARM + 9000 * TREATED
