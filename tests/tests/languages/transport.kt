// An app whose requests go its own way. Says how they went.
//
//     TransportKt SERVER PHONE_CODE TABLET_CODE FOLDER
import java.io.IOException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.util.concurrent.ConcurrentSkipListSet
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.doorstep.*

/** Carries requests by the JVM's own client, and keeps which methods there were. While it holds, nothing goes on. */
private class OwnTransport : Transport {
    /** Follows no redirect: where one leads is not the server, and must not get the token. */
    private val client = HttpClient.newHttpClient()
    val methods = ConcurrentSkipListSet<String>()
    val held = CompletableDeferred<Unit>()
    val wasCancelled = CompletableDeferred<Unit>()

    @Volatile
    var holds = false

    override suspend fun exchange(request: HttpRequest): HttpResponse {
        methods += request.method
        if (holds) hold()
        val asked = java.net.http.HttpRequest.newBuilder(URI(request.url))
        asked.method(request.method, BodyPublishers.ofByteArray(request.body))
        request.headers.forEach { asked.header(it.name, it.value) }
        val answer = try {
            client.sendAsync(asked.build(), BodyHandlers.ofByteArray()).await()
        } catch (_: IOException) {
            throw TransportFailure.Unreachable()
        }
        val headers = answer.headers().map().flatMap { (name, values) -> values.map { HttpHeader(name, it) } }
        return HttpResponse(answer.statusCode().toUShort(), headers, wholeBody(answer.body()))
    }

    private suspend fun hold() {
        held.complete(Unit)
        try {
            awaitCancellation()
        } finally {
            wasCancelled.complete(Unit)
        }
    }
}

fun main(arguments: Array<String>) = runBlocking(Dispatchers.IO) {
    val (server, phoneCode, tabletCode, folder) = arguments
    val transport = OwnTransport()
    val phone = enrolled("$folder/phone", transport, server, phoneCode)
    val tablet = enrolled("$folder/tablet", transport, server, tabletCode)

    val case = phone.caseload().first().scope
    val consent = Attachment(
        attachmentType = AttachmentType.Consent,
        mediaType = "application/pdf",
        caption = "Consent",
    )
    val bytes = ByteArray(2_500_000) { (it.toLong() * it % 251).toByte() }
    val attached = phone.attach(case, consent, bytes).id
    println("${phone.sync(SyncOptions()).filesSent} file sent.")

    tablet.sync(SyncOptions())
    tablet.download(attached, SyncOptions())
    check(tablet.file(attached).contentEquals(bytes)) { "the consent arrived otherwise than it was sent" }
    println("Carried: ${transport.methods.joinToString(" ")}.")

    transport.holds = true
    val sync = launch { phone.sync(SyncOptions()) }
    transport.held.await()
    sync.cancelAndJoin()
    transport.wasCancelled.await()
    println("The request ended with the sync.")

    transport.holds = false
    tell(server, "elsewhere")
    try {
        phone.sync(SyncOptions())
    } catch (error: DoorstepException.Network) {
        println("Sent elsewhere: ${error.reason}")
    }
    tell(server, "nothing")
    phone.sync(SyncOptions())
    println("All sent: ${phone.syncStatus().isAllSent}.")
    phone.closeStore()
    tablet.closeStore()
}

private suspend fun enrolled(path: String, transport: Transport, server: String, code: String): Device {
    val device = Device.open(path, DeviceOptions(Keys(), transport))
    device.enrol(server, code, "Kotlin", "1.0")
    device.sync(SyncOptions())
    return device
}
