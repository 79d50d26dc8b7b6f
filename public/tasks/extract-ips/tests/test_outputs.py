from pathlib import Path

import pytest

WANTED = [
    "8.8.4.4",
    "10.0.0.2",
    "10.0.0.10",
    "70.41.3.18",
    "172.16.254.1",
    "192.168.1.7",
    "203.0.113.195",
]


@pytest.fixture
def found():
    return Path("/app/ips.txt").read_text().split("\n")


def test_ends_in_a_newline(found):
    assert found[-1] == ""


def test_has_each_address_once(found):
    assert sorted(found[:-1]) == sorted(WANTED)


@pytest.mark.parametrize("other", ["300.1.1.1", "256.256.256.256", "1.2.3.4", "2.3.4.5"])
def test_has_nothing_else(found, other):
    assert other not in found


def test_is_sorted_by_value(found):
    assert found[:-1] == WANTED
