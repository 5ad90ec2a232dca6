"""What a cold sync and a large store need in memory. Arguments: a folder, a server, a one-time code."""

import asyncio
import sys
import time
from pathlib import Path

import doorstep
from doorstep import Device, DeviceOptions, SyncOptions


class FileKeyStore(doorstep.KeyStore):
    def __init__(self, file):
        self.file = file

    def load(self):
        return self.file.read_bytes() if self.file.exists() else None

    def save(self, key):
        self.file.write_bytes(key)

    def delete(self):
        self.file.unlink(missing_ok=True)


def mb(name):
    """A line of this process's own account: VmRSS now, VmHWM the most so far."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1000


async def main(folder, server, code):
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    options = DeviceOptions(key_store=FileKeyStore(folder / "key"))
    before = mb("VmRSS")
    device = Device.open(str(folder / "phone"), options)
    await device.enrol(server, code, "Python phone", "1.0")
    begun = time.monotonic()
    received = (await device.sync(SyncOptions())).received
    took = time.monotonic() - begun
    peak = mb("VmHWM")
    print(f"Python: {received} records received in {took:.1f} s; at most {peak:.0f} MB, of which {before:.0f} MB before the store"
          f" was opened (target: 80 MB)")
    device.close_store()


asyncio.run(main(*sys.argv[1:]))
