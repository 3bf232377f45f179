#!/usr/bin/env python3
"""Make the environment, then show, or test, grantengine from a fresh clone.

python3 run.py setup                      only make the environment (.venv)
python3 run.py demo [--fresh] [--port N]  load the demonstration programme and serve it
python3 run.py test [PYTEST ARGUMENTS]    lint, format, types, imports and all tests
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCKS = ROOT / "requirements"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# The interpreter below any virtual environment: ours may be active while it is made anew.
BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)
STAMP = VENV / "stamp.json"

# What must be there (a library by its loader's name, or a program): the Debian package.
RUNTIME_PACKAGES = {
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",  # Documents are set in a third of the time.
}
TEST_PACKAGES = {
    **RUNTIME_PACKAGES,
    "libatomic.so.1": "libatomic1",
    "chromium-headless-shell": "chromium-headless-shell",
    "hledger": "hledger",
    "qpdf": "qpdf",
}

# Side by side.
CHECKS = ("mypy", "lint-imports", "ruff check .", "ruff format --check .")
# Beside them, what each worker would otherwise do for itself: the tests are compiled.
COMPILING = "pytest -q --collect-only --ignore=tests/browser"
# The browser leaves an event loop and broken connections behind: a process of its own.
BROWSER = "pytest -q tests/browser"
# In the order of their folders: whoever is first to finish has many small files left to take.
OTHERS = "pytest -q -n 2 --dist loadfile --no-loadscope-reorder --ignore=tests/browser"

# Where packages come from is the machine's business; anything else that could bend an
# installation or a test run (PIP_TARGET, PYTHONOPTIMIZE, PYTEST_ADDOPTS) is swept away.
SWEPT = ("PIP_", "UV_", "PYTHON", "PYTEST_", "MYPY", "RUFF_", "COVERAGE_", "VIRTUAL_ENV")
KEPT = ("INDEX", "INDEX_URL", "LINKS", "CERT", "TLS", "PROXY", "HOST", "TIMEOUT", "DIR", "FILE")

# The shell runs the first two lines, so the interpreter's path may be long or hold blanks.
CONSOLE_SCRIPT = """\
#!/bin/sh
'''exec' {python} "$0" "$@"
' '''
import sys
from grantengine.__main__ import main
if __name__ == "__main__":  # Processes that a command starts read this file again.
    sys.exit(main())
"""


class SetupError(Exception):
    """Something that the reader has to do; its text is the one line that says what."""


def main(arguments: list[str]) -> int:
    """Run the command that is named first; return the exit code."""
    commands = {"setup": setup, "demo": demo, "test": test}
    if not arguments or arguments[0] not in commands:
        print((__doc__ or "").strip())
        return 0 if arguments in ([], ["-h"], ["--help"]) else 2
    try:
        if sys.version_info < (3, 11):
            raise SetupError("grantengine needs Python 3.11 or newer: python3.11 run.py ...")
        return commands[arguments[0]](arguments[1:])
    except SetupError as error:
        print(error, file=sys.stderr)
    except subprocess.CalledProcessError as error:
        print(f"failed: {shlex.join(map(str, error.cmd))}", file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    return 1


def setup(arguments: list[str]) -> int:
    """Make the environment that `demo` needs."""
    if arguments:
        raise SetupError("setup takes no arguments")
    prepare("runtime", RUNTIME_PACKAGES)
    return 0


def demo(arguments: list[str]) -> int:
    """Become the demonstration server."""
    prepare("runtime", RUNTIME_PACKAGES)
    script = str(VENV / "bin" / "grantengine")
    os.chdir(ROOT)
    os.execve(script, [script, "demo", *arguments], swept_environment())


def test(arguments: list[str]) -> int:
    """Run every check and test; what fails ends it with its exit code."""
    prepare("test", TEST_PACKAGES)
    if arguments:
        return run_beside(CHECKS) or run_alone(f"pytest -q {' '.join(arguments)}")
    return run_beside((*CHECKS, COMPILING)) or run_tests()


def run_beside(checks: Sequence[str]) -> int:
    """Run checks side by side; each tells all when it fails, else its last line."""
    processes = [start(check, stdout=subprocess.PIPE) for check in checks]
    codes = [tell(check, process) for check, process in zip(checks, processes, strict=True)]
    return next(filter(None, codes), 0)


def run_tests() -> int:
    """Run the browser's tests beside all others, so that no core waits for another."""
    browser = start(BROWSER, stdout=subprocess.PIPE)
    codes = [run_alone(OTHERS), tell(BROWSER, browser)]
    return next(filter(None, codes), 0)


def tell(check: str, process: subprocess.Popen[str]) -> int:
    """Wait for a check and tell all when it fails, else its last line; give its exit code."""
    told = process.communicate()[0].strip()
    _before, _newline, last = told.rpartition("\n")
    print(f"\n== {check} ==\n{told if process.returncode else last}", flush=True)
    return ended(check, process.returncode)


def run_alone(check: str) -> int:
    """Run a check that tells how it goes on."""
    print(f"\n== {check} ==", flush=True)
    return ended(check, start(check).wait())


