// What calls cost on the JVM. Arguments: a folder, a server, a one-time code.

import java.nio.file.Path
import kotlin.io.path.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.deleteIfExists
import kotlin.io.path.exists
import kotlin.io.path.readBytes
import kotlin.io.path.writeBytes
import kotlinx.coroutines.runBlocking
import org.doorstep.*

const val WARM_UP = 20
const val ROUNDS = 200
const val TRIVIAL_ROUNDS = 20_000

fun main(arguments: Array<String>) = runBlocking {
    val (folder, server, code) = arguments
    Path(folder).createDirectories()
    val options = DeviceOptions(keyStore = FileKeyStore(Path(folder).resolve("key")))
    fun open() = Device.open(Path(folder).resolve("phone").toString(), options)
    open().use { device ->
        device.enrol(server, code, "Kotlin phone", "1.0")
        println("Kotlin: ${device.sync(SyncOptions()).received} records received")
        device.closeStore()
    }
    tell("open a store", targetMs = 50.0, times(10) { open().use { it.closeStore() } })
    open().use { device ->
        val trivial = times(TRIVIAL_ROUNDS) { kindCode(Kind.VISIT) }
        tell("a trivial call", targetMs = 0.05, trivial)
        tell("caseload of ${device.caseload().size}", targetMs = 10.0, times(ROUNDS) { device.caseload() })
        val case = device.caseload().single { it.patientName == "Rosa Sample 0" }
        val chart = device.chart(case.scope)
        tell("chart of ${chart.sections.sumOf { it.records.size }}", 30.0, times(ROUNDS) { device.chart(case.scope) })
        val weight = chart.sections.single { it.kind == Kind.OBSERVATION }.records.first()
        var version = weight.version
        val (first) = weight.record as AnyRecord.Observation
        var number = 0
        val saves = times(ROUNDS) {
            val changed = first.copy(note = "Seen ${number++} times.")
            version = device.save(weight.id, version, AnyRecord.Observation(changed))
        }
        tell("save", targetMs = 10.0, saves)
        device.closeStore()
    }
}

/** Milliseconds of each round, sorted, after some that do not count. */
private fun times(rounds: Int, work: () -> Unit): List<Double> {
    repeat(WARM_UP) { work() }
    return List(rounds) {
        val begun = System.nanoTime()
        work()
        (System.nanoTime() - begun) / 1e6
    }.sorted()
}

private fun tell(what: String, targetMs: Double, sorted: List<Double>) {
    fun at(share: Double) = "%.3f".format(sorted[((sorted.size - 1) * share).toInt()])
    println("Kotlin: $what: median ${at(0.5)} ms, 99 of 100 ${at(0.99)} ms (target $targetMs ms)")
}

private class FileKeyStore(private val file: Path) : KeyStore {
    override fun load(): ByteArray? = if (file.exists()) file.readBytes() else null

    override fun save(key: ByteArray) = file.writeBytes(key)

    override fun delete() {
        file.deleteIfExists()
    }
}
