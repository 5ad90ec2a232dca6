// A nurse's day with Doorstep, in Swift. On an iPhone the same calls stand in view models and background tasks.
//
//     nurse-day SERVER PHONE_CODE TABLET_CODE FOLDER
//
// The codes are one-time codes from the office, both for the same nurse: she has a phone and a tablet. Start it twice: the
// first time it is the morning, and you may kill it where it says so; the second time it is the afternoon.

import Foundation

#if canImport(Doorstep)
import Doorstep
#endif

let arguments = CommandLine.arguments
guard arguments.count == 5 else {
    fatalError("usage: nurse-day SERVER PHONE_CODE TABLET_CODE FOLDER")
}
let (server, phoneCode, tabletCode) = (arguments[1], arguments[2], arguments[3])
let folder = URL(fileURLWithPath: arguments[4])
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)

let phone = try open("phone")
if try phone.enrolment() == nil {
    try await morning(phone)
} else {
    try await afternoon(phone)
}
// From here on the store can be opened elsewhere, and no observer is called any more.
try phone.closeStore()

/// Says a line at once, though nobody may be looking at a terminal.
func say(_ line: String) {
    print(line)
    fflush(stdout)
}

/// Opens a store, or makes it with a new key.
func open(_ name: String) throws -> Device {
    let keys = FileKeyStore(file: folder.appendingPathComponent("\(name).key"))
    let options = DeviceOptions(keyStore: keys, log: ErrorsToStderr())
    return try Device.open(path: folder.appendingPathComponent(name).path, options: options)
}

/// Keeps the key in a file, for this sample alone. An app keeps it in the Keychain: see the guide.
final class FileKeyStore: KeyStore {
    private let file: URL

    init(file: URL) {
        self.file = file
    }

    func load() throws -> Data? {
        FileManager.default.fileExists(atPath: file.path) ? try Data(contentsOf: file) : nil
    }

    func save(key: Data) throws {
        try key.write(to: file, options: .atomic)
    }

    func delete() throws {
        if FileManager.default.fileExists(atPath: file.path) {
            try FileManager.default.removeItem(at: file)
        }
    }
}

final class ErrorsToStderr: LogSink {
    func log(level: LogLevel, message: String) throws {
        if level == .error {
            FileHandle.standardError.write(Data("\(message)\n".utf8))
        }
    }
}

func morning(_ phone: Device) async throws {
    _ = try await phone.enrol(serverUrl: server, code: phoneCode, deviceName: "Swift phone", appVersion: "1.0")
    let fetched = try await phone.sync(options: SyncOptions())
    say("The caseload has come: \(fetched.received) records.")
    let nursesCase = try showCaseload(phone)

    // From here on the phone needs no network: every read and save is its own store's.
    let (changes, told) = AsyncStream.makeStream(of: Change.self)
    let observer = try phone.observe(observer: Forward(told))
    let visit = try beginVisit(phone, nursesCase.scope)
    // What the sync brought may still be told of first.
    for await case let .record(_, record, kind) in changes where record == visit {
        say("The screen is told of a \(kind) that has changed.")
        break
    }
    try writeNote(phone, visit, "Wound clean, dressing changed.")
    try phone.unobserve(observer: observer)

    try await workOnTablet(nursesCase.scope)
    try setParking(phone, nursesCase.patient.id, "Behind the house")
    say("Saved: \(try phone.syncStatus().unsentChanges) changes wait to be sent. Kill me, or press Enter.")
    _ = readLine()
}

func afternoon(_ phone: Device) async throws {
    // What a save has returned for is on disk, whatever became of the process.
    say("Open again: \(try phone.syncStatus().unsentChanges) changes wait to be sent.")
    let nursesCase = try showCaseload(phone)
    await sync(phone, withinMs: 30_000)
    try settleConflicts(phone)
    let photo = try attachPhoto(phone, nursesCase.scope)
    await sync(phone, withinMs: 30_000)
    say("The photo has \(try phone.file(id: photo).count) bytes here.")
    say("All sent: \(try phone.syncStatus().isAllSent).")
}

func showCaseload(_ phone: Device) throws -> CaseOnPhone {
    let cases = try phone.caseload()
    for one in cases {
        let next = one.nextAppointment.map { "\($0.at)" } ?? "not planned"
        say("Case: \(one.patientName), next visit \(next).")
    }
    return cases[0]
}

