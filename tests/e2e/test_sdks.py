"""The official SDKs, unchanged: an answer, a stream, a typed error, and a cut stream raises."""
import json
import os
import pathlib
import subprocess

import openai
import pytest

from conftest import connect_upstream, run

HERE = pathlib.Path(__file__).parent


def client(demo, key=None, retries=0):
    return openai.OpenAI(base_url=demo.url + "/v1", api_key=key or demo.info["sandbox_key"],
                         max_retries=retries)


def question(text):
    return {"model": "faq", "messages": [{"role": "user", "content": text}]}


def test_python_gets_an_answer(demo):
    answer = client(demo).chat.completions.create(**question("Is there wifi available?"))
    assert "free wifi" in answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"


def test_python_gets_a_stream_with_the_same_text(demo):
    whole = client(demo).chat.completions.create(**question("Is there wifi available?"))
    chunks = list(client(demo).chat.completions.create(stream=True,
                                                       **question("Is there wifi available?")))
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == whole.choices[0].message.content
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"


def test_python_lists_models(demo):
    assert [m.id for m in client(demo).models.list()]


def test_python_gets_a_typed_error_for_a_wrong_key(demo):
    with pytest.raises(openai.AuthenticationError) as raised:
        client(demo, "svy_live_" + "a" * 39).chat.completions.create(**question("hello"))
    assert raised.value.status_code == 401
    assert raised.value.code == "invalid_api_key"


def test_python_gets_a_typed_error_for_an_unknown_model_of_a_sandbox(demo):
    with pytest.raises(openai.NotFoundError) as raised:
        client(demo).chat.completions.create(
            model="variant:000000000000", messages=[{"role": "user", "content": "x"}])
    assert raised.value.code == "model_not_found"


CUT = """
version: 1
rng: 1
default: {text: "one two three four five six seven eight", head_ms: 1, first_ms: 1, gap_ms: {mean: 1, jitter: 0}}
rules:
  - when: {contains: "cut me"}
    fault: {kind: reset, after_events: 4}
  - when: {contains: "end early"}
    fault: {kind: truncate, after_events: 4}
"""


@pytest.mark.parametrize("words", ["cut me", "end early"])
def test_python_raises_when_the_upstream_is_cut_in_mid_stream(demo, upstream, words):
    connect_upstream(demo, upstream(CUT).url)
    stream = client(demo).chat.completions.create(
        model="cut/m1", stream=True, messages=[{"role": "user", "content": words}])
    seen = []
    with pytest.raises(openai.APIError):
        for chunk in stream:
            seen.append(chunk)
    assert seen, "text arrived before the cut"


def test_node_sees_what_python_sees(demo, upstream):
    connect_upstream(demo, upstream(CUT).url)
    env = {**os.environ, "BASE": demo.url + "/v1", "KEY": demo.info["sandbox_key"]}
    done = subprocess.run(["node", "sdk.mjs"], cwd=HERE / "node", env=env, capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert "free wifi" in seen["answer"]
    assert seen["stream"] == seen["answer"]
    assert seen["wrong_key"] == {"name": "AuthenticationError", "status": 401,
                                 "code": "invalid_api_key"}
    assert seen["cut"]["raised"] and seen["cut"]["chunks"] > 0
    assert seen["truncated"]["raised"]


def test_version_is_printed():
    code, out, _ = run("version", check=0)
    assert out.startswith("servery ")
