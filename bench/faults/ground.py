"""What the machine allows: networks of their own, disks of their own. What it does not is NOT RUN.

The suite starts itself again inside private network and mount namespaces (`unshare`), so that every interface, route and
mount it makes is gone with it, however it ends.
"""

import fcntl
import os
import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path

from bench.faults.places import CODES, Places

from egnatia.errors import ConfigError
from egnatia.model.ids import PartnerCode

INSIDE = "EGNATIA_FAULTS_INSIDE"
"""Set in the environment of the suite once it runs inside its own namespaces."""
_SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN of Linux (fs/ext4/ext4.h); xfstests cuts the power of a file system with it."""
_NO_LOG_FLUSH = 2
"""EXT4_GOING_FLAGS_NOLOGFLUSH: what was not synced is lost, as when the power goes."""
_UNMOUNT_TRIES = 50


def enter(arguments: list[str]) -> None:
    """Start the suite again inside namespaces of its own where the machine allows it; otherwise return."""
    if os.environ.get(INSIDE) or os.geteuid() != 0 or not _works("unshare", "--net", "--mount", "true"):
        return
    command = [
        "unshare",
        "--net",
        "--mount",
        "--propagation",
        "private",
        sys.executable,
        "-m",
        "bench.faults",
        *arguments,
    ]
    os.execvpe(command[0], command, os.environ | {INSIDE: "1"})  # noqa: S606 - our own command


def _works(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")


def make_networks() -> bool:
    """A network for every node and one for the proxy between them; whether the machine allows it."""
    if not os.environ.get(INSIDE) or shutil.which("ip") is None or shutil.which("nsenter") is None:
        return False
    try:
        Path("/run/netns").mkdir(exist_ok=True)
        for command in _network_commands():
            _run(*command.split())
    except OSError as error:
        print(f"no networks of their own: {error}", file=sys.stderr)
        return False
    return True


def _network_commands() -> list[str]:
    commands = ["mount -t tmpfs tmpfs /run/netns", "mount -t tmpfs tmpfs /dev/shm", "ip link set lo up"]
    commands.append("ip addr add 10.77.0.1/32 dev lo")
    for number, code in enumerate(CODES, start=1):
        outer, net = f"v{code.lower()}", f"ip -n {code}"
        commands += [
            f"ip netns add {code}",
            f"ip link add {outer} type veth peer name eth0 netns {code}",
            f"ip addr add 10.77.{number}.1/24 dev {outer}",
            f"ip link set {outer} up",
            f"{net} addr add 10.77.{number}.2/24 dev eth0",
            f"{net} link set eth0 up",
            f"{net} link set lo up",
            f"{net} route add default via 10.77.{number}.1",
        ]
    return commands


def within(places: Places, code: PartnerCode) -> list[str]:
    """What stands before a command to run it in a node's network."""
    return ["nsenter", f"--net=/run/netns/{code}"] if places.namespaces else []


def set_link(code: PartnerCode, *, up: bool) -> None:
    """Pull a node's cable out, or put it back."""
    _run("ip", "link", "set", f"v{code.lower()}", "up" if up else "down")


def block(code: PartnerCode, *, outgoing: bool, on: bool) -> None:
    """Drop every packet from a node (outgoing) or to it, and let the other direction through; or stop doing so."""
    verb = "add" if on else "del"
    number = CODES.index(code) + 1
    if outgoing:
        _run("ip", "-n", code, "route", verb, "blackhole", "10.77.0.1/32")
    else:
        _run("ip", "route", verb, "blackhole", f"10.77.{number}.2/32")


def make_disk(places: Places, code: PartnerCode, megabytes: int) -> bool:
    """Give a node a file system of its own; whether the machine allows it. The file is sparse.

    Raises:
        ConfigError: the run had disks before and they cannot be had: beginning anew beside them would judge another run.
    """
    image = places.root / f"disk-{code}.img"
    resumed = image.exists()
    if not os.environ.get(INSIDE) or shutil.which("mkfs.ext4") is None:
        return False
    places.disk(code).mkdir(parents=True, exist_ok=True)
    try:
        if not resumed:
            with image.open("wb") as stream:
                stream.truncate(megabytes * 1_000_000)
            _run("mkfs.ext4", "-q", "-m", "0", "-E", "lazy_itable_init=1", str(image))
        _wait_for_loop(image)
        mount_disk(places, code)
    except OSError as error:
        if resumed:
            raise ConfigError(
                f"the run's disk cannot be had: {error}",
                hint="End the processes of the earlier run (`pgrep -f bench.faults`), wait a moment and start again.",
            ) from None
        print(f"no disks of their own: {error}", file=sys.stderr)
        return False
    return True


def _wait_for_loop(image: Path) -> None:
    """Wait until the processes of an earlier run that was killed have let go of the image."""
    for _ in range(_UNMOUNT_TRIES):
        if not subprocess.run(["losetup", "-j", str(image)], capture_output=True, check=False).stdout:  # noqa: S607
            return
        time.sleep(0.2)
    raise OSError(f"{image} is in use")


def mount_disk(places: Places, code: PartnerCode) -> None:
    """Mount a node's disk; after a power cut this is where the file system puts itself right."""
    _run("mount", "-o", "loop", str(places.root / f"disk-{code}.img"), str(places.disk(code)))


def unmount_disk(places: Places, code: PartnerCode) -> None:
    """Unmount a node's disk; whoever still reads from it is waited for."""
    for _ in range(_UNMOUNT_TRIES):
        try:
            _run("umount", str(places.disk(code)))
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise OSError(f"{places.disk(code)} stays busy")


def cut_power(places: Places, code: PartnerCode) -> None:
    """From now on nothing reaches the disk of a node, and what was not synced before is lost."""
    directory = os.open(places.disk(code), os.O_RDONLY)
    try:
        fcntl.ioctl(directory, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
    finally:
        os.close(directory)


def fill_disk(places: Places, code: PartnerCode) -> Path:
    """Leave not a byte free on a node's disk; returns the file that fills it."""
    filler = places.disk(code) / "filler"
    with filler.open("wb") as stream:
        for size in (1 << 26, 1 << 20, 1 << 12, 1):
            at = stream.tell()
            try:
                while True:
                    os.posix_fallocate(stream.fileno(), at, size)
                    at += size
            except OSError:
                stream.seek(at)
    return filler
