import ast
from pathlib import Path

import pytest

TESTS = sorted(Path(__file__).parent.parent.rglob("test_*.py"))
KAFKA = Path(__file__).parents[2] / "streams" / "kafka"


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_every_test_says_what_it_proves(path):
    """A test's docstring is the behaviour in one sentence."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    silent = [one.name for one in functions if one.name.startswith("test_") and not ast.get_docstring(one)]
    assert silent == []


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_no_two_tests_share_a_name(path):
    """Of two tests with one name only the last would run."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]:
        names = [node.name for node in scope.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("path", sorted(KAFKA.glob("*.py")), ids=lambda path: path.stem)
def test_every_public_method_says_what_it_does(path):
    """Also where its class is private: whoever follows a protocol to its implementation reads them all."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    methods = [
        (scope.name, node)
        for scope in ast.walk(tree)
        if isinstance(scope, ast.ClassDef)
        for node in scope.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    silent = [
        f"{name}.{one.name}" for name, one in methods if one.name[0] != "_" and not ast.get_docstring(one)
    ]
    assert silent == []
