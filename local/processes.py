"""Processes that outlive the command that started them, found again by a pid file.

The file holds when the process began, too: after a restart of the machine its number is another
one's, which must not be taken for ours, and still less be killed.
"""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path


class StackError(Exception):
    """Something of the local stack cannot start; one sentence."""


def start(
    name: str,
    command: list[str],
    environment: dict[str, str],
    folder: Path,
    port: int | None = None,
) -> int:
    """Start a process in a session of its own; its output goes to `<folder>/<name>.log`.

    Args:
        name: of its log and its pid file.
        command: what is run.
        environment: all of its variables.
        folder: where log and pid file lie.
        port: on which it will listen, for `require_same_port`.

    Returns:
        The process id, also the id of its process group.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / f"{name}.port").write_text("" if port is None else str(port))
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    (folder / f"{name}.pid").write_text(f"{process.pid} {_began(process.pid)}")
    return process.pid


def require_same_port(name: str, folder: Path, port: int, variable: str) -> None:
    """Refuse another port than the one on which a running process listens.

    Args:
        name: of the process.
        folder: where its pid file lies.
        port: that is wanted now.
        variable: which chooses it.

    Raises:
        StackError: says on which port it runs, and how to stop it.
    """
    try:
        taken = int((folder / f"{name}.port").read_text())
    except (FileNotFoundError, ValueError):
        return  # started without a port: whoever waits for its answer finds out
    if is_running(name, folder) and taken != port:
        raise StackError(
            f"{name} runs already, on port {taken} and not on {port}: nothing was started; use it "
            f"with {variable}={taken}, or run `make down` first."
        )


def is_running(name: str, folder: Path) -> bool:
    """Tell whether the process that a pid file names still lives."""
    pid = _pid(name, folder)
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return not _is_zombie(pid)


def stop(name: str, folder: Path, patience: float = 20.0) -> bool:
    """Stop a process and all of its group; Airflow's parent alone would orphan its children.

    Returns:
        Whether there was anything to stop.
    """
    pid = _pid(name, folder)
    (folder / f"{name}.pid").unlink(missing_ok=True)
    if pid is None or not _group_lives(pid):
        return False
    _signal_group(pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while _group_lives(pid) and time.monotonic() < deadline:
        time.sleep(0.2)
    _signal_group(pid, signal.SIGKILL)
    return True


def require_free(port: int, variable: str, why: str = "") -> None:
    """Refuse a port that something else listens on.

    Args:
        port: on this machine.
        variable: which chooses it.
        why: said behind the port, where its number is not the variable's.

    Raises:
        StackError: names the variable that chooses another port.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise StackError(
                f"port {port}{why} is taken; choose another one with {variable}=<port>."
            ) from error


def _pid(name: str, folder: Path) -> int | None:
    """Return the id in a pid file, unless the process is another one by now.

    Of one that is gone the group may live on: a number is not given anew while a group has it.
    """
    try:
        pid, began = (folder / f"{name}.pid").read_text().split(maxsplit=1)
        now = _began(int(pid))
    except (FileNotFoundError, ValueError):
        return None
    return int(pid) if now in {None, began} else None


def _began(pid: int) -> str | None:
    """Return when a process began, in words that are compared only; None when there is none."""
    if Path("/proc/self/stat").exists():
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return None
        # proc(5): field 22, counted from behind the name, which may hold blanks
        return stat.rsplit(")", 1)[1].split()[19]
    asked = ["ps", "-o", "lstart=", "-p", str(pid)]
    tongue = {**os.environ, "LC_ALL": "C"}
    said = subprocess.run(asked, env=tongue, capture_output=True, text=True, check=False)
    return said.stdout.strip() or None


def _is_zombie(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def _group_lives(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return not _is_zombie(pid) or _has_others(pid)


def _has_others(group: int) -> bool:
    proc = Path("/proc")
    if not proc.exists():
        return False
    for entry in proc.iterdir():
        if entry.name.isdecimal() and int(entry.name) != group:
            try:
                if os.getpgid(int(entry.name)) == group and not _is_zombie(int(entry.name)):
                    return True
            except (ProcessLookupError, FileNotFoundError):
                continue
    return False


def _signal_group(pid: int, signal_number: int) -> None:
    try:
        os.killpg(pid, signal_number)
    except ProcessLookupError:
        return
