"""Documents by side and period."""

import pandas as pd

import framing as fr


def test_counts_documents_once_and_shows_empty_cells():
    rows = pd.DataFrame(
        {
            "document": ["a", "a", "b", "c"],
            "region": ["US", "US", "US", "EU"],
            "year": [2021, 2021, 2022, 2022],
        }
    )
    table = fr.timeline(fr.Features([[1]] * 4, ["x"], rows), "region")
    wide = table.set_index(["group", "period"])
    assert wide["n_documents"].to_dict() == {
        ("US", "2021"): 1,
        ("US", "2022"): 1,
        ("EU", "2021"): 0,
        ("EU", "2022"): 1,
    }
    assert wide.loc[("US", "2021"), "n_segments"] == 2
