// A nurse's day with Doorstep, in Kotlin on the JVM. On Android the same calls stand in view models and workers.
//
//     NurseDayKt SERVER PHONE_CODE TABLET_CODE FOLDER
//
// The codes are one-time codes from the office, both for the same nurse: she has a phone and a tablet. Start it twice: the
// first time it is the morning, and you may kill it where it says so; the second time it is the afternoon.

import java.nio.file.Path
import java.time.Instant
import kotlin.io.path.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.deleteIfExists
import kotlin.io.path.exists
import kotlin.io.path.readBytes
import kotlin.io.path.writeBytes
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.consumeAsFlow
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.doorstep.*

fun main(arguments: Array<String>) = runBlocking(Dispatchers.IO) {
    val (server, phoneCode, tabletCode, folder) = arguments
    Path(folder).createDirectories()
    val phone = open(Path(folder), "phone")
    if (phone.enrolment() == null) {
        morning(phone, server, phoneCode, open(Path(folder), "tablet"), tabletCode)
    } else {
        afternoon(phone)
    }
    // From here on the store can be opened elsewhere, and no observer is called any more.
    phone.closeStore()
}

/** Opens a store, or makes it with a new key. */
private fun open(folder: Path, name: String): Device {
    val options = DeviceOptions(keyStore = FileKeyStore(folder.resolve("$name.key")), log = ErrorsToStderr)
    return Device.open(folder.resolve(name).toString(), options)
}

/** Keeps the key in a file, for this sample alone. An app keeps it in Android's Keystore: see the guide. */
private class FileKeyStore(private val file: Path) : KeyStore {
    override fun load(): ByteArray? = if (file.exists()) file.readBytes() else null

    override fun save(key: ByteArray) = file.writeBytes(key)

    override fun delete() {
        file.deleteIfExists()
    }
}

private object ErrorsToStderr : LogSink {
    override fun log(level: LogLevel, message: String) {
        if (level == LogLevel.ERROR) System.err.println(message)
    }
}

private suspend fun morning(phone: Device, server: String, code: String, tablet: Device, tabletCode: String) {
    phone.enrol(server, code, "Kotlin phone", "1.0")
    val fetched = phone.sync(SyncOptions())
    println("The caseload has come: ${fetched.received} records.")
    val case = showCaseload(phone)

    // From here on the phone needs no network: every read and save is its own store's.
    val changes = Channel<Change>(Channel.UNLIMITED)
    val observer = phone.observe(Forward(changes))
    val visit = beginVisit(phone, case.scope)
    // What the sync brought may still be told of first.
    val change = changes.consumeAsFlow().filterIsInstance<Change.Record>().first { it.record == visit }
    println("The screen is told of a ${change.kind} that has changed.")
    writeNote(phone, visit, "Wound clean, dressing changed.")
    phone.unobserve(observer)

    workOnTablet(tablet, server, tabletCode, case.scope)
    setParking(phone, case.patient.id, "Behind the house")
    println("Saved: ${phone.syncStatus().unsentChanges} changes wait to be sent. Kill me, or press Enter.")
    readlnOrNull()
}

private suspend fun afternoon(phone: Device) {
    // What a save has returned for is on disk, whatever became of the process.
    println("Open again: ${phone.syncStatus().unsentChanges} changes wait to be sent.")
    val case = showCaseload(phone)
    syncWithin(phone, 30_000u)
    settleConflicts(phone)
    val photo = attachPhoto(phone, case.scope)
    syncWithin(phone, 30_000u)
    println("The photo has ${phone.file(photo).size} bytes here.")
    println("All sent: ${phone.syncStatus().isAllSent}.")
}

private fun showCaseload(phone: Device): CaseOnPhone {
    val cases = phone.caseload()
    for (case in cases) {
        println("Case: ${case.patientName}, next visit ${case.nextAppointment?.at ?: "not planned"}.")
    }
    return cases.first()
}

