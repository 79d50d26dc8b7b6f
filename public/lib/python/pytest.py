"""Runs tests written for pytest, as far as one process without packages can.

Functions `test_*` and classes `Test*` of files `test_*.py` and `*_test.py`; fixtures (scopes, yield, params, autouse,
conftest.py, and of the built-in ones tmp_path, capsys, monkeypatch, request); marks parametrize, skip, skipif, xfail,
usefixtures; raises, approx, fail, skip, importorskip. Exit codes are pytest's: 0 all passed, 1 some failed, 2 some could
not be read, 4 wrong usage, 5 none found. No plugins, no rewriting of asserts.
"""

import contextlib
import importlib.util
import inspect
import io
import itertools
import json
import math
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time
import traceback

__version__ = "8.0.0+oanix"

# Whoever imports pytest from a test gets this module, not a second one.
sys.modules["pytest"] = sys.modules[__name__]


# Outcomes


class Skipped(BaseException):
    pass


class Failed(AssertionError):
    pass


class UsageError(Exception):
    pass


def skip(reason="", *, allow_module_level=False, msg=None):
    raise Skipped(msg or reason)


def fail(reason="", pytrace=True, msg=None):
    raise Failed(msg or reason)


def importorskip(name, minversion=None, reason=None):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Skipped(reason or f"could not import '{name}': {error}") from None


# Marks


class Mark:
    def __init__(self, name, args=(), kwargs=None):
        self.name, self.args, self.kwargs = name, args, kwargs or {}

    def __call__(self, *args, **kwargs):
        if len(args) == 1 and not kwargs and (inspect.isfunction(args[0]) or inspect.isclass(args[0])):
            target = args[0]
            own = list(target.__dict__.get("pytestmark", []))
            target.pytestmark = own + [self]
            return target
        return Mark(self.name, args, kwargs)


class Marks:
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return Mark(name)


mark = Marks()


class Param:
    def __init__(self, values, marks, id):
        self.values, self.marks, self.id = values, marks, id


def param(*values, marks=(), id=None):
    return Param(values, list(marks) if isinstance(marks, (list, tuple)) else [marks], id)


# Fixtures


class Fixture:
    def __init__(self, function, scope, params, autouse, name):
        self.function, self.scope, self.params, self.autouse = function, scope, params, autouse
        self.name = name or function.__name__
        self.__name__ = function.__name__


def fixture(function=None, *, scope="function", params=None, autouse=False, ids=None, name=None):
    def wrap(target):
        return Fixture(target, scope, params, autouse, name)

    return wrap(function) if function else wrap


class Request:
    def __init__(self, item, param=None):
        self.node, self.param = item, param
        self.function, self.cls, self.module = item.function, item.cls, item.module
        self._finalizers = []

    def addfinalizer(self, run):
        self._finalizers.append(run)

    def getfixturevalue(self, name):
        return self.node.values.get(name)


class MonkeyPatch:
    _absent = object()

    def __init__(self):
        self._undo = []

    def setattr(self, target, name, value=_absent, raising=True):
        if isinstance(target, str):
            target, name, value = *self._resolve(target), name
        old = getattr(target, name, self._absent)
        if raising and old is self._absent:
            raise AttributeError(f"{target!r} has no attribute {name!r}")
        self._undo.append(lambda: delattr(target, name) if old is self._absent else setattr(target, name, old))
        setattr(target, name, value)

    def _resolve(self, path):
        module, _, name = path.rpartition(".")
        return importlib.import_module(module), name

    def delattr(self, target, name, raising=True):
        old = getattr(target, name, self._absent)
        if old is self._absent:
            if raising:
                raise AttributeError(name)
            return
        self._undo.append(lambda: setattr(target, name, old))
        delattr(target, name)

    def setitem(self, mapping, key, value):
        old = mapping.get(key, self._absent)
        self._undo.append(lambda: mapping.pop(key, None) if old is self._absent else mapping.__setitem__(key, old))
        mapping[key] = value

    def delitem(self, mapping, key, raising=True):
        if key not in mapping:
            if raising:
                raise KeyError(key)
            return
        old = mapping.pop(key)
        self._undo.append(lambda: mapping.__setitem__(key, old))

    def setenv(self, name, value, prepend=None):
        if prepend and name in os.environ:
            value = f"{value}{prepend}{os.environ[name]}"
        self.setitem(os.environ, name, str(value))

    def delenv(self, name, raising=True):
        self.delitem(os.environ, name, raising)

    def chdir(self, path):
        old = os.getcwd()
        self._undo.append(lambda: os.chdir(old))
        os.chdir(path)

    def syspath_prepend(self, path):
        old = list(sys.path)
        self._undo.append(lambda: sys.path.__setitem__(slice(None), old))
        sys.path.insert(0, str(path))

    def undo(self):
        while self._undo:
            self._undo.pop()()


