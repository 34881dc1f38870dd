"""The walls between projects, and around the sandbox: ids are no permission."""
import json
import os
import random
import re

import pytest

from conftest import run

MARK = "foreignwalrus"  # stands in everything the other project holds
WALK = int(os.environ.get("SERVERY_WALK", "2000"))


def give_content(demo, project, person, mark):
    """The same kinds of things in each project; the ids of all of them."""
    path = f"/api/v1/projects/{project}"
    ids = {"project": [project]}

    def api(method, rest, body=None, expect=None):
        return demo.api(method, path + rest, body, as_person=person, expect=expect)

    # Ids must not hold the mark: an error names the id it was given.
    api("POST", "/knowledge/entries", {"question": "Is there something by the door?",
                                       "answer": f"Yes, the {mark} is by the door."})
    api("POST", "/datasets", {"name": f"set-{mark}", "kind": "cases"})
    api("POST", "/variants", {"label": f"variant {mark}", "dialects": ["openai"],
                              "max_output_tokens": 100 + len(mark),
                              "targets": [{"provider": "built-in", "model": "verbatim"}]})
    api("POST", "/keys", {"kind": "sandbox", "name": f"key {mark}"})
    for kind, rest, name in (("entry", "/knowledge/entries", "key"), ("dataset", "/datasets", "id"),
                             ("variant", "/variants", "hash"), ("key", "/keys", "id"),
                             ("release", "/knowledge/releases", "id"), ("run", "/runs", "id"),
                             ("rollout", "/rollouts", "id")):
        status, _, page = demo.request(
            "GET", path + rest, None, {"x-servery-as": person},
            (demo.data / "admin.token").read_text().strip())
        if status == 200:
            ids[kind] = [str(item.get(name)) for item in page["items"] if item.get(name)]
    return ids


@pytest.fixture(scope="module")
def two_projects(demo):
    """ann owns the guest house alone, bob the other project alone; neither is admin."""
    for person in ("ann", "bob"):
        demo.api("POST", "/api/v1/people", {"id": person, "name": person}, expect=201)
    demo.api("PUT", "/roles/ann", {"roles": ["owner"]}, expect=200)
    demo.api("POST", "/api/v1/projects", {"id": "other", "title": f"Other {MARK}",
                                          "template": "faq-support"}, expect=201)
    demo.api("PUT", "/api/v1/projects/other/roles/bob", {"roles": ["owner"]}, expect=200)
    ours = give_content(demo, "guest-house", "ann", "ownseal")
    theirs = give_content(demo, "other", "bob", MARK)
    seen = json.dumps([demo.api("GET", "/api/v1/projects/other/variants", as_person="bob"),
                       demo.api("GET", "/api/v1/projects/other/keys", as_person="bob")])
    assert MARK in seen, "the other project holds what is looked for"
    return ours, theirs


def routes():
    _, out, _ = run("serve", "--print-routes", "--json", check=0)
    return json.loads(out)["routes"]


def test_a_walk_with_swapped_ids_never_shows_a_foreign_word(demo, two_projects):
    ours, theirs = two_projects
    seed = int(os.environ.get("SERVERY_SEED", "20261128"))
    rng = random.Random(seed)
    in_project = [r for r in routes() if "{project}" in r["path"] and
                  not r["path"].endswith("/kill")]
    token = (demo.data / "admin.token").read_text().strip()
    foreign = own = 0
    everything = [i for ids in theirs.values() for i in ids]
    for _ in range(WALK):
        route = rng.choice(in_project)
        project = rng.choice(["guest-house", "other"])

        def put_in(match):
            name = match.group(1)
            if name == "project":
                return project
            # A write that names its own things would do what it says.
            writes = route["method"] != "GET"
            pool = theirs if writes else rng.choice([theirs, theirs, ours])
            return rng.choice(pool.get(name) or everything).replace("/", "%2F")

        path = re.sub(r"\{([a-z_]+)\*?\}", put_in, route["path"])
        if route["method"] == "GET" and rng.random() < 0.3:
            path += f"?project=other&cursor=0&q={MARK[:4]}"
        # A body that names foreign things; writes to the own project are kept harmless by it.
        body = None if route["method"] == "GET" else {"x_unknown": rng.choice(everything)}
        status, _, answer = demo.request(route["method"], path, body, {"x-servery-as": "ann"}, token)
        text = answer if isinstance(answer, str) else json.dumps(answer)
        if project == "other":
            foreign += 1
            assert status == 404 and answer["error"]["id"] == "access.not_found", \
                f"seed {seed}: {route['method']} {path}: {status} {text[:300]}"
        else:
            own += 1
        assert MARK not in text, f"seed {seed}: {route['method']} {path} shows a foreign word"
    assert foreign > WALK / 4 and own > WALK / 4


