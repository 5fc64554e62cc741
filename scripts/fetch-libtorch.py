"""Fetches libtorch out of PyTorch's wheel: python3 fetch-libtorch.py VERSION FOLDER

FOLDER then holds `include` and `lib`. It appears whole or not at all, so two of these at once do no harm. The CPU build
is taken where pip knows it, else the plain one with those libraries of CUDA that it cannot be loaded without.
"""
import base64
import csv
import hashlib
import io
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

# SHA-256 of whole wheels, by name.
KNOWN = {
    "torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl":
        "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b",
    "torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl":
        "60fcdcb2f3876e21146cb4524ef06397d727ca9ad5f020818547e25075fe3cb7",
}

# The wheel that brings a library of CUDA, by the library's name.
CUDA_WHEELS = {"libcupti": "nvidia-cuda-cupti", "libcudart": "nvidia-cuda-runtime"}


class Failure(Exception):
    pass


def say(text):
    print(f"darkroom: {text}", file=sys.stderr, flush=True)


def platforms():
    machine = platform.machine()
    if sys.platform == "darwin":
        return [f"macosx_{major}_0_{machine}" for major in range(11, 16)]
    return [f"manylinux_2_{minor}_{machine}" for minor in range(17, 29)] + [f"manylinux2014_{machine}"]


def download(requirement, folder):
    """The wheel of a requirement; None and pip's last words where pip cannot get it."""
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--retries", "1",
        "--no-deps", "--only-binary=:all:", "--python-version", "3.11", "--dest", str(folder), requirement,
    ]
    for name in platforms():
        command += ["--platform", name]
    folder.mkdir()
    result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wheels = list(folder.glob("*.whl"))
    if result.returncode == 0 and wheels:
        return wheels[0], ""
    words = [line for line in result.stderr.splitlines() if line.strip()]
    return None, words[-1].strip() if words else f"pip ended with {result.returncode}"


def check_whole(wheel):
    """Against the known hash, if there is one."""
    if wheel.name not in KNOWN:
        say(f"no hash of {wheel.name} is known here: its files are checked against its own record only")
        return
    digest = hashlib.sha256()
    with wheel.open("rb") as file:
        while block := file.read(1 << 22):
            digest.update(block)
    if digest.hexdigest() != KNOWN[wheel.name]:
        raise Failure(f"{wheel.name} is not the file that was expected: its SHA-256 is {digest.hexdigest()}")


def unpack(wheel, wanted):
    """Writes the members for which `wanted(name)` gives a path there, each checked against the wheel's RECORD."""
    with zipfile.ZipFile(wheel) as archive:
        record_name = next(name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
        record = {row[0]: row[1] for row in csv.reader(io.StringIO(archive.read(record_name).decode())) if row}
        for name in archive.namelist():
            target = None if name.endswith("/") else wanted(name)
            if target is None:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            with archive.open(name) as source, target.open("wb") as copy:
                while block := source.read(1 << 22):
                    digest.update(block)
                    copy.write(block)
            expected = "sha256=" + base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
            if record.get(name) != expected:
                raise Failure(f"{name} in {wheel.name} is not what the wheel's record says")


def torch_member(folder):
    """Headers and the libraries of the CPU; none of Python's or of the GPU's."""
    def wanted(name):
        if name.startswith("torch/include/"):
            return folder / name[len("torch/"):]
        is_library = re.fullmatch(r"torch/lib/[^/]+\.(so(\.[0-9.]+)?|dylib)", name)
        if is_library and not re.search(r"cuda|python|nvshmem|nvrtc", name):
            return folder / name[len("torch/"):]
        return None
    return wanted


def add_missing_libraries(folder, work):
    """What the system's loader does not find for libtorch_cpu, from the wheels that hold it."""
    if sys.platform == "darwin":
        return
    loaded = subprocess.run(["ldd", str(folder / "lib/libtorch_cpu.so")], capture_output=True, text=True).stdout
    for library in re.findall(r"^\s*(\S+) => not found", loaded, re.MULTILINE):
        name, _, major = library.partition(".so.")
        package = CUDA_WHEELS.get(name)
        if package is None:
            raise Failure(f"libtorch needs {library}, which is not on this system: install it, or set LIBTORCH")
        say(f"fetching {library} from {package}")
        found, words = download(f"{package}=={major}.*", work / package)
        if found is None:
            raise Failure(f"{package}, which libtorch needs, cannot be fetched ({words}): check the network")
        unpack(found, lambda name: folder / "lib" / library if name.endswith("/" + library) else None)
        if not (folder / "lib" / library).exists():
            raise Failure(f"{found.name} does not hold {library}: set LIBTORCH to an unpacked libtorch")


def check_version(folder, version):
    headers = [*folder.glob("include/torch/**/version.h")]
    text = "".join(header.read_text() for header in headers)
    numbers = [re.search(rf"#define TORCH_VERSION_{part} (\d+)", text) for part in ("MAJOR", "MINOR", "PATCH")]
    found = ".".join(number.group(1) if number else "?" for number in numbers)
    if found != version:
        raise Failure(f"the wheel holds libtorch {found}, not {version}")


def fetch(version, folder, work):
    say(f"fetching libtorch {version} (about 200 MB; up to 530 MB where the CPU build is not offered)")
    wheel = None
    if sys.platform != "darwin":
        wheel, _ = download(f"torch=={version}+cpu", work / "cpu")
    if wheel is None:
        wheel, words = download(f"torch==={version}", work / "plain")
    if wheel is None:
        raise Failure(
            f"libtorch {version} cannot be fetched ({words}): check the network, or set LIBTORCH to an unpacked libtorch")
    check_whole(wheel)
    say(f"unpacking libtorch into {folder}")
    unpacked = work / "libtorch"
    unpack(wheel, torch_member(unpacked))
    check_version(unpacked, version)
    add_missing_libraries(unpacked, work)
    try:
        os.rename(unpacked, folder)
    except OSError:
        # Another set-up was first.
        if not (folder / "include").is_dir():
            raise


def main():
    version, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    work = pathlib.Path(tempfile.mkdtemp(prefix=".fetching-", dir=folder.parent))
    try:
        fetch(version, folder, work)
    except Failure as failure:
        say(failure)
        sys.exit(1)
    except OSError as error:
        say(f"libtorch cannot be unpacked: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
