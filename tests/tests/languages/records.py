"""Says the kinds of record, each by the class of its empty record."""

from doorstep import AnyRecord, Kind, empty

for kind in Kind:
    record = empty(kind)
    assert record == empty(kind), f"two empty records of {kind} are not equal"
    assert type(record) is getattr(AnyRecord, kind.name), record
    print(kind.name.title().replace("_", ""))
