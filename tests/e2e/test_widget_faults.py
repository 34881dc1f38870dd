"""The widget when the network, the server or a proxy does not do what it should."""
import pytest
from playwright.sync_api import expect, sync_playwright

from conftest import until
from widget_driver import DESKTOP, Chat, launch
from widget_site import Between, Site, answered_by_a_provider

SENTENCES = [f"This is sentence number {n} of a long answer." for n in range(1, 9)]
ANSWER = " ".join(SENTENCES)

@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        yield launch(playwright)


@pytest.fixture(scope="module")
def house(demo, tmp_path_factory):
    """Everybody is answered by a provider that takes about four seconds to say its eight sentences."""
    answered_by_a_provider(demo, tmp_path_factory.mktemp("upstream"), ANSWER,
                           "head_ms: 900, first_ms: 20, gap_ms: {mean: 45, jitter: 0}")
    site = Site()
    site.widget = demo.info["widget"]
    demo.api("PUT", "/widget", {"origins": [site.url]}, expect=200)
    demo.site = site
    yield demo
    site.close()
    demo.upstream.kill()


@pytest.fixture
def between(house):
    made = Between(house.url)
    house.site.server = made.url
    yield made
    made.close()


@pytest.fixture
def chat(browser, house, between):
    context = browser.new_context(**DESKTOP)
    made = Chat(context.new_page(), house.site.url)
    yield made
    context.close()
    assert made.faults == []


def whole(chat, timeout=25_000):
    """The finished answer, complete and once."""
    expect(chat.answers).to_have_count(1, timeout=timeout)
    expect(chat.answers).to_contain_text(SENTENCES[-1])
    expect(chat.page.locator(".partial")).to_have_count(0)
    assert chat.log.inner_text().count(SENTENCES[0]) == 1


def begun(chat):
    expect(chat.page.locator(".partial")).to_contain_text(SENTENCES[0], timeout=15_000)


def test_an_answer_appears_sentence_by_sentence_and_is_read_aloud_once(chat):
    chat.open().say("Tell me.")
    expect(chat.page.locator(".typing")).to_be_visible()
    begun(chat)
    partial = chat.page.locator(".partial")
    expect(partial).to_have_attribute("aria-hidden", "true")
    assert partial.get_attribute("data-label")
    assert SENTENCES[-1] not in partial.inner_text()
    chat.shot("streaming")
    whole(chat)


def test_a_reload_in_mid_answer_goes_on_where_it_was(chat):
    chat.open().say("Tell me.")
    begun(chat)
    chat.page.reload()
    expect(chat.page.locator(".panel")).to_be_visible()
    expect(chat.page.locator(".message.visitor")).to_have_count(1)
    begun(chat)
    whole(chat)


def test_a_stream_that_is_cut_in_the_middle_is_taken_up_again(chat, between):
    between.cut_after = 900
    chat.open().say("Tell me.")
    until(lambda: between.cuts >= 1, "the stream was cut", 20)
    whole(chat)
    expect(chat.page.locator(".message.visitor")).to_have_count(1)


@pytest.mark.parametrize("bytes_passed", [1, 60, 400, 1500])
def test_wherever_a_stream_breaks_every_message_comes_once(chat, between, bytes_passed):
    between.cut_after = bytes_passed
    chat.open().say("Tell me.")
    whole(chat)


def test_a_proxy_that_keeps_streams_back_is_gone_around_by_long_polls(chat, between):
    between.buffer = True
    chat.open().say("Tell me.")
    whole(chat)
    assert between.count("/events") >= 2, "the stream first, then the poll"


def test_a_slow_server_delays_and_breaks_nothing(chat, between):
    between.delay = 1.2
    chat.open()
    chat.say("Tell me.")
    expect(chat.page.locator(".message.visitor")).to_contain_text("Sending")
    whole(chat, 40_000)


def test_a_server_that_is_down_at_the_beginning_leaves_the_page_alone(browser, house, between):
    between.down = True
    context = browser.new_context(**DESKTOP)
    chat = Chat(context.new_page(), house.site.url)
    chat.page.wait_for_load_state("networkidle")
    assert chat.launcher.count() == 0
    assert chat.page.evaluate("document.querySelectorAll('[data-servery]').length") == 0
    assert chat.faults == []
    context.close()


def test_a_server_that_goes_down_after_the_page_load_can_be_reached_again(chat, between):
    expect(chat.launcher).to_be_visible()
    between.down = True
    chat.launcher.click()
    until(lambda: chat.launcher.get_attribute("aria-busy") is None, "it gave up", 10)
    between.down = False
    chat.open()
    chat.say("Tell me.")
    whole(chat)


def test_a_message_that_was_not_stored_says_so_is_kept_and_is_sent_once(chat, between):
    chat.open()
    between.down = True
    chat.say("Tell me.")
    failed = chat.page.locator(".message.failed")
    expect(failed).to_contain_text("Not sent", timeout=20_000)
    chat.shot("not_sent")
    between.down = False
    chat.press("Try again")
    whole(chat)
    expect(chat.page.locator(".message.visitor")).to_have_count(1)


def test_what_was_typed_offline_waits_and_goes_out_by_itself(chat, between):
    chat.open()
    chat.ask("Tell me.")
    chat.page.context.set_offline(True)
    expect(chat.page.locator(".banner.warning")).to_contain_text("offline")
    chat.say("And once more.")
    chat.shot("offline")
    chat.page.context.set_offline(False)
    expect(chat.page.locator(".banner.warning")).to_have_count(0, timeout=40_000)
    expect(chat.answers).to_have_count(2, timeout=40_000)
    expect(chat.page.locator(".message.visitor")).to_have_count(2)


def test_two_tabs_share_one_stream_and_both_show_everything(chat, between, house):
    chat.open()
    chat.ask("Tell me.")
    other = Chat(chat.page.context.new_page(), house.site.url).open()
    expect(other.answers).to_have_count(1)
    until(lambda: other.page.evaluate("navigator.locks.query().then(q => q.pending.length)") == 1,
          "the second tab waits for the lock")
    streams = between.count("/events")
    chat.say("Once more.")
    expect(other.answers).to_have_count(2, timeout=20_000)
    expect(chat.answers).to_have_count(2)
    assert between.count("/events") == streams, "no second stream"
    chat.page.close()
    other.ask("A third time.", answers=3)
    assert other.faults == []
