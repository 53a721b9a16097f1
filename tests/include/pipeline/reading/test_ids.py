"""Sets of ids in eight bytes each behave as sets of texts."""

from hypothesis import given
from hypothesis import strategies as st

from include.pipeline.reading import ids as module
from include.pipeline.reading.ids import Ids

numbers = st.lists(st.integers(0, 40) | st.integers(10**10, 10**10 + 9), max_size=30)


@given(st.lists(numbers, max_size=6), st.integers(1, 7))
def test_it_holds_what_a_set_holds(added, new_at_most):
    before, module._NEW_AT_MOST = module._NEW_AT_MOST, new_at_most
    try:
        ids, expected = Ids(), set()
        for some in added:
            ids.update(map(str, some))
            expected.update(some)
            assert all((str(one) in ids) == (one in expected) for one in range(41))
            assert len(expected) <= ids.at_most
        assert list(ids) == list(map(str, sorted(expected)))
        assert len(ids) == len(expected)
        assert [one for piece in ids.pieces(3) for one in piece] == list(ids)
    finally:
        module._NEW_AT_MOST = before
