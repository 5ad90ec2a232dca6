// What the programs of these tests have in common.
import java.net.HttpURLConnection
import java.net.URI
import org.doorstep.KeyStore

/** Keeps the key as long as the program runs. */
internal class Keys(var key: ByteArray? = null) : KeyStore {
    override fun load(): ByteArray? = key

    override fun save(key: ByteArray) {
        this.key = key
    }

    override fun delete() {
        key = null
    }
}

/** Tells the server that lies what to answer exchanges from now on. */
internal fun tell(server: String, lie: String) {
    val asked = URI("$server/lie/$lie").toURL().openConnection() as HttpURLConnection
    check(asked.responseCode == 204)
}
