// Says the kinds of record, each by the class of its empty record.
import uniffi.doorstep.AnyRecord
import uniffi.doorstep.Kind
import uniffi.doorstep.empty

fun main() {
    for (kind in Kind.entries) {
        val record: AnyRecord = empty(kind)
        val name = record::class.java.simpleName
        check(name.equals(kind.name.replace("_", ""), ignoreCase = true)) { "$kind is $name" }
        check(record == empty(kind)) { "two empty records of $kind are not equal" }
        println(name)
    }
}
