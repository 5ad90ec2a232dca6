// Says the kinds of record, each by the class of its empty record.
import org.doorstep.AnyRecord
import org.doorstep.Kind
import org.doorstep.empty

fun main() {
    for (kind in Kind.entries) {
        val record: AnyRecord = empty(kind)
        val name = record::class.java.simpleName
        check(name.equals(kind.name.replace("_", ""), ignoreCase = true)) { "$kind is $name" }
        check(record == empty(kind)) { "two empty records of $kind are not equal" }
        println(name)
    }
}
