// The contact values of what is published: a shop must be able to give its own number and address,
// so the guard never hides them. Thread: the control thread.
#pragma once

#include "data_plane/assistant/decide/serving.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace servery::app {

class contact_values {
  public:
    explicit contact_values(const assistant::serving_board& board) : board_(board) {}

    // E-mail addresses, phone numbers, accounts and addresses of pages in the answers of the
    // project's published release; read once a release.
    [[nodiscard]] const std::vector<std::string>& of(std::string_view project);

  private:
    struct read_release {
        std::string release;
        std::vector<std::string> values;
    };
    const assistant::serving_board& board_;
    std::map<std::string, read_release, std::less<>> by_project_;
};

} // namespace servery::app
