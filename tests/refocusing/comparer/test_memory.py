"""What is kept, and what is given up for it."""

from hypothesis import given
from hypothesis import strategies as st

from emwidgets.refocusing.comparer.memory import Memory


def test_what_was_not_asked_for_the_longest_goes_first():
    memory = Memory(room=30)
    for key in "abc":
        memory.put(key, key.upper(), 10)
    assert memory.get("a") == "A"
    memory.put("d", "D", 10)
    assert memory.get("b") is None
    assert [memory.get(key) for key in "acd"] == ["A", "C", "D"]


def test_the_newest_is_kept_however_large_it_is():
    memory = Memory(room=30)
    memory.put("a", 1, 10)
    memory.put("b", 2, 1000)
    assert (memory.get("a"), memory.get("b")) == (None, 2)
    memory.put("c", 3, 10)
    assert (memory.get("b"), memory.get("c")) == (None, 3)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 20))))
def test_the_room_is_never_exceeded_by_more_than_one(steps):
    memory, sizes = Memory(room=30), {}
    for key, size in steps:
        memory.put(key, size, size)
        sizes[key] = size
        kept = [memory.get(each) for each in list(sizes)]
        kept = [each for each in kept if each is not None]
        assert memory.get(key) == size
        assert sum(kept) <= 30 or kept == [size]
