// The blind review queue: which messages are drawn, whose turn they are, and what was skipped.
// Locks and skips live in memory: after a restart a message is simply offered again.
// Thread: the control thread; draw and label_of are pure.
#pragma once

#include "control_plane/desk/desk_state.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace servery::desk {

// u in [0, 1): the first 53 bits of BLAKE2b-64(project seed | message id), over 2^53.
[[nodiscard]] double draw(const hash32& seed, std::string_view message);

// A label with everything that is copied from the decision; verdict and sampling are the caller's.
[[nodiscard]] events::label_recorded label_of(const stored_decision& decision, std::string id);

// The last label that people gave in the queue; null = none.
[[nodiscard]] const events::label_recorded* random_label(const stored_decision& decision);

class label_queue {
  public:
    // The message this person has on screen, else one that waits for anybody; it is then his for
    // 15 minutes. Null when nothing waits. The order is by a hash, so it says nothing.
    [[nodiscard]] const stored_decision* next(const desk_state& state, std::string_view project,
                                              std::string_view person, instant now);
    // True when this was the third skip.
    [[nodiscard]] bool skip(std::string_view message, std::string_view person);
    void labelled(std::string_view message);

    [[nodiscard]] bool served_to(std::string_view message, std::string_view person) const;
    // Another person has it on screen.
    [[nodiscard]] bool locked_by_other(std::string_view message, std::string_view person,
                                       instant now) const;

  private:
    [[nodiscard]] const stored_decision* on_screen(const desk_state& state,
                                                   std::string_view project,
                                                   std::string_view person, instant now) const;
    struct place {
        std::string person; // who has it, "" = nobody
        instant until;
        std::set<std::string, std::less<>> served;
        std::set<std::string, std::less<>> skipped;
        int skips = 0;
    };
    std::map<std::string, place, std::less<>> places_;
    // The message that a person took last, by project and person.
    std::map<std::pair<std::string, std::string>, std::string> taken_;
};

} // namespace servery::desk
