// Everything that can be handed to the library and should not be. Says a line for each: what it was, and what became of it.
//
//     Bad_inputKt SERVER FOLDER CODE SMALL_DISK CODE
import java.io.File
import java.time.Instant
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import org.doorstep.*

/** What callbacks throw. It must not be found anywhere. */
private const val WORDS = "Zyxwords"

fun main(arguments: Array<String>) = runBlocking(Dispatchers.IO) {
    val (server, folder, code, smallDisk, otherCode) = arguments
    val phone = Phone("$folder/phone", server)
    phone.enrol(code)
    keysAndFiles(phone, folder)
    closedHandle(phone)
    valuesThatAreNone(phone)
    if (smallDisk != "none") fullDisk(server, otherCode, smallDisk)
    panics(phone)
    callbacksThatThrow(phone, folder)
    lies(phone)
}

/** A phone whose store is opened and closed. */
private class Phone(val path: String, val server: String) {
    val keys = Keys()
    lateinit var device: Device
    lateinit var visit: RecordId
    private var saves = 0

    fun open(transport: Transport? = null, log: LogSink? = Log) {
        device = Device.open(path, DeviceOptions(keys, transport, log))
    }

    suspend fun enrol(code: String) {
        open()
        device.enrol(server, code, "Kotlin", "1.0")
        val case = device.openCase((empty(Kind.PATIENT) as AnyRecord.Patient).v1.copy(family = "Sample"))
        val begun = Visit(
            `class` = VisitClass.HomeHealth,
            status = VisitStatus.InProgress,
            checkIn = CheckPoint(Instant.now()),
        )
        visit = device.create(case.scope, AnyRecord.Visit(begun)).id
        device.sync(SyncOptions())
    }

    /** A save and a read. */
    fun works(after: String) {
        val read = device.read(visit)
        val note = "Note ${++saves}"
        val (before) = read.record as AnyRecord.Visit
        device.save(visit, read.version, AnyRecord.Visit(before.copy(note = note)))
        val (now) = device.read(visit).record as AnyRecord.Visit
        check(now.note == note) { "$after: the note is ${now.note}" }
    }
}

private object Log : LogSink {
    override fun log(level: LogLevel, message: String) = System.err.println(message)
}

/** Says which error this is. */
private suspend fun refused(what: String, call: suspend () -> Unit) {
    val answer = try {
        call()
        "nothing"
    } catch (error: DoorstepException) {
        System.err.println("$what: $error ${error.message()} ${error.cause}")
        error::class.simpleName
    }
    println("$what: $answer")
}

private suspend fun keysAndFiles(phone: Phone, folder: String) {
    refused("opened twice") { phone.open() }
    phone.works("opened twice")
    phone.device.closeStore()
    refused("wrong key") { Device.open(phone.path, DeviceOptions(Keys(ByteArray(32) { 1 }))) }
    refused("no key") { Device.open(phone.path, DeviceOptions(Keys())) }
    refused("short key") { Device.open(phone.path, DeviceOptions(Keys(ByteArray(31)))) }
    val foreign = File("$folder/foreign").apply { writeText("Dear diary, ".repeat(1_000)) }
    refused("foreign file") { Device.open(foreign.path, DeviceOptions(Keys(ByteArray(32)))) }
    check(foreign.readText() == "Dear diary, ".repeat(1_000)) { "the foreign file was changed" }
    refused("folder") { Device.open(folder, DeviceOptions(Keys(ByteArray(32)))) }
    refused("nowhere") { Device.open("$folder/no/where", DeviceOptions(Keys())) }
    val corrupt = File(phone.path).copyTo(File("$folder/corrupt"))
    corrupt.writeBytes(corrupt.readBytes().also { bytes -> bytes.fill(7, 4_096, bytes.size) })
    refused("corrupt file") { Device.open(corrupt.path, DeviceOptions(phone.keys)).caseload() }
    phone.open()
    phone.works("wrong keys and files")
}

private suspend fun closedHandle(phone: Phone) {
    val device = phone.device
    device.closeStore()
    device.closeStore()
    refused("closed: read") { device.read(phone.visit) }
    refused("closed: caseload") { device.caseload() }
    refused("closed: observe") { device.observe(ThrowingObserver) }
    refused("closed: sync") { device.sync(SyncOptions()) }
    refused("closed: enrol") { device.enrol(phone.server, "0000-0000", "Kotlin", "1.0") }
    phone.open()
    phone.works("a closed handle")
}

