"""Choose the versions of all dependencies afresh, for every supported Python and system.

    make lock

Needs uv, which resolves for machines other than the one it runs on; where it is not on PATH it is
fetched into a folder that is removed again. Plain pip installs what comes out. No index is written
into the locks: pip takes the one its machine is set up to use, and the hashes hold for any.
"""

import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def find_uv(folder: Path) -> str:
    """Return uv from PATH, or a fresh one in `folder`."""
    found = shutil.which("uv")
    if found is None:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        tools = folder / ("Scripts" if sys.platform == "win32" else "bin")
        python = shutil.which("python", path=tools)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "uv"], check=True)
        found = str(shutil.which("uv", path=tools))
    return found


def compile_lock(uv: str, name: str, *arguments: str, requirements: str = "") -> None:
    """Write one lock; `requirements` is what the source `-` stands for."""
    command = [uv, "pip", "compile", *arguments, "--output-file", name, "--upgrade", "--quiet", "--universal"]
    command += ["--python-version", "3.11", "--generate-hashes", "--no-annotate"]
    command += ["--custom-compile-command", "make lock"]
    subprocess.run(command, cwd=ROOT, input=requirements, text=True, check=True)


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [f"--extra={name}" for name in ("io", "test", "dev", "build")]
    agreeing = "--constraint=requirements-dev.lock"  # so that the smaller locks choose the same versions
    with tempfile.TemporaryDirectory() as folder:
        uv = find_uv(Path(folder))
        compile_lock(uv, "requirements-dev.lock", "pyproject.toml", *extras)
        compile_lock(uv, "requirements.lock", "pyproject.toml", agreeing)
        tools = "\n".join(project["optional-dependencies"]["build"])
        compile_lock(uv, "requirements-build.lock", "-", agreeing, requirements=tools)


if __name__ == "__main__":
    main()
