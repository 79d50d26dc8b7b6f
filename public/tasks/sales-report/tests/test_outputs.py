import json
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def report():
    return json.loads(Path("/app/report.json").read_text())


@pytest.mark.parametrize(
    "region, units, revenue",
    [("north", 15, 850.9), ("south", 21, 764.1), ("east", 9, 318.93)],
)
def test_region(report, region, units, revenue):
    assert report["regions"][region]["units"] == units
    assert report["regions"][region]["revenue"] == pytest.approx(revenue, abs=0.005)


def test_has_no_other_region(report):
    assert len(report["regions"]) == 3


def test_best_product(report):
    assert report["best_product"] == "Chair"


def test_counts_faulty_lines(report):
    assert report["faulty"] == 2