private suspend fun valuesThatAreNone(phone: Phone) {
    val device = phone.device
    val read = device.read(phone.visit)
    val scope = read.scope
    refused("no id") { device.read("not an id") }
    refused("no version") { device.save(phone.visit, "not a version", read.record) }
    val (patient) = empty(Kind.PATIENT) as AnyRecord.Patient
    val (agency) = empty(Kind.AGENCY) as AnyRecord.Agency
    refused("no date") { device.openCase(patient.copy(family = "Sample", birthDate = "31 February")) }
    refused("no name") { device.openCase(patient) }
    refused("another kind") { device.save(phone.visit, read.version, empty(Kind.TASK)) }
    refused("the directory") { device.create(scope, AnyRecord.Agency(agency.copy(name = "Sample"))) }
    refused("unknown record") { device.read("0190a000-0000-7000-8000-000000000000") }
    refused("used code") { device.enrol(phone.server, "0000-0000", "Kotlin", "1.0") }
    refused("no address") { device.enrol("nonsense", "0000-0000", "Kotlin", "1.0") }
    phone.works("values that are none")
}

private suspend fun fullDisk(server: String, code: String, disk: String) {
    val phone = Phone("$disk/phone", server)
    phone.enrol(code)
    val filler = File("$disk/filler")
    filler.outputStream().use { out ->
        try {
            while (true) out.write(ByteArray(4_096))
        } catch (full: java.io.IOException) {
            // As it should be.
        }
    }
    refused("full disk: save") { phone.works("a full disk") }
    refused("full disk: new store") { Device.open("$disk/new", DeviceOptions(Keys())) }
    phone.device.read(phone.visit)
    filler.delete()
    phone.works("a full disk")
    phone.device.closeStore()
}

private suspend fun panics(phone: Phone) {
    // The second look at the clock is in the middle of a save.
    phone.device.panicAtClockReading(2u)
    refused("panic") { phone.works("a panic") }
    phone.works("panics")
}

private object ThrowingObserver : Observer {
    override fun changed(changes: List<Change>) = error(WORDS)
}

private object ThrowingListener : ProgressListener {
    override fun progressed(progress: Progress) = error(WORDS)
}

private object ThrowingLog : LogSink {
    override fun log(level: LogLevel, message: String) = error(WORDS)
}

private object ThrowingTransport : Transport {
    override suspend fun exchange(request: HttpRequest): HttpResponse = error(WORDS)
}

private object ThrowingBody : Body {
    override suspend fun read(): ByteArray? = error(WORDS)
}

private object TransportWithThrowingBody : Transport {
    private val mediaType = HttpHeader("content-type", "application/vnd.doorstep.sync")

    override suspend fun exchange(request: HttpRequest) = HttpResponse(200u, listOf(mediaType), ThrowingBody)
}

private class ThrowingKeys(val saves: Boolean) : KeyStore {
    override fun load(): ByteArray? = if (saves) null else error(WORDS)

    override fun save(key: ByteArray) = error(WORDS)

    override fun delete() = error(WORDS)
}

private suspend fun callbacksThatThrow(phone: Phone, folder: String) {
    refused("key store that cannot load") { Device.open(phone.path, DeviceOptions(ThrowingKeys(false), log = Log)) }
    refused("key store that cannot save") { Device.open("$folder/new", DeviceOptions(ThrowingKeys(true), log = Log)) }
    check(!File("$folder/new").exists()) { "a store was made without its key" }
    phone.device.observe(ThrowingObserver)
    phone.works("an observer that throws")
    phone.device.sync(SyncOptions(listener = ThrowingListener))
    phone.works("a listener that throws")
    for ((what, transport) in listOf("transport" to ThrowingTransport, "body" to TransportWithThrowingBody)) {
        phone.device.closeStore()
        phone.open(transport)
        refused("$what that throws") { phone.device.sync(SyncOptions()) }
        System.err.println(phone.device.syncStatus().lastError)
        phone.works("a $what that throws")
    }
    phone.device.closeStore()
    phone.open(log = ThrowingLog)
    phone.device.sync(SyncOptions())
    phone.works("a log that throws")
    phone.device.closeStore()
    phone.open()
}

private suspend fun lies(phone: Phone) {
    val lies = listOf(
        "garbage", "sign-in-page", "silence", "cut", "huge-body", "huge-frame", "bomb", "wrong-frame", "endless-head",
        "elsewhere", "failure",
    )
    for (lie in lies) {
        tell(phone.server, lie)
        refused(lie) { phone.device.sync(SyncOptions()) }
        phone.works(lie)
    }
    tell(phone.server, "nothing")
    phone.device.sync(SyncOptions())
    println("all sent: ${phone.device.syncStatus().isAllSent}")
    phone.device.closeStore()
}
