"""A nurse's day with Doorstep, in Python.

    nurse_day.py SERVER PHONE_CODE TABLET_CODE FOLDER

The codes are one-time codes from the office, both for the same nurse: she has a phone and a tablet. Start it twice: the first
time it is the morning, and you may kill it where it says so; the second time it is the afternoon.
"""

import asyncio
import queue
import struct
import sys
import zlib
from datetime import datetime, timezone
from pathlib import Path

import doorstep
from doorstep import AnyRecord, Device, DeviceOptions, DoorstepError, SyncOptions


async def main(server, phone_code, tablet_code, folder):
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    phone = open_store(folder, "phone")
    if phone.enrolment() is None:
        await morning(phone, server, phone_code, open_store(folder, "tablet"), tablet_code)
    else:
        await afternoon(phone)
    # From here on the store can be opened elsewhere, and no observer is called any more.
    phone.close_store()


def open_store(folder, name):
    """Opens a store, or makes it with a new key."""
    options = DeviceOptions(key_store=FileKeyStore(folder / f"{name}.key"), log=ErrorsToStderr())
    return Device.open(str(folder / name), options)


class FileKeyStore(doorstep.KeyStore):
    """Keeps the key in a file, for this sample alone: whoever has both files can read the store."""

    def __init__(self, file):
        self.file = file

    def load(self):
        return self.file.read_bytes() if self.file.exists() else None

    def save(self, key):
        self.file.write_bytes(key)

    def delete(self):
        self.file.unlink(missing_ok=True)


class ErrorsToStderr(doorstep.LogSink):
    def log(self, level, message):
        if level == doorstep.LogLevel.ERROR:
            print(message, file=sys.stderr)


async def morning(phone, server, code, tablet, tablet_code):
    await phone.enrol(server, code, "Python phone", "1.0")
    fetched = await phone.sync(SyncOptions())
    print(f"The caseload has come: {fetched.received} records.")
    case = show_caseload(phone)

    # From here on the phone needs no network: every read and save is its own store's.
    changes = queue.Queue()
    observer = phone.observe(Forward(changes))
    visit = begin_visit(phone, case.scope)
    # What the sync brought may still be told of first.
    told = iter(lambda: changes.get(timeout=10), None)
    change = next(change for change in told if getattr(change, "record", None) == visit)
    print(f"The screen is told of a {change.kind.name} that has changed.")
    write_note(phone, visit, "Wound clean, dressing changed.")
    phone.unobserve(observer)

    await work_on_tablet(tablet, server, tablet_code, case.scope)
    set_parking(phone, case.patient.id, "Behind the house")
    print(f"Saved: {phone.sync_status().unsent_changes} changes wait to be sent. Kill me, or press Enter.")
    sys.stdin.readline()


async def afternoon(phone):
    # What a save has returned for is on disk, whatever became of the process.
    print(f"Open again: {phone.sync_status().unsent_changes} changes wait to be sent.")
    case = show_caseload(phone)
    await sync_within(phone, 30_000)
    settle_conflicts(phone)
    photo = attach_photo(phone, case.scope)
    await sync_within(phone, 30_000)
    print(f"The photo has {len(phone.file(photo))} bytes here.")
    print(f"All sent: {str(phone.sync_status().is_all_sent).lower()}.")


def show_caseload(phone):
    cases = phone.caseload()
    for case in cases:
        planned = case.next_appointment.at if case.next_appointment else "not planned"
        print(f"Case: {case.patient_name}, next visit {planned}.")
    return cases[0]


def begin_visit(phone, scope):
    visit = doorstep.Visit(
        _class=doorstep.VisitClass.HOME_HEALTH(),
        status=doorstep.VisitStatus.IN_PROGRESS(),
        check_in=doorstep.CheckPoint(at=datetime.now(timezone.utc)),
        nurse=phone.enrolment().staff,
    )
    return phone.create(scope, AnyRecord.VISIT(visit)).id


def write_note(phone, record, note):
    """An edit hands back the version that was on the screen, so that what arrived since is not overruled."""
    read = phone.read(record)
    visit = read.record[0]
    visit.note = note
    phone.save(record, read.version, AnyRecord.VISIT(visit))


def set_parking(device, record, parking):
    read = device.read(record)
    patient = read.record[0]
    patient.address.parking = parking
    device.save(record, read.version, AnyRecord.PATIENT(patient))


async def work_on_tablet(tablet, server, code, scope):
    """Her tablet learns of another place to park while the phone is offline."""
    await tablet.enrol(server, code, "Python tablet", "1.0")
    try:
        await tablet.sync(SyncOptions(listener=StopAtFirstFrame(tablet)))
    except DoorstepError.Cancelled:
        print("The tablet's sync was cancelled; what had arrived stays.")
    await tablet.sync(SyncOptions())
    set_parking(tablet, patient_of(tablet, scope), "On the street")
    await tablet.sync(SyncOptions())
    tablet.close_store()


def patient_of(device, scope):
    sections = device.chart(scope).sections
    return next(section for section in sections if section.kind == doorstep.Kind.PATIENT).records[0].id


class StopAtFirstFrame(doorstep.ProgressListener):
    """For a person who taps "cancel". Cancelling the task that waits in `sync` does the same."""

    def __init__(self, device):
        self.device = device

    def progressed(self, progress):
        self.device.cancel_sync()


async def sync_within(phone, budget_ms):
    """Background work has a budget of time: sync within it, and go on from there the next time."""
    try:
        done = await phone.sync(SyncOptions(budget_ms=budget_ms))
        print(f"Synced: {done.merged} merged, {done.received} received, {done.files_sent} files sent.")
    except DoorstepError as error:
        # The message is for people and holds no patient data.
        print(f"Not synced: {error.message()} Try again: {error.is_retryable()}.")


def settle_conflicts(phone):
    """Two people, or one with two devices, set a field at the same time: a person picks."""
    for record in phone.conflicts():
        for conflict in record.conflicts:
            values = sorted(value.value_json for value in conflict.values)
            print(f"Conflict: {conflict.path} is {' or '.join(values)}.")
            pick = next(value for value in conflict.values if value.value_json == '"On the street"')
            phone.resolve(record.listed.id, record.listed.version, conflict.path, pick.id)


def attach_photo(phone, scope):
    photo = doorstep.Attachment(
        media_type="image/png",
        attachment_type=doorstep.AttachmentType.WOUND_PHOTOGRAPH(),
        caption="Left heel",
        taken_at=datetime.now(timezone.utc),
    )
    return phone.attach(scope, photo, one_pixel()).id


def one_pixel():
    """A picture as a camera would give it, of one pixel."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


class Forward(doorstep.Observer):
    """Called on a thread of its own; what it is told is on disk already."""

    def __init__(self, changes):
        self.changes = changes

    def changed(self, changes):
        for change in changes:
            self.changes.put(change)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