func beginVisit(_ phone: Device, _ scope: ScopeId) throws -> RecordId {
    let visit = Visit(
        nurse: try phone.enrolment()?.staff,
        class: .homeHealth,
        status: .inProgress,
        checkIn: CheckPoint(at: Date())
    )
    return try phone.create(scope: scope, record: .visit(visit)).id
}

/// An edit hands back the version that was on the screen, so that what arrived since is not overruled.
func writeNote(_ phone: Device, _ id: RecordId, _ note: String) throws {
    let read = try phone.read(id: id)
    guard case .visit(var visit) = read.record else { return }
    visit.note = note
    _ = try phone.save(id: id, seen: read.version, record: .visit(visit))
}

func setParking(_ device: Device, _ patientId: RecordId, _ parking: String) throws {
    let read = try device.read(id: patientId)
    guard case .patient(var patient) = read.record else { return }
    patient.address.parking = parking
    _ = try device.save(id: patientId, seen: read.version, record: .patient(patient))
}

/// Her tablet learns of another place to park while the phone is offline.
func workOnTablet(_ scope: ScopeId) async throws {
    let tablet = try open("tablet")
    _ = try await tablet.enrol(serverUrl: server, code: tabletCode, deviceName: "Swift tablet", appVersion: "1.0")
    do {
        _ = try await tablet.sync(options: SyncOptions(listener: StopAtFirstFrame(tablet)))
    } catch DoorstepError.Cancelled {
        say("The tablet's sync was cancelled; what had arrived stays.")
    }
    _ = try await tablet.sync(options: SyncOptions())
    let chart = try tablet.chart(scope: scope)
    let patients = chart.sections.first { $0.kind == .patient }?.records ?? []
    try setParking(tablet, patients[0].id, "On the street")
    _ = try await tablet.sync(options: SyncOptions())
    try tablet.closeStore()
}

/// For a person who taps "cancel". Cancelling the task that waits in `sync` does the same.
final class StopAtFirstFrame: ProgressListener {
    private let device: Device

    init(_ device: Device) {
        self.device = device
    }

    func progressed(progress: Progress) throws {
        try device.cancelSync()
    }
}

/// Background work has a budget of time: sync within it, and go on from there the next time.
func sync(_ phone: Device, withinMs budgetMs: UInt64) async {
    do {
        let done = try await phone.sync(options: SyncOptions(budgetMs: budgetMs))
        say("Synced: \(done.merged) merged, \(done.received) received, \(done.filesSent) files sent.")
    } catch let error as DoorstepError {
        // The message is for people and holds no patient data.
        say("Not synced: \(error.message()) Try again: \(error.isRetryable()).")
    } catch {
        say("Not synced: \(error)")
    }
}

/// Two people, or one with two devices, set a field at the same time: a person picks.
func settleConflicts(_ phone: Device) throws {
    for record in try phone.conflicts() {
        for conflict in record.conflicts {
            let values = conflict.values.map(\.valueJson).sorted()
            say("Conflict: \(conflict.path) is \(values.joined(separator: " or ")).")
            guard let pick = conflict.values.first(where: { $0.valueJson == "\"On the street\"" }) else { continue }
            _ = try phone.resolve(id: record.listed.id, seen: record.listed.version, path: conflict.path, pick: pick.id)
        }
    }
}

func attachPhoto(_ phone: Device, _ scope: ScopeId) throws -> RecordId {
    let photo = Attachment(
        mediaType: "image/png",
        attachmentType: .woundPhotograph,
        caption: "Left heel",
        takenAt: Date()
    )
    return try phone.attach(scope: scope, attachment: photo, bytes: onePixel()).id
}

/// A picture as a camera would give it, of one pixel: PNG.
func onePixel() -> Data {
    let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC"
    return Data(base64Encoded: png)!
}

/// Called on a thread of its own; what it is told is on disk already.
final class Forward: Observer {
    private let changes: AsyncStream<Change>.Continuation

    init(_ changes: AsyncStream<Change>.Continuation) {
        self.changes = changes
    }

    func changed(changes: [Change]) throws {
        changes.forEach { self.changes.yield($0) }
    }
}
