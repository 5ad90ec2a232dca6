"""Everything that can be handed to the library and should not be. Says a line for each: what it was, and what became of it.

    bad_input.py SERVER FOLDER CODE SMALL_DISK CODE
"""

import asyncio
import inspect
import shutil
import sys
from datetime import datetime, timezone
from pathlib import Path

import doorstep
from common import Keys, tell
from doorstep import AnyRecord, Device, DeviceOptions, DoorstepError, Kind, SyncOptions

# What callbacks throw. It must not be found anywhere.
WORDS = "Zyxwords"


async def main(server, folder, code, small_disk, other_code):
    doorstep.uniffi_set_event_loop(asyncio.get_running_loop())
    phone = Phone(f"{folder}/phone", server)
    await phone.enrol(code)
    await keys_and_files(phone, Path(folder))
    await closed_handle(phone)
    await values_that_are_none(phone)
    if small_disk != "none":
        await full_disk(server, other_code, Path(small_disk))
    await panics(phone)
    await callbacks_that_throw(phone, Path(folder))
    await lies(phone)


class Log(doorstep.LogSink):
    def log(self, level, message):
        print(message, file=sys.stderr)


class Phone:
    """A phone whose store is opened and closed."""

    def __init__(self, path, server):
        self.path, self.server, self.keys, self.saves = path, server, Keys(), 0

    def open(self, transport=None, log=Log()):
        self.device = Device.open(self.path, DeviceOptions(key_store=self.keys, transport=transport, log=log))

    async def enrol(self, code):
        self.open()
        await self.device.enrol(self.server, code, "Python", "1.0")
        patient = doorstep.empty(Kind.PATIENT)[0]
        patient.family = "Sample"
        case = self.device.open_case(patient)
        begun = doorstep.Visit(
            _class=doorstep.VisitClass.HOME_HEALTH(),
            status=doorstep.VisitStatus.IN_PROGRESS(),
            check_in=doorstep.CheckPoint(at=datetime.now(timezone.utc)),
        )
        self.visit = self.device.create(case.scope, AnyRecord.VISIT(begun)).id
        await self.device.sync(SyncOptions())

    def works(self, after):
        """A save and a read."""
        read = self.device.read(self.visit)
        self.saves += 1
        visit = read.record[0]
        visit.note = f"Note {self.saves}"
        self.device.save(self.visit, read.version, AnyRecord.VISIT(visit))
        now = self.device.read(self.visit).record[0].note
        assert now == visit.note, f"{after}: the note is {now}"


async def refused(what, call):
    """Says which error this is."""
    try:
        answer = call()
        if inspect.isawaitable(answer):
            await answer
        answer = "nothing"
    except DoorstepError as error:
        print(f"{what}: {error} {error!r} {error.message()}", error.__cause__, error.__context__, file=sys.stderr)
        answer = type(error).__qualname__.split(".")[-1]
    print(f"{what}: {answer}")


async def keys_and_files(phone, folder):
    await refused("opened twice", phone.open)
    phone.works("opened twice")
    phone.device.close_store()
    open_with = lambda path, key: lambda: Device.open(str(path), DeviceOptions(key_store=Keys(key)))
    await refused("wrong key", open_with(phone.path, bytes([1] * 32)))
    await refused("no key", open_with(phone.path, None))
    await refused("short key", open_with(phone.path, bytes(31)))
    foreign = folder / "foreign"
    foreign.write_text("Dear diary, " * 1_000)
    await refused("foreign file", open_with(foreign, bytes(32)))
    assert foreign.read_text() == "Dear diary, " * 1_000, "the foreign file was changed"
    await refused("folder", open_with(folder, bytes(32)))
    await refused("nowhere", open_with(folder / "no/where", None))
    corrupt = folder / "corrupt"
    shutil.copy(phone.path, corrupt)
    content = corrupt.read_bytes()
    corrupt.write_bytes(content[:4_096] + b"\7" * (len(content) - 4_096))
    await refused("corrupt file", lambda: open_with(corrupt, phone.keys.key)().caseload())
    phone.open()
    phone.works("wrong keys and files")


async def closed_handle(phone):
    device = phone.device
    device.close_store()
    device.close_store()
    await refused("closed: read", lambda: device.read(phone.visit))
    await refused("closed: caseload", device.caseload)
    await refused("closed: observe", lambda: device.observe(ThrowingObserver()))
    await refused("closed: sync", lambda: device.sync(SyncOptions()))
    await refused("closed: enrol", lambda: device.enrol(phone.server, "0000-0000", "Python", "1.0"))
    phone.open()
    phone.works("a closed handle")


