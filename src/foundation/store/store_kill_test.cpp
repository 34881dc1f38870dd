// kill -9 under load: a child appends, tells each acknowledged row through a pipe, and is killed at
// a random moment. Afterwards every row it was told is durable must be there, once.
#include "foundation/store/store_fixture_test.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <map>
#include <poll.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace servery::store {
namespace {

class store_kill : public store_fixture {
  protected:
    // The child: two threads that post, one that commits and acknowledges; never returns.
    [[noreturn]] void append_until_killed(int acks, int first) {
        auto made = store::open(plain());
        if (!made) _exit(3);
        auto& s = **made;
        std::atomic<int> posts_allowed{0}; // the load follows the commits, or the log would swamp
        std::vector<std::thread> posting;
        for (int t = 0; t < 2; ++t)
            posting.emplace_back([&, t] {
                for (int i = 0;; ++i) {
                    while (posts_allowed <= i)
                        std::this_thread::yield();
                    s.post(exchange((first + i) * 2 + t));
                }
            });
        for (int n = first;; ++n) {
            const auto done = n % 3 == 0 ? s.commit({audit(n), traffic(n)}) : s.commit({audit(n)});
            if (!done) _exit(4);
            posts_allowed += 20;
            if (::write(acks, &n, sizeof n) != static_cast<ssize_t>(sizeof n)) _exit(5);
        }
    }

    // Kills after `acks_wanted` acknowledgements and a few random microseconds more.
    int run_and_kill(int first, int acks_wanted, int spin_us) {
        int pipe_ends[2];
        EXPECT_EQ(::pipe(pipe_ends), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(pipe_ends[0]);
            append_until_killed(pipe_ends[1], first);
        }
        ::close(pipe_ends[1]);
        int last = first - 1;
        int n = 0;
        for (int i = 0; i < acks_wanted && ::read(pipe_ends[0], &n, sizeof n) == sizeof n; ++i)
            last = n;
        // The moment within a round is what is random here.
        const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(spin_us);
        while (std::chrono::steady_clock::now() < until) {
        }
        ::kill(child, SIGKILL);
        int how = 0;
        ::waitpid(child, &how, 0);
        EXPECT_TRUE(WIFSIGNALED(how)) << "the child ended by itself: " << WEXITSTATUS(how);
        while (::read(pipe_ends[0], &n, sizeof n) == sizeof n)
            last = n;
        ::close(pipe_ends[0]);
        return last;
    }
};

TEST_F(store_kill, no_acknowledged_row_is_lost_and_the_chain_verifies) {
    const char* more = std::getenv("SERVERY_KILLS");
    const int kills = more != nullptr ? std::atoi(more) : 20;
    seeded_random dice(4711);
    std::map<int, bool> acknowledged;
    int next = 1;
    for (int k = 0; k < kills; ++k) {
        const int first = next;
        const int last = run_and_kill(first, static_cast<int>(dice.below(40)),
                                      static_cast<int>(dice.below(3000)));
        for (int n = first; n <= last; ++n)
            acknowledged[n] = true;

        const auto before = std::chrono::steady_clock::now();
        auto made = store::open(plain());
        ASSERT_TRUE(made) << to_line(made.error());
        EXPECT_LE(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
        const auto& s = **made;
        std::map<int, int> audits;
        std::map<int, int> traffics;
        std::map<std::string, int> exchanges;
        ASSERT_TRUE(s.replay(
            0,
            [&](const events::event& e) {
                const int n = static_cast<int>(json::int_or(e.body, "n", -1));
                ++(e.cls == events::record_class::audit ? audits : traffics)[n];
            },
            [&](const events::exchange& x) { ++exchanges[x.exchange_id]; }));
        for (const auto& [n, unused] : acknowledged) {
            EXPECT_EQ(audits[n], 1) << "row " << n << " after kill " << k;
            if (n % 3 == 0) EXPECT_EQ(traffics[n], 1) << "row " << n << " after kill " << k;
        }
        for (const auto& [id, n] : exchanges)
            EXPECT_EQ(n, 1) << id;
        const auto report = s.verify_audit().value();
        EXPECT_TRUE(report.ok) << report.why << " at " << report.bad_seq << " after kill " << k;
        next = std::max(last, audits.empty() ? 0 : audits.rbegin()->first) + 1;
    }
    EXPECT_GT(acknowledged.size(), 0u);
}

} // namespace
} // namespace servery::store