def ended(check: str, code: int) -> int:
    """Give the exit code of a check, and name the check when it failed."""
    if code:
        print(f"stopped at: {check}", file=sys.stderr)
    return code


def start(check: str, *, stdout: int | None = None) -> subprocess.Popen[str]:
    """Start a check in the swept environment."""
    program, *options = check.split()
    command: list[str | Path] = [VENV / "bin" / program, *options]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=swept_environment(),
        stdout=stdout,
        stderr=stdout and subprocess.STDOUT,
        text=True,
    )


def prepare(kind: str, packages: dict[str, str]) -> None:
    """Bring system packages and `.venv` to what the lock says; at once when they are."""
    done = read_stamp()
    fresh = done.get("runtime") == digest("runtime")
    missing = [name for probe, name in packages.items() if not is_present(probe)]
    if not fresh and not (can_import("ensurepip") or can_import("pip")):
        missing.append("python3-venv")
    install_system_packages(missing)
    if done.get(kind) == digest(kind):
        return
    if not fresh:
        make_venv()
        install("runtime", "--compile-bytecode")  # Now, so that every start is fast.
        done = {"root": str(ROOT), "runtime": digest("runtime")}
    if kind == "test":
        STAMP.unlink(missing_ok=True)  # If this is cut short, the next run begins anew.
        install("test")
        done["test"] = digest("test")
    STAMP.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")


def is_present(probe: str) -> bool:
    """Say whether a shared library can be loaded, or a program found."""
    if ".so" not in probe:
        return shutil.which(probe) is not None
    try:
        ctypes.CDLL(probe)
    except OSError:
        return False
    return True


def can_import(module: str) -> bool:
    """Say whether this interpreter has a module."""
    return importlib.util.find_spec(module) is not None


def install_system_packages(names: list[str]) -> None:
    """Install Debian packages when we may, else say the one line that does."""
    if not names:
        return
    if not shutil.which("apt-get"):
        raise SetupError(f"install what Debian calls {', '.join(names)}, then run this again")
    if os.geteuid() != 0:
        raise SetupError(f"first run: sudo apt-get install -y {' '.join(names)}")
    print(f"apt-get install {' '.join(names)}", flush=True)
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    subprocess.run([*apt, "update"], check=False)  # One unreachable source need not matter.
    run([*apt, "install", "-y", "--no-install-recommends", *names], stdout=subprocess.DEVNULL)


def read_stamp() -> dict[str, str]:
    """Return the digests of the locks that `.venv` holds; nothing when it is half-made."""
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if stamp.get("root") == str(ROOT) and PYTHON.exists() else {}


def digest(kind: str) -> str:
    """Return the fingerprint of what is put into `.venv`, and of the interpreter it is for."""
    ours = f"{sys.implementation.cache_tag}{CONSOLE_SCRIPT}".encode()
    return hashlib.sha256((LOCKS / f"{kind}.txt").read_bytes() + ours).hexdigest()


def make_venv() -> None:
    """Make `.venv` anew: uv, a path to this checkout and the console script."""
    print("making .venv", flush=True)
    if VENV.exists():
        shutil.rmtree(VENV)
    run([BASE_PYTHON, "-m", "venv", "--without-pip", VENV])
    run([*find_pip(), "install", "-q", "--require-hashes", "-r", LOCKS / "installer.txt"])
    site_packages = next(VENV.glob("lib/python3*/site-packages"))
    (site_packages / "grantengine.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    script = VENV / "bin" / "grantengine"
    script.write_text(CONSOLE_SCRIPT.format(python=shlex.quote(str(PYTHON))), encoding="utf-8")
    script.chmod(0o755)


def find_pip() -> list[str | Path]:
    """Return a pip that installs into `.venv`: its own, else that of the machine."""
    importlib.invalidate_caches()  # Apt may just have brought it.
    if can_import("ensurepip"):
        run([PYTHON, "-m", "ensurepip"], stdout=subprocess.DEVNULL)
        return [PYTHON, "-m", "pip", "--disable-pip-version-check"]
    return [BASE_PYTHON, "-m", "pip", "--python", PYTHON, "--disable-pip-version-check"]


def install(kind: str, *options: str) -> None:
    """Install one hashed lock."""
    print(f"installing requirements/{kind}.txt", flush=True)
    uv = [VENV / "bin" / "uv", "pip", "install", "--python", PYTHON, "-q", "--require-hashes"]
    run([*uv, "-r", LOCKS / f"{kind}.txt", *options])


def run(command: list[str | Path], *, stdout: int | None = None) -> None:
    """Run a command in the swept environment; raise CalledProcessError when it fails."""
    subprocess.run(command, cwd=ROOT, env=swept_environment(), stdout=stdout, check=True)


def swept_environment() -> dict[str, str]:
    """Return our environment without what would bend installations and test runs."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(SWEPT)
        or name == "PYTHONUNBUFFERED"
        or (name.startswith(("PIP_", "UV_")) and name.endswith(KEPT))
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