class Captured(tuple):
    out = property(lambda self: self[0])
    err = property(lambda self: self[1])


class CapSys:
    def __init__(self, out, err):
        self._streams, self._read = (out, err), [0, 0]

    def readouterr(self):
        texts = []
        for i, stream in enumerate(self._streams):
            whole = stream.getvalue()
            texts.append(whole[self._read[i] :])
            self._read[i] = len(whole)
        return Captured(texts)


def _tmp_path():
    path = pathlib.Path(tempfile.mkdtemp(prefix="pytest-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def _monkeypatch():
    patch = MonkeyPatch()
    yield patch
    patch.undo()


def _capsys(request):
    return request.node.capsys


builtin = {
    name: Fixture(function, "function", None, False, name)
    for name, function in {"tmp_path": _tmp_path, "monkeypatch": _monkeypatch, "capsys": _capsys}.items()
}


# What tests assert with


class RaisesContext:
    def __init__(self, expected, match):
        self.expected, self.match = expected, match
        self.value = self.type = self.tb = None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        if kind is None:
            raise Failed(f"DID NOT RAISE {self.expected!r}")
        if not issubclass(kind, self.expected):
            return False
        self.type, self.value, self.tb = kind, value, tb
        if self.match is not None and not re.search(self.match, str(value)):
            raise Failed(f"Regex pattern did not match.\n Regex: {self.match!r}\n Input: {str(value)!r}")
        return True


def raises(expected, function=None, *args, match=None, **kwargs):
    context = RaisesContext(expected, match)
    if function is None:
        return context
    with context:
        function(*args, **kwargs)
    return context


class Approx:
    def __init__(self, expected, rel, abs_):
        self.expected = expected
        self.rel = 1e-6 if rel is None and abs_ is None else (rel or 0)
        self.abs = 1e-12 if abs_ is None else abs_

    def _one(self, actual, expected):
        if isinstance(expected, (int, float)) and isinstance(actual, (int, float)):
            if math.isnan(expected) or math.isinf(expected):
                return actual == expected
            return abs(actual - expected) <= max(self.rel * abs(expected), self.abs)
        return actual == expected

    def __eq__(self, actual):
        if isinstance(self.expected, dict):
            return self.expected.keys() == actual.keys() and all(
                self._one(actual[key], value) for key, value in self.expected.items()
            )
        if isinstance(self.expected, (list, tuple)):
            return len(actual) == len(self.expected) and all(map(self._one, actual, self.expected))
        return self._one(actual, self.expected)

    __hash__ = None

    def __repr__(self):
        return f"{self.expected!r} ± {self.rel or self.abs}"


def approx(expected, rel=None, abs=None, nan_ok=False):
    return Approx(expected, rel, abs)


# Collecting


class Item:
    def __init__(self, module, cls, function, name, nodeid, arguments, marks, indirect):
        self.module, self.cls, self.function, self.name, self.nodeid = module, cls, function, name, nodeid
        self.arguments, self.marks, self.indirect = arguments, marks, indirect
        self.values, self.capsys = {}, None


class Module:
    def __init__(self, path, shown):
        self.path, self.shown, self.fixtures, self.items = path, shown, {}, []


def load(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def is_unittest(cls):
    """Without importing it for those who do not use it."""
    unittest = sys.modules.get("unittest")
    return bool(unittest and cls and issubclass(cls, unittest.TestCase))


def fixtures_in(holder):
    return {each.name: each for each in vars(holder).values() if isinstance(each, Fixture)}


def marks_of(*holders):
    found = []
    for holder in holders:
        own = getattr(holder, "pytestmark", [])
        found.extend(own if isinstance(own, (list, tuple)) else [own])
    return found


def ids_of(name, value, given, index):
    if callable(given):
        given = [given(value)] * (index + 1)
    if given is not None and index < len(given) and given[index] is not None:
        return str(given[index])
    return str(value) if isinstance(value, (str, int, float, bool)) or value is None else f"{name}{index}"


def cases_of(marks):
    """Each combination of the parametrize marks: its name in brackets, its arguments, its marks, what goes to fixtures."""
    axes = []
    for each in reversed([each for each in marks if each.name == "parametrize"]):
        names, values = each.args[0], list(each.args[1])
        names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
        indirect = each.kwargs.get("indirect", False)
        axis = []
        for i, value in enumerate(values):
            extra, shown = [], None
            if isinstance(value, Param):
                extra, shown = value.marks, value.id
                row = value.values
            else:
                row = (value,) if len(names) == 1 else tuple(value)
            if len(row) != len(names):
                raise UsageError(f"parametrize: {len(names)} names, {len(row)} values")
            if shown is None:
                shown = "-".join(ids_of(n, v, each.kwargs.get("ids"), i) for n, v in zip(names, row))
            to = names if indirect is True else list(indirect or [])
            axis.append((shown, dict(zip(names, row)), extra, to))
        axes.append(axis)
    for combination in itertools.product(*axes):
        arguments, extra, indirect = {}, [], []
        for _, row, more, to in combination:
            arguments.update(row)
            extra.extend(more)
            indirect.extend(to)
        shown = "-".join(part[0] for part in combination)
        yield (f"[{shown}]" if combination else ""), arguments, extra, set(indirect)


def collect(path, shown, conftests):
    found = Module(path, shown)
    directory = os.path.dirname(path)
    sys.path.insert(0, directory)
    for conftest in conftests:
        found.fixtures.update(fixtures_in(conftest))
    loaded = load(path, os.path.splitext(os.path.basename(path))[0])
    found.fixtures.update(fixtures_in(loaded))
    for name, member in list(vars(loaded).items()):
        if name.startswith("test") and inspect.isfunction(member):
            add_items(found, loaded, None, name, member)
        elif inspect.isclass(member) and (
            is_unittest(member) or (name.startswith("Test") and "__init__" not in vars(member))
        ):
            for base in reversed(member.__mro__):
                found.fixtures.update(fixtures_in(base))
            for method in dict.fromkeys(key for base in reversed(member.__mro__) for key in vars(base)):
                function = getattr(member, method)
                if method.startswith("test") and callable(function):
                    add_items(found, loaded, member, method, function)
    return found


def add_items(found, loaded, cls, name, function):
    marks = marks_of(loaded, *([cls] if cls else []), function)
    prefix = f"{found.shown}::{cls.__name__}" if cls else found.shown
    for suffix, arguments, extra, indirect in cases_of(marks):
        needed = [
            (found.fixtures[each], value)
            for each in inspect.signature(function).parameters
            if each in found.fixtures and found.fixtures[each].params and each not in arguments
            for value in [found.fixtures[each].params]
        ]
        for combination in itertools.product(*(values for _, values in needed)):
            own = dict(arguments)
            to = set(indirect)
            label = suffix
            for (each, _), value in zip(needed, combination):
                own[each.name] = value
                to.add(each.name)
                label = f"{label[:-1]}-{value}]" if label else f"[{value}]"
            nodeid = f"{prefix}::{name}{label}"
            found.items.append(Item(loaded, cls, function, name + label, nodeid, own, marks + extra, to))


# Running


class Scopes:
    """Values of fixtures that outlive a test, and how each ends."""

    def __init__(self):
        self.kept, self.ends, self.classes = {}, [], set()

    def close(self, keep=lambda scope: False):
        remaining = []
        for scope, key, end in reversed(self.ends):
            if keep(scope):
                remaining.append((scope, key, end))
                continue
            self.kept.pop(key, None)
            end()
        self.ends = list(reversed(remaining))


def value_of(name, item, module, scopes, local, seen=()):
    if name in item.values:
        return item.values[name]
    if name in item.arguments and name not in item.indirect:
        return item.arguments[name]
    found = module.fixtures.get(name) or builtin.get(name)
    if name == "request":
        return Request(item, item.arguments.get(seen[-1]) if seen else None)
    if found is None:
        raise UsageError(f"fixture '{name}' not found")
    if name in seen:
        raise UsageError(f"fixture '{name}' asks for itself")
    key = (found.scope, name, repr(item.arguments.get(name)), module.path if found.scope == "module" else item.cls)
    if found.scope != "function" and key in scopes.kept:
        return scopes.kept[key]
    request = Request(item, item.arguments.get(name))
    arguments = {}
    for each in inspect.signature(found.function).parameters:
        if each == "self":
            arguments[each] = item.instance
        elif each == "request":
            arguments[each] = request
        else:
            arguments[each] = value_of(each, item, module, scopes, local, (*seen, name))
    made = found.function(**arguments)
    ends = scopes if found.scope != "function" else local
    if inspect.isgenerator(made):
        generator, made = made, next(made)
        ends.ends.append((found.scope, key, lambda: next(generator, None)))
    for finalizer in request._finalizers:
        ends.ends.append((found.scope, key, finalizer))
    item.values[name] = made
    if found.scope != "function":
        scopes.kept[key] = made
    return made


def is_true(condition, item):
    return eval(condition, vars(item.module)) if isinstance(condition, str) else bool(condition)


def skip_reason(item):
    for each in item.marks:
        if each.name == "skip":
            return each.kwargs.get("reason") or (each.args[0] if each.args else "unconditional skip")
        if each.name == "skipif" and any(is_true(condition, item) for condition in each.args):
            return each.kwargs.get("reason", "")
    return None


def call(item, module, scopes):
    """Runs one test with its fixtures; raises what it raised."""
    local = Scopes()
    item.instance = None
    if is_unittest(item.cls):
        if item.cls not in scopes.classes:
            scopes.classes.add(item.cls)
            item.cls.setUpClass()
            scopes.ends.append(("module", item.cls, item.cls.tearDownClass))
        item.instance = item.cls(item.function.__name__)
    elif item.cls:
        item.instance = item.cls()
    try:
        for each in module.fixtures.values():
            if each.autouse:
                value_of(each.name, item, module, scopes, local)
        for each in item.marks:
            for name in each.args if each.name == "usefixtures" else ():
                value_of(name, item, module, scopes, local)
        if is_unittest(item.cls):
            item.instance.setUp()
        if item.cls and hasattr(item.instance, "setup_method"):
            item.instance.setup_method(item.function)
        function = getattr(item.instance, item.function.__name__) if item.cls else item.function
        names = list(inspect.signature(function).parameters)
        made = function(**{name: value_of(name, item, module, scopes, local) for name in names})
        if inspect.iscoroutine(made) or inspect.isgenerator(made) or inspect.isasyncgen(made):
            made.close() if hasattr(made, "close") else None
            raise Failed("a test that is a coroutine or a generator does not run by being called")
    finally:
        if is_unittest(item.cls) and item.instance:
            item.instance.tearDown()
            item.instance.doCleanups()
        if item.cls and hasattr(item.instance, "teardown_method"):
            item.instance.teardown_method(item.function)
        local.close()


def run_item(item, module, scopes):
    """Its outcome, what is to be told of it, and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    item.capsys = CapSys(out, err)
    reason = skip_reason(item)
    if reason is not None:
        return "SKIPPED", reason, ""
    xfail = next((each for each in item.marks if each.name == "xfail"), None)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            call(item, module, scopes)
    except Skipped as error:
        return "SKIPPED", str(error), out.getvalue()
    except (KeyboardInterrupt, SystemExit) as error:
        return "FAILED", f"{type(error).__name__}: {error}", out.getvalue() + err.getvalue()
    except BaseException:
        if xfail:
            return "XFAIL", xfail.kwargs.get("reason", ""), ""
        return "FAILED", told(sys.exc_info()), out.getvalue() + err.getvalue()
    if xfail:
        strict = xfail.kwargs.get("strict", False)
        return ("FAILED" if strict else "XPASS"), "it passed, and was expected to fail", ""
    return "PASSED", "", ""


def told(info):
    """A traceback that begins in the test."""
    kind, value, tb = info
    frames = [frame for frame in traceback.extract_tb(tb) if frame.filename != __file__]
    text = "".join(traceback.format_list(frames)) + "".join(traceback.format_exception_only(kind, value))
    last = tb
    while last.tb_next:
        last = last.tb_next
    values = {
        name: each
        for name, each in last.tb_frame.f_locals.items()
        if not name.startswith("_") and not inspect.ismodule(each) and not callable(each)
    }
    for name, each in list(values.items())[:12] if kind is AssertionError else []:
        text += f"    {name} = {repr(each)[:300]}\n"
    return text


# The command


def options_of(argv):
    paths, flags = [], {"keyword": None, "ctrf": None, "exitfirst": False, "quiet": False, "verbose": False}
    with_value = {"-k": "keyword", "--ctrf": "ctrf"}
    ignored = {"-p", "-c", "-o", "-m", "-n", "--rootdir", "--junitxml", "--timeout", "--tb", "-W", "--log-cli-level"}
    i = 0
    while i < len(argv):
        word = argv[i]
        name, has_value, value = word.partition("=")
        if name in with_value or name in ignored:
            if not has_value:
                i += 1
                value = argv[i] if i < len(argv) else ""
            if name in with_value:
                flags[with_value[name]] = value
        elif word in ("-x", "--exitfirst"):
            flags["exitfirst"] = True
        elif word in ("-q", "--quiet"):
            flags["quiet"] = True
        elif word in ("-v", "-vv", "--verbose"):
            flags["verbose"] = True
        elif not word.startswith("-"):
            paths.append(word)
        i += 1
    return paths or ["."], flags


def files_of(path):
    if os.path.isfile(path):
        return [path]
    if not os.path.isdir(path):
        raise UsageError(f"file or directory not found: {path}")
    found = []
    for directory, names, files in os.walk(path):
        names[:] = sorted(name for name in names if not name.startswith((".", "__")))
        for name in sorted(files):
            if re.fullmatch(r"test_.*\.py|.*_test\.py", name):
                found.append(os.path.join(directory, name))
    return found


def conftests_for(path, known):
    """Those beside the tests and above them, up to where the tests begin."""
    found = []
    directory = os.path.dirname(os.path.abspath(path))
    candidate = os.path.join(directory, "conftest.py")
    if os.path.isfile(candidate):
        if candidate not in known:
            sys.path.insert(0, directory)
            known[candidate] = load(candidate, f"conftest_{len(known)}")
        found.append(known[candidate])
    return found


def matches(keyword, nodeid):
    if not keyword:
        return True
    words = re.sub(r"[\w\[\]:.-]+", lambda m: m[0] if m[0] in ("and", "or", "not") else repr(m[0] in nodeid), keyword)
    return bool(eval(words, {"__builtins__": {}}))


def write_ctrf(path, results, started):
    """The Common Test Report Format."""
    status = {"PASSED": "passed", "FAILED": "failed", "ERROR": "failed", "SKIPPED": "skipped", "XFAIL": "passed", "XPASS": "passed"}
    tests = [
        {"name": nodeid, "status": status[outcome], "duration": round(seconds * 1000), **({"trace": text} if text else {})}
        for nodeid, outcome, text, seconds in results
    ]
    count = lambda wanted: sum(test["status"] == wanted for test in tests)
    summary = {
        "tests": len(tests), "passed": count("passed"), "failed": count("failed"), "skipped": count("skipped"),
        "pending": 0, "other": 0, "start": round(started), "stop": round(time.time()),
    }
    with open(path, "w") as file:
        json.dump({"results": {"tool": {"name": "pytest"}, "summary": summary, "tests": tests}}, file, indent=2)


def main(argv=None):
    try:
        paths, flags = options_of(sys.argv[1:] if argv is None else list(argv))
        return run(paths, flags)
    except UsageError as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return 4


def gather(paths, flags, results):
    modules, conftests = [], {}
    for each in paths:
        path, *wanted = each.split("::")
        for file in files_of(path):
            try:
                module = collect(os.path.abspath(file), file, conftests_for(file, conftests))
            except Skipped as error:
                results.append((file, "SKIPPED", str(error), 0.0))
                continue
            except BaseException:
                results.append((file, "ERROR", told(sys.exc_info()), 0.0))
                continue
            prefix = "::".join([file, *wanted])
            module.items = [
                item
                for item in module.items
                if (item.nodeid == prefix or item.nodeid.startswith((prefix + "::", prefix + "[")))
                and matches(flags["keyword"], item.nodeid)
            ]
            modules.append(module)
    return modules


def run(paths, flags):
    started = time.time()
    results = []
    modules = gather(paths, flags, results)
    count = sum(len(module.items) for module in modules)
    print(f"collected {count} item{'' if count == 1 else 's'}\n", flush=True)
    scopes, printed, stop = Scopes(), [], False
    for module in modules:
        for item in module.items:
            if stop:
                break
            from_ = time.perf_counter()
            outcome, text, output = run_item(item, module, scopes)
            results.append((item.nodeid, outcome, text, time.perf_counter() - from_))
            if output:
                printed.append((item.nodeid, output))
            if not flags["quiet"]:
                print(f"{item.nodeid} {outcome}", flush=True)
            stop = flags["exitfirst"] and outcome == "FAILED"
        scopes.close(keep=lambda scope: scope in ("session", "package"))
    scopes.close()
    report(results, dict(printed), time.time() - started)
    if flags["ctrf"]:
        write_ctrf(flags["ctrf"], results, started)
    if "PYTEST_DONE" in os.environ:
        # Whoever ended the process before has not said that all is well.
        open(os.environ["PYTEST_DONE"], "w").close()
    outcomes = {outcome for _, outcome, _, _ in results}
    if "ERROR" in outcomes:
        return 2
    return 1 if "FAILED" in outcomes else 0 if count else 5


def report(results, printed, seconds):
    for nodeid, outcome, text, _ in results:
        if outcome in ("FAILED", "ERROR"):
            print(f"\n____ {nodeid} ____\n{text}", end="")
            if nodeid in printed:
                print(f"---- captured output ----\n{printed[nodeid]}")
    if results:
        print("\n==== short test summary info ====")
    for nodeid, outcome, text, _ in results:
        last = text.strip().splitlines()
        reason = next((line for line in reversed(last) if not line.startswith("    ")), "")
        print(f"{outcome} {nodeid}" + (f" - {reason}" if reason and outcome != "PASSED" else ""))
    names = ("FAILED", "failed"), ("PASSED", "passed"), ("SKIPPED", "skipped"), ("XFAIL", "xfailed"), ("XPASS", "xpassed"), ("ERROR", "errors")
    counts = [(sum(o == outcome for _, o, _, _ in results), name) for outcome, name in names]
    shown = ", ".join(f"{count} {name}" for count, name in counts if count) or "no tests ran"
    print(f"==== {shown} in {seconds:.2f}s ====", flush=True)


if __name__ == "__main__":
    sys.exit(main())