async def values_that_are_none(phone):
    device = phone.device
    read = device.read(phone.visit)
    await refused("no id", lambda: device.read("not an id"))
    await refused("no version", lambda: device.save(phone.visit, "not a version", read.record))
    patient, agency = doorstep.empty(Kind.PATIENT)[0], doorstep.empty(Kind.AGENCY)[0]
    agency.name = "Sample"
    patient.family, patient.birth_date = "Sample", "31 February"
    await refused("no date", lambda: device.open_case(patient))
    await refused("no name", lambda: device.open_case(doorstep.empty(Kind.PATIENT)[0]))
    await refused("another kind", lambda: device.save(phone.visit, read.version, doorstep.empty(Kind.TASK)))
    await refused("the directory", lambda: device.create(read.scope, AnyRecord.AGENCY(agency)))
    await refused("unknown record", lambda: device.read("0190a000-0000-7000-8000-000000000000"))
    await refused("used code", lambda: device.enrol(phone.server, "0000-0000", "Python", "1.0"))
    await refused("no address", lambda: device.enrol("nonsense", "0000-0000", "Python", "1.0"))
    phone.works("values that are none")


async def full_disk(server, code, disk):
    phone = Phone(f"{disk}/phone", server)
    await phone.enrol(code)
    filler = disk / "filler"
    try:
        with open(filler, "wb", buffering=0) as out:
            while True:
                out.write(bytes(4_096))
    except OSError:
        pass  # As it should be.
    await refused("full disk: save", lambda: phone.works("a full disk"))
    await refused("full disk: new store", lambda: Device.open(f"{disk}/new", DeviceOptions(key_store=Keys())))
    phone.device.read(phone.visit)
    filler.unlink()
    phone.works("a full disk")
    phone.device.close_store()


async def panics(phone):
    # The second look at the clock is in the middle of a save.
    phone.device.panic_at_clock_reading(2)
    await refused("panic", lambda: phone.works("a panic"))
    phone.works("panics")


class ThrowingObserver(doorstep.Observer):
    def changed(self, changes):
        raise RuntimeError(WORDS)


class ThrowingListener(doorstep.ProgressListener):
    def progressed(self, progress):
        raise RuntimeError(WORDS)


class ThrowingLog(doorstep.LogSink):
    def log(self, level, message):
        raise RuntimeError(WORDS)


class ThrowingTransport(doorstep.Transport):
    async def exchange(self, request):
        raise RuntimeError(WORDS)


class ThrowingBody(doorstep.Body):
    async def read(self):
        raise RuntimeError(WORDS)


class TransportWithThrowingBody(doorstep.Transport):
    async def exchange(self, request):
        media_type = doorstep.HttpHeader(name="content-type", value="application/vnd.doorstep.sync")
        return doorstep.HttpResponse(status=200, headers=[media_type], body=ThrowingBody())


class ThrowingKeys(doorstep.KeyStore):
    def __init__(self, saves):
        self.saves = saves

    def load(self):
        if not self.saves:
            raise RuntimeError(WORDS)

    def save(self, key):
        raise RuntimeError(WORDS)

    def delete(self):
        raise RuntimeError(WORDS)


async def callbacks_that_throw(phone, folder):
    opens = lambda path, keys: lambda: Device.open(str(path), DeviceOptions(key_store=keys, log=Log()))
    await refused("key store that cannot load", opens(phone.path, ThrowingKeys(False)))
    await refused("key store that cannot save", opens(folder / "new", ThrowingKeys(True)))
    assert not (folder / "new").exists(), "a store was made without its key"
    phone.device.observe(ThrowingObserver())
    phone.works("an observer that throws")
    await phone.device.sync(SyncOptions(listener=ThrowingListener()))
    phone.works("a listener that throws")
    for what, transport in [("transport", ThrowingTransport()), ("body", TransportWithThrowingBody())]:
        phone.device.close_store()
        phone.open(transport)
        await refused(f"{what} that throws", lambda: phone.device.sync(SyncOptions()))
        print(phone.device.sync_status().last_error, file=sys.stderr)
        phone.works(f"a {what} that throws")
    phone.device.close_store()
    phone.open(log=ThrowingLog())
    await phone.device.sync(SyncOptions())
    phone.works("a log that throws")
    phone.device.close_store()
    phone.open()


async def lies(phone):
    names = "garbage sign-in-page silence cut huge-body huge-frame bomb wrong-frame endless-head elsewhere failure"
    for lie in names.split():
        tell(phone.server, lie)
        await refused(lie, lambda: phone.device.sync(SyncOptions()))
        phone.works(lie)
    tell(phone.server, "nothing")
    await phone.device.sync(SyncOptions())
    print(f"all sent: {str(phone.device.sync_status().is_all_sent).lower()}")
    phone.device.close_store()


asyncio.run(main(*sys.argv[1:]))
