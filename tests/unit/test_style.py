import ast
from pathlib import Path

import pytest

TESTS = sorted(Path(__file__).parent.parent.rglob("test_*.py"))
STREAMS = Path(__file__).parents[2] / "streams"
SOURCES = sorted(STREAMS.rglob("*.py"))
KAFKA = STREAMS / "kafka"
FORBIDDEN = {
    "eval", "exec", "compile", "__import__",
    "pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "jsonpickle",
    "multiprocessing.reduction",
    "os.system", "os.popen", "yaml.load", "yaml.unsafe_load",
}  # fmt: skip


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


def dangerous(source):
    """What in the source could run what comes from outside: `eval`, `exec`, `compile`, pickles and their like."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            found.append(ast.unparse(node.func).removeprefix("builtins."))
            found += [f"shell=True of {found[-1]}" for one in node.keywords if one.arg == "shell"]
        elif isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [node.module or "", *(f"{node.module}.{name.name}" for name in node.names)]
    return [one for one in found if one in FORBIDDEN or one.startswith("shell=True")]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(STREAMS)))
def test_nothing_runs_what_comes_from_outside(path):
    """No pickle, eval or exec in all of Parley: what a topic or a file holds is read as data."""
    assert dangerous(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "from multiprocessing import reduction",
        "import shelve, json",
        "eval('1')",
        "builtins.exec(text)",
        "compile(text, '', 'exec')",
        "__import__(name)",
        "os.system(text)",
        "subprocess.run(text, shell=True)",
        "yaml.load(text)",
    ],
)
def test_the_look_for_it_finds_it(source):
    """Each way to run what comes from outside is found where it stands."""
    assert len(dangerous(source)) == 1


def test_the_look_for_it_passes_data():
    """`re.compile`, JSON and a program of our own choice are none."""
    assert dangerous("import json, re\nre.compile(text)\njson.loads(text)\nsubprocess.run(['git'])") == []