def test_what_the_organisation_sees_of_a_project_needs_a_role_there_too(demo, two_projects):
    for path in ("/api/v1/audit?project=other", "/api/v1/audit/verify?project=other",
                 "/api/v1/audit", "/api/v1/people"):
        answer = demo.api("GET", path, as_person="ann", expect=403)
        assert answer["error"]["id"] == "access.role" and MARK not in json.dumps(answer)
    projects = demo.api("GET", "/api/v1/projects", as_person="ann", expect=200)["items"]
    assert [p["id"] for p in projects] == ["guest-house"]
    me = demo.api("GET", "/api/v1/session", as_person="ann", expect=200)
    assert MARK not in json.dumps(me)


def test_a_right_that_is_taken_away_is_gone_with_the_next_request(demo, two_projects):
    demo.api("POST", "/api/v1/people", {"id": "cat", "name": "Cat"}, expect=201)
    demo.api("PUT", "/roles/cat", {"roles": ["editor"]}, expect=200)
    token = demo.api("POST", "/api/v1/me/tokens", {"name": "t"}, as_person="cat",
                     expect=201)["token"]
    assert demo.request("GET", "/api/v1/projects/guest-house", key=token)[0] == 200
    demo.api("PUT", "/roles/cat", {"roles": []}, expect=200)
    assert demo.request("GET", "/api/v1/projects/guest-house", key=token)[0] == 404


# ---- the sandbox ----------------------------------------------------------------------------------

def chat(demo, key, headers=None, model="faq", text="Is there wifi available?"):
    return demo.request("POST", "/v1/chat/completions",
                        {"model": model, "messages": [{"role": "user", "content": text}]},
                        headers, key)


def test_no_visitor_is_served_by_the_ai_while_the_project_is_in_the_sandbox(demo, two_projects):
    status, head, _ = chat(demo, demo.info["live_key"])
    assert status == 200 and head["x-servery-served"] == "fallback"
    status, head, _ = chat(demo, demo.info["sandbox_key"])
    assert status == 200 and head["x-servery-served"] != "fallback"


def test_a_sandbox_key_works_on_no_page_and_a_public_key_on_no_other(demo, two_projects):
    status, _, body = chat(demo, demo.info["sandbox_key"], {"origin": "https://shop.example"})
    assert status in (401, 403) and "sandbox key" in json.dumps(body)
    public = demo.info["public_key"]
    for headers in ({}, {"origin": "https://evil.example"}, {"origin": "null"}):
        status, head, _ = chat(demo, public, headers)
        assert status in (401, 403), headers
        assert head.get("access-control-allow-origin") in (None, "")


def test_keys_open_no_door_of_staff(demo, two_projects):
    for key in (demo.info["sandbox_key"], demo.info["live_key"]):
        for path in ("/api/v1/projects", "/api/v1/projects/guest-house", "/api/v1/session",
                     "/api/v1/audit"):
            assert demo.request("GET", path, key=key)[0] == 401


def test_a_live_key_names_no_variant_and_reaches_nothing_of_the_sandbox(demo, two_projects):
    ours, _ = two_projects
    named = ours["variant"][0][:12]
    status, head, body = chat(demo, demo.info["live_key"], model=f"variant:{named}")
    # Either refused, or answered by the fallback as any other model name: never by the variant.
    assert status >= 400 or head["x-servery-served"] == "fallback", body
    _, _, models = demo.request("GET", "/v1/models", key=demo.info["live_key"])
    assert named not in json.dumps(models)


def test_a_sandbox_key_names_no_variant_of_another_project(demo, two_projects):
    ours, theirs = two_projects
    foreign = theirs["variant"][0][:12]
    assert foreign != ours["variant"][0][:12]
    for headers, model in (({}, f"variant:{foreign}"), ({"x-servery-variant": foreign}, "faq")):
        status, _, body = chat(demo, demo.info["sandbox_key"], headers, model)
        assert status == 404 and body["error"]["code"] == "model_not_found", body
    _, _, models = demo.request("GET", "/v1/models", key=demo.info["sandbox_key"])
    assert foreign not in json.dumps(models) and ours["variant"][0][:12] in json.dumps(models)


def test_what_is_tried_in_the_sandbox_reaches_no_desk_and_no_live_figure(demo, two_projects):
    before = demo.api("GET", "/desk/conversations", as_person="ann", expect=200)
    for _ in range(3):
        chat(demo, demo.info["sandbox_key"], {"x-servery-visitor": "guest-1"})
    assert demo.api("GET", "/desk/conversations", as_person="ann", expect=200)["counts"] == \
        before["counts"]
