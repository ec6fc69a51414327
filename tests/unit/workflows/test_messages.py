"""The payloads of messages survive the queue, and nothing else passes for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgewarden.workflows.messages import (
    CommentMessage,
    StatusMessage,
    decode_comment,
    decode_status,
    encode_comment,
    encode_status,
)
from edgewarden.workflows.ports import CommitStatus, StatusState

TEXT = st.text(st.characters(codec="utf-8"))


@given(st.sampled_from(StatusState), TEXT, TEXT, TEXT)
def test_a_status_survives_the_queue(
    state: StatusState, commit: str, description: str, address: str
) -> None:
    message = StatusMessage(commit, CommitStatus(state, description, address))

    assert decode_status(encode_status(message)) == message


@given(st.integers(0, 2**62))
def test_a_comment_survives_the_queue(review_id: int) -> None:
    assert decode_comment(encode_comment(CommentMessage(review_id))) == CommentMessage(review_id)


@pytest.mark.parametrize("payload", ["", "{}", "null", "[]", '{"review_id": "x"}'])
def test_another_text_is_no_message(payload: str) -> None:
    with pytest.raises(ValueError):
        decode_comment(payload)
    with pytest.raises(ValueError):
        decode_status(payload)