private fun beginVisit(phone: Device, case: ScopeId): RecordId {
    val visit = Visit(
        `class` = VisitClass.HomeHealth,
        status = VisitStatus.InProgress,
        checkIn = CheckPoint(at = Instant.now()),
        nurse = phone.enrolment()!!.staff,
    )
    return phone.create(case, AnyRecord.Visit(visit)).id
}

/** An edit hands back the version that was on the screen, so that what arrived since is not overruled. */
private fun writeNote(phone: Device, id: RecordId, note: String) {
    val read = phone.read(id)
    val (visit) = read.record as AnyRecord.Visit
    phone.save(id, read.version, AnyRecord.Visit(visit.copy(note = note)))
}

private fun setParking(device: Device, patientId: RecordId, parking: String) {
    val read = device.read(patientId)
    val (patient) = read.record as AnyRecord.Patient
    val moved = patient.copy(address = patient.address.copy(parking = parking))
    device.save(patientId, read.version, AnyRecord.Patient(moved))
}

/** Her tablet learns of another place to park while the phone is offline. */
private suspend fun workOnTablet(tablet: Device, server: String, code: String, case: ScopeId) {
    tablet.enrol(server, code, "Kotlin tablet", "1.0")
    try {
        tablet.sync(SyncOptions(listener = StopAtFirstFrame(tablet)))
    } catch (stopped: DoorstepException.Cancelled) {
        println("The tablet's sync was cancelled; what had arrived stays.")
    }
    tablet.sync(SyncOptions())
    setParking(tablet, patientOf(tablet, case), "On the street")
    tablet.sync(SyncOptions())
    tablet.closeStore()
}

private fun patientOf(device: Device, case: ScopeId): RecordId =
    device.chart(case).sections.single { it.kind == Kind.PATIENT }.records.single().id

/** For a person who taps "cancel". Cancelling the coroutine that waits in `sync` does the same. */
private class StopAtFirstFrame(private val device: Device) : ProgressListener {
    override fun progressed(progress: Progress) = device.cancelSync()
}

/** Background work has a budget of time: sync within it, and go on from there the next time. */
private suspend fun syncWithin(phone: Device, budgetMs: ULong) {
    try {
        val done = phone.sync(SyncOptions(budgetMs = budgetMs))
        println("Synced: ${done.merged} merged, ${done.received} received, ${done.filesSent} files sent.")
    } catch (error: DoorstepException) {
        // The message is for people and holds no patient data.
        println("Not synced: ${error.message()} Try again: ${error.isRetryable()}.")
    }
}

/** Two people, or one with two devices, set a field at the same time: a person picks. */
private fun settleConflicts(phone: Device) {
    for (record in phone.conflicts()) {
        for (conflict in record.conflicts) {
            val values = conflict.values.map { it.valueJson }.sorted()
            println("Conflict: ${conflict.path} is ${values.joinToString(" or ")}.")
            val pick = conflict.values.first { it.valueJson == "\"On the street\"" }
            phone.resolve(record.listed.id, record.listed.version, conflict.path, pick.id)
        }
    }
}

private fun attachPhoto(phone: Device, case: ScopeId): RecordId {
    val photo = Attachment(
        mediaType = "image/png",
        attachmentType = AttachmentType.WoundPhotograph,
        caption = "Left heel",
        takenAt = Instant.now(),
    )
    return phone.attach(case, photo, onePixel()).id
}

/** A picture as a camera would give it, of one pixel. */
private fun onePixel(): ByteArray {
    val picture = java.awt.image.BufferedImage(1, 1, java.awt.image.BufferedImage.TYPE_INT_RGB)
    val bytes = java.io.ByteArrayOutputStream()
    javax.imageio.ImageIO.write(picture, "png", bytes)
    return bytes.toByteArray()
}

/** Called on a thread of its own; what it is told is on disk already. */
private class Forward(private val changes: Channel<Change>) : Observer {
    override fun changed(changes: List<Change>) {
        changes.forEach { this.changes.trySend(it) }
    }
}
