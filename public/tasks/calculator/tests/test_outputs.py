import ast
import json
from pathlib import Path

import pytest

RESULTS = {case: rest for case, *rest in map(json.loads, Path("/tmp/results").read_text().splitlines())}


@pytest.mark.parametrize(
    "case, value",
    [
        ("1+2*3", "7"),
        ("(1+2)*3", "9"),
        ("2^3^2", "512"),
        ("-2^2", "-4"),
        ("2^-1", "0.5"),
        ("7/2", "3.5"),
        ("1/3", "0.333333"),
        (" 10 - 4 - 3 ", "3"),
        ("2*(3+(4-1))", "12"),
        ("0.5+.25", "0.75"),
        ("--3", "3"),
        ("10/5", "2"),
    ],
)
def test_value(case, value):
    assert RESULTS[case] == [value, "", 0]


@pytest.mark.parametrize("case", ["1+", "(1", "1 2", "2**3", "abs(1)", ""])
def test_syntax(case):
    assert RESULTS[case] == ["", "error: syntax", 1]


@pytest.mark.parametrize("case", ["1/0", "3/(2-2)"])
def test_division_by_zero(case):
    assert RESULTS[case] == ["", "error: division by zero", 1]


def test_evaluates_by_itself():
    tree = ast.parse(Path("/app/calc.py").read_text())
    called = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not called & {"eval", "exec", "compile", "__import__"}
